import { expect, test } from 'vitest';
import { leadText } from './lead.ts';

test('leadText() says before, after or as it began', () => {
  expect(leadText(300)).toBe('5 min before');
  expect(leadText(-120)).toBe('2 min after');
  expect(leadText(0)).toBe('as it began');
});
