import { expect, test } from 'vitest';
import { span } from './time.ts';

test.each([
  [0, '0 s'],
  [89, '89 s'],
  [90, '2 min'],
  [5400, '2 h'],
  [172_800, '2 d'],
])('span(%d) is "%s"', (seconds, text) => {
  expect(span(seconds)).toBe(text);
});
