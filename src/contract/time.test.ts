import { expect, test } from 'vitest';
import { parseTime } from './time.ts';

const TEN = Date.UTC(2026, 10, 22, 10);

test.each([
  ['2026-11-22T10:00:00Z', TEN],
  ['2026-11-22T10:00:00.250Z', TEN + 250],
  ['2026-11-22T10:00:00', TEN],
  ['2026-11-22 10:00', TEN],
  ['2026-11-22', TEN - 36_000_000],
  ['2026-11-22T12:00:00+02:00', TEN],
  ['2026-11-22T12:00:00 02:00', TEN],
  ['2026-11-22T05:30:00-0430', TEN],
  [TEN / 1000, TEN],
  [String(TEN / 1000 + 0.5), TEN + 500],
  [String(TEN), TEN],
])('parseTime() reads %s', (text, timeMs) => {
  expect(parseTime(text)).toBe(timeMs);
});

test.each([
  '',
  'yesterday',
  '2026-02-30',
  '2026-13-01',
  '2026-11-22T24:30:00Z',
  '2026-11-22T10:00:00+99:00',
  '-5',
  'NaN',
  '99999999999999999999',
])('parseTime() refuses "%s"', (text) => {
  expect(parseTime(text)).toBeUndefined();
});
