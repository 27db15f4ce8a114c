import { expect, test } from 'vitest';
import { faultOfLines, labelsOfLines, matchersOfLines } from './label-lines.ts';

test('labels are read one a line, with or without quotes', () => {
  expect(labelsOfLines(' host = db-1 \n\nservice="a b"\npath=/x=y')).toEqual({
    host: 'db-1',
    service: 'a b',
    path: '/x=y',
  });
});

test('a line that is no label is named', () => {
  expect(faultOfLines('host=a\nweb 1')).toBe('Cannot read "web 1": expected host=db-1');
  expect(faultOfLines('host=a\n\n')).toBeUndefined();
});

test('lines are matchers too', () => {
  expect(matchersOfLines('host=db-1\nservice="a b"')).toEqual(['host="db-1"', 'service="a b"']);
});
