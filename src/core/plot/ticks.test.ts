import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { timeTicks, valueTicks } from './ticks.ts';

const texts = (ticks: readonly { readonly text: string }[]) => ticks.map(({ text }) => text);

describe('timeTicks()', () => {
  it('are round on the wall of the zone, days among hours are named', () => {
    const from = Date.UTC(2026, 10, 22, 16, 10);
    const ticks = timeTicks({ from, to: from + 14 * HOUR_MS }, 'Europe/Berlin', 5);
    expect(texts(ticks)).toEqual(['18:00', '21:00', '23 Nov', '03:00', '06:00']);
    expect(ticks[0]?.at).toBe(Date.UTC(2026, 10, 22, 17));
    expect(ticks.map(({ strong }) => strong)).toEqual([
      undefined,
      undefined,
      true,
      undefined,
      undefined,
    ]);
  });

  it('stay at midnight over the night that has 25 hours', () => {
    const from = Date.UTC(2026, 9, 23, 22);
    const ticks = timeTicks({ from, to: from + 4 * DAY_MS }, 'Europe/Berlin', 5);
    expect(texts(ticks)).toEqual(['24 Oct', '25 Oct', '26 Oct', '27 Oct']);
    expect((ticks[2]?.at ?? 0) - (ticks[1]?.at ?? 0)).toBe(25 * HOUR_MS);
  });

  it('are Mondays over weeks, months over a year, years beyond', () => {
    const from = Date.UTC(2026, 10, 22);
    expect(texts(timeTicks({ from, to: from + 30 * DAY_MS }, 'UTC', 6))).toEqual([
      '23 Nov',
      '30 Nov',
      '7 Dec',
      '14 Dec',
      '21 Dec',
    ]);
    expect(texts(timeTicks({ from, to: from + 365 * DAY_MS }, 'UTC', 6))).toEqual([
      '2027',
      'Apr',
      'Jul',
      'Oct',
    ]);
    expect(texts(timeTicks({ from, to: from + 3653 * DAY_MS }, 'UTC', 5))).toEqual([
      '2030',
      '2035',
    ]);
  });

  it('show seconds only within minutes', () => {
    expect(texts(timeTicks({ from: 0, to: 60_000 }, 'UTC', 3))).toEqual([
      '1 Jan',
      '00:00:30',
      '00:01:00',
    ]);
  });
});

describe('valueTicks()', () => {
  it.each([
    [0, 1, 'ratio', ['0 %', '20 %', '40 %', '60 %', '80 %', '100 %']],
    [0, 3 * 1024 ** 3, 'bytes', ['0 B', '1 GiB', '2 GiB', '3 GiB']],
    [0, 900, 'seconds', ['0 s', '5 min', '10 min', '15 min']],
    [-1, 1, '', ['-1', '-0.5', '0', '0.5', '1']],
    [10_000, 10_004, '', ['10,000', '10,001', '10,002', '10,003', '10,004']],
  ])('from %d to %d %s', (from, to, unit, expected) => {
    expect(texts(valueTicks({ from, to }, unit, 5))).toEqual(expected);
  });

  it('is one where there is no room for a second', () => {
    expect(texts(valueTicks({ from: 5, to: 5 }, '', 5))).toEqual(['5']);
  });
});
