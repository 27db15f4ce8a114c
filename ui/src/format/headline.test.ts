import { expect, test } from 'vitest';
import { headlineOf } from './headline.ts';

test('headlineOf() gives the first sentence and does not stop within a number', () => {
  const explanation = 'CPU was 92.5 % at 10:15, above expected. Usually it is 40 %.';
  expect(headlineOf({ explanation, kind: 'deviation' })).toBe(
    'CPU was 92.5 % at 10:15, above expected.',
  );
  expect(headlineOf({ explanation: 'without an end', kind: 'drift' })).toBe('without an end');
});

test('headlineOf() says that nothing was said', () => {
  expect(headlineOf({ explanation: null, kind: 'flat_line' })).toBe(
    'No explanation was given of this flat line.',
  );
});
