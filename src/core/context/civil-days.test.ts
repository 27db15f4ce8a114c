import { describe, expect, it } from 'vitest';
import { backtest } from '../backtest/backtest.ts';
import { CivilTime, DAY_MS, HOUR_MS, weekday } from '../civil-time.ts';
import type { Frame } from '../frame.ts';
import { gaussian, seededRng } from '../random.ts';
import { readCalendar } from './calendar.ts';

const STEP = 300_000;
const ZONE = 'Europe/Berlin';
const LEARN_ROWS = (21 * DAY_MS) / STEP;

function frameOf(start: string, days: number, valueAt: (timeMs: number) => number): Frame {
  const startMs = Date.parse(start);
  const times = Float64Array.from({ length: (days * DAY_MS) / STEP }, (_, i) => startMs + i * STEP);
  return { times, names: ['load'], columns: [times.map(valueAt)] };
}

/** Work from 09:00 to 17:00 on the wall clock, on the days that `works` says. */
function officeHours(
  seed: number,
  works: (localMs: number) => boolean,
): (timeMs: number) => number {
  const rng = seededRng(seed);
  const civil = new CivilTime(ZONE);
  return (timeMs) => {
    const localMs = civil.toLocal(timeMs);
    const hour = (localMs % DAY_MS) / HOUR_MS;
    return (works(localMs) && hour >= 9 && hour < 17 ? 80 : 20) + 2 * gaussian(rng);
  };
}

const always = (): boolean => true;
const onWeekdays = (localMs: number): boolean => weekday(localMs) % 6 !== 0;

describe('the calendar a series lives by', () => {
  it.each([
    ['begins', '2026-03-02T00:00:00Z'],
    ['ends', '2026-09-28T00:00:00Z'],
  ])('keeps a day that begins at 09:00 quiet when summer time %s', (_, start) => {
    const frame = frameOf(start, 35, officeHours(1, always));
    expect(backtest(frame, { learnRows: LEARN_ROWS, policy: { zone: ZONE } }).episodes).toEqual([]);
    const shifted = backtest(frame, { learnRows: LEARN_ROWS, policy: { zone: 'UTC' } });
    expect(shifted.episodes).not.toEqual([]);
  });

  it('expects of a holiday what a weekend is like, and is surprised by one it was not told of', () => {
    // Wednesday, 11 November.
    const calendar = readCalendar('2026-11-11: St Martin', { from: 2026, to: 2026 });
    const restDays = calendar.map(({ day }) => day);
    const holidayMs = Date.parse('2026-11-10T23:00:00Z');
    const works = (localMs: number) =>
      onWeekdays(localMs) && !restDays.includes(Math.floor(localMs / DAY_MS));
    const frame = frameOf('2026-10-12T00:00:00Z', 35, officeHours(2, works));
    const told = backtest(frame, { learnRows: LEARN_ROWS, policy: { zone: ZONE, restDays } });
    expect(told.episodes).toEqual([]);
    const untold = backtest(frame, { learnRows: LEARN_ROWS, policy: { zone: ZONE } });
    const onHoliday = untold.episodes.filter(
      ({ openedAtMs }) => openedAtMs >= holidayMs && openedAtMs < holidayMs + DAY_MS,
    );
    expect(onHoliday).not.toEqual([]);
  });

  it('still flags work on a holiday', () => {
    const restDays = readCalendar('2026-11-11', { from: 2026, to: 2026 }).map(({ day }) => day);
    const frame = frameOf('2026-10-12T00:00:00Z', 32, officeHours(3, onWeekdays));
    const { episodes } = backtest(frame, {
      learnRows: LEARN_ROWS,
      policy: { zone: ZONE, restDays },
    });
    expect(episodes.map(({ openedAtMs }) => new Date(openedAtMs).toISOString())).toContain(
      '2026-11-11T08:00:00.000Z',
    );
  });
});
