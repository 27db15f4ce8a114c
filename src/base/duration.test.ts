import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

test.each([
  ['1h30m', 5_400_000],
  ['5m', 300_000],
  ['15s', 15_000],
  ['250ms', 250],
  ['7d', 604_800_000],
  ['1w', 604_800_000],
  ['1m250ms', 60_250],
  ['1.5h', 5_400_000],
  ['0s', 0],
])('parseDuration() reads %s as %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['5x', '', '5', 'm', '-5m', '5m ', '5 m', '1h,30m', '5M'])(
  'parseDuration() refuses "%s" and says what would do',
  (text) => {
    expect(() => parseDuration(text)).toThrow(
      new RangeError(
        `Cannot parse duration "${text}": expected a number and one of ms, s, m, h, d, w`,
      ),
    );
  },
);

test('formatDuration() writes days and below', () => {
  expect(formatDuration(604_800_000)).toBe('7d');
  expect(formatDuration(5_400_000)).toBe('1h30m');
  expect(formatDuration(60_250)).toBe('1m250ms');
  expect(formatDuration(0)).toBe('0s');
});

test('formatDuration() refuses what is no length of time', () => {
  expect(() => formatDuration(-1)).toThrow(RangeError);
  expect(() => formatDuration(Number.NaN)).toThrow(RangeError);
});

test('parseDuration() reads back every text of formatDuration()', () => {
  fc.assert(
    fc.property(fc.nat({ max: 10 ** 12 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    }),
  );
});
