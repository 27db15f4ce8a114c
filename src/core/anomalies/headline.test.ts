import {
  assert as assertProperty,
  constantFrom,
  double,
  oneof,
  property,
  record,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { formatValue } from './format-value.ts';
import { headline, type Subject, type Told } from './headline.ts';
import { spokenDuration } from './spoken-time.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 22, 12);
const CPU: Subject = { metric: 'cpu', unit: 'percent', labels: { instance: 'web-1' }, zone: 'UTC' };
const JUMP: Told = {
  kind: 'deviation',
  startedAtMs: NOON,
  lastAtMs: NOON + 12 * MINUTE,
  endedAtMs: Number.NaN,
  open: true,
  peak: { timeMs: NOON, value: 93, expected: 45, lower: 38, upper: 52, ratio: 4 },
  direction: 'above',
  contributions: [{ name: 'persistence' }, { name: 'jump_from_5' }, { name: 'pattern' }],
};
const CLOSED = { open: false, endedAtMs: NOON + 15 * MINUTE, ending: 'returned' } as const;

describe('headline()', () => {
  it('says of a deviation what, how high, what was expected, for how long and in what manner', () => {
    expect(headline(JUMP, CPU)).toBe(
      'cpu of web-1 went up to 93 %, expected 38 to 52 % at that time, for 12 minutes so far (since 12:00); it jumped',
    );
    expect(headline({ ...JUMP, ...CLOSED }, { ...CPU, zone: 'Asia/Tokyo' })).toContain(
      'for 15 minutes (21:00 to 21:15); it jumped',
    );
  });
  it.each([
    ['shift_from_30', 'above', 'its level rose'],
    ['time_of_day_leveled', 'below', 'it is low for the time of day'],
    ['volatility', 'above', 'it scatters unusually'],
    ['pattern', 'below', 'its course is unusual'],
  ] as const)('calls %s %s the usual: %s', (name, direction, manner) => {
    expect(headline({ ...JUMP, direction, contributions: [{ name }] }, CPU)).toContain(
      `; ${manner}`,
    );
  });
  it('tells of the past in the past tense', () => {
    const past: Told = { ...JUMP, ...CLOSED };
    const by = (name: 'time_of_day' | 'volatility'): Told => ({
      ...past,
      contributions: [{ name }],
    });
    expect(headline(by('time_of_day'), CPU)).toContain('it was high for the time of day');
    expect(headline(by('volatility'), CPU)).toContain('it scattered unusually');
    expect(headline({ ...past, direction: 'shape' }, CPU)).toContain('ran an unusual course');
  });
  it('says how it ended where it did not simply return', () => {
    expect(headline({ ...JUMP, ...CLOSED, ending: 'new_level' }, CPU)).toContain(
      'and it stayed there',
    );
    expect(headline({ ...JUMP, ...CLOSED, ending: 'vanished' }, CPU)).toContain(
      'until its samples stopped',
    );
  });
  it('tells of a drift since when, how fast, from what to what and what it will meet', () => {
    const drift = {
      sinceMs: NOON - 6 * DAY_MS,
      perDay: 2.1,
      perDayError: 0.2,
      reaches: {
        limit: 100,
        atMs: NOON + 9.5 * DAY_MS,
        earliestMs: NOON + 8 * DAY_MS,
        latestMs: NOON + 12 * DAY_MS,
      },
    };
    expect(headline({ ...JUMP, kind: 'drift', drift }, CPU)).toBe(
      'cpu of web-1 drifts slowly up by 2.1 percentage points a day since 16 Nov 2026, its mean of a day is 93 %, ' +
        'expected 38 to 52 %; if it goes on it reaches 100 % about 2 Dec 2026',
    );
    expect(headline({ ...JUMP, ...CLOSED, kind: 'drift' }, CPU)).toBe(
      'cpu of web-1 drifted slowly up since 22 Nov 2026, its mean of a day is 93 %, expected 38 to 52 %',
    );
  });
  it('tells of the other kinds what they are about', () => {
    expect(headline({ ...JUMP, kind: 'flat_line' }, CPU)).toBe(
      'cpu of web-1 has stood still at 93 % since 12:00',
    );
    const standstill = { sinceMs: NOON, longestMs: 10 * MINUTE };
    expect(headline({ ...JUMP, kind: 'flat_line', standstill }, CPU)).toContain(
      'since 12:00; its longest standstill before was 10 minutes',
    );
    expect(
      headline({ ...JUMP, kind: 'absence', standstill: { ...standstill, longestMs: 0 } }, CPU),
    ).toBe('cpu of web-1 has sent no sample since 12:00; it had no pause before');
    expect(headline({ ...JUMP, ...CLOSED, kind: 'absence' }, CPU)).toBe(
      'cpu of web-1 sent no sample for 15 minutes (12:00 to 12:15)',
    );
    expect(headline({ ...JUMP, kind: 'combination', direction: 'shape' }, CPU)).toBe(
      'cpu of web-1 hardly ever stands at 93 % while the other series of its entity are as they are, for 12 minutes so far (since 12:00)',
    );
    expect(headline({ ...JUMP, direction: 'shape' }, CPU)).toBe(
      'cpu of web-1 runs an unusual course at 93 % within its usual 38 to 52 %, for 12 minutes so far (since 12:00); it jumped',
    );
    const low = { ...JUMP.peak, value: 40 };
    const [time, pattern] = (['time_of_day', 'pattern'] as const).map((name) =>
      headline({ ...JUMP, direction: 'shape', peak: low, contributions: [{ name }] }, CPU),
    );
    expect(time).toMatch(/at 40 % within .*; it is low for the time of day$/);
    expect(pattern).toMatch(/\(since 12:00\)$/);
  });
  it('names few labels, first those that speak for themselves', () => {
    const labels = { device: 'sda', instance: 'db-1', mode: 'read', zone: 'a' };
    expect(headline(JUMP, { ...CPU, labels })).toMatch(
      /^cpu of db-1, device sda, mode read … went/,
    );
    expect(headline(JUMP, { ...CPU, labels: {} })).toMatch(/^cpu went up/);
  });
  it('takes as many digits as it needs to tell a value from what was normal', () => {
    const peak = { ...JUMP.peak, value: 1000.04, expected: 1000, lower: 999.98, upper: 1000.02 };
    expect(headline({ ...JUMP, peak }, { ...CPU, unit: 'V' })).toContain(
      'went up to 1,000.04 V, expected 999.98 to 1,000.02 V',
    );
  });
  it('admits that it does not know what was expected', () => {
    const peak = { ...JUMP.peak, expected: Number.NaN, lower: Number.NaN, upper: Number.NaN };
    expect(headline({ ...JUMP, peak }, CPU)).toContain(
      '93 %, which its past does not explain, for',
    );
  });

  const odd = oneof(
    double(),
    constantFrom(Number.NaN, 0, -0, 5e-324, 1e-9, -1e300, Number.POSITIVE_INFINITY, 1e15),
  );
  const told = record({
    kind: constantFrom('deviation', 'drift', 'flat_line', 'absence', 'combination'),
    direction: constantFrom('above', 'below', 'shape'),
    open: constantFrom(true, false),
    ending: constantFrom('returned', 'new_level', 'vanished'),
    endedAtMs: constantFrom(Number.NaN, NOON, NOON + 90 * DAY_MS),
    peak: record({ value: odd, expected: odd, lower: odd, upper: odd }),
    unit: constantFrom('ratio', 'percent', 'bytes', 'bytes/s', 'seconds', 'count/s', 'V', ''),
  });

  it('is one line without NaN, undefined or doubled spaces, whatever the values, units and kinds', () => {
    assertProperty(
      property(told, ({ unit, peak, ...rest }) => {
        const text = headline(
          { ...JUMP, ...rest, peak: { ...JUMP.peak, ...peak } },
          { ...CPU, unit },
        );
        expect(text).not.toMatch(/NaN|undefined|null|\[object| {2}|\n|\. /);
        expect(text.length).toBeLessThan(300);
      }),
    );
  });
  it('never tells a value as one of the bounds it is outside of', () => {
    const size = double({ min: 1e-12, max: 1e14, noNaN: true });
    assertProperty(
      property(size, double({ min: 1e-6, max: 1, noNaN: true }), (upper, over) => {
        const value = upper * (1 + over);
        const peak = { ...JUMP.peak, value, lower: 0, upper };
        const text = headline({ ...JUMP, peak }, { ...CPU, unit: '' });
        const [, shown, bound] = /up to (\S+), expected 0 to (\S+) at/.exec(text) ?? [];
        expect(shown).toBeDefined();
        expect(shown).not.toBe(bound);
      }),
    );
  });
});

it.each([
  [0, 'a moment'],
  [1000, '1 second'],
  [59_999, '59 seconds'],
  [60_000, '1 minute'],
  [95 * MINUTE, '1 hour 35 minutes'],
  [3 * DAY_MS + 4 * HOUR_MS + 5, '3 days 4 hours'],
])('spokenDuration(%d) is %s', (durationMs, text) => {
  expect(spokenDuration(durationMs)).toBe(text);
});

it('formatValue() takes the digits it is given', () => {
  expect(formatValue(1234.5678, '', { digits: 6 })).toBe('1,234.57');
  expect(formatValue(0.000_000_1, '', { digits: 2 })).toBe('1.0e-7');
});
