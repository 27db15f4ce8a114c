import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { StateReader, StateWriter } from '../state.ts';
import { DailyRange } from './daily-range.ts';

const STEP_MS = 300_000;
const NOON_MS = DAY_MS / 2;
/** 5 January 1970, a Monday. */
const MONDAY_MS = 4 * DAY_MS;

/** 10 all day, but 50 from noon to one on the days that `lunch` names, counted from a Monday. */
function week(lunch: (day: number) => boolean, days = 7, restDays: number[] = []): DailyRange {
  const range = new DailyRange(STEP_MS, { restDays });
  for (let timeMs = 0; timeMs < days * DAY_MS; timeMs += STEP_MS) {
    const timeOfDay = timeMs % DAY_MS;
    const eating = timeOfDay >= NOON_MS && timeOfDay < NOON_MS + HOUR_MS;
    range.learn(MONDAY_MS + timeMs, eating && lunch(Math.floor(timeMs / DAY_MS)) ? 50 : 10);
  }
  return range;
}

const at = (day: number, hour: number): number => MONDAY_MS + day * DAY_MS + hour * HOUR_MS;

describe('DailyRange', () => {
  it('covers a value that was met at this time on three working days, and no fewer', () => {
    expect(week((day) => day >= 2).covers(at(7, 12.5), 50)).toBe(true);
    expect(week((day) => day >= 3).covers(at(7, 12.5), 50)).toBe(false);
  });

  it('does not cover on a rest day what is usual on working days', () => {
    const range = week((day) => day < 5, 5);
    expect(range.covers(at(5, 12.5), 50)).toBe(false);
    const friday = MONDAY_MS / DAY_MS + 4;
    expect(week(() => true, 4, [friday]).covers(at(4, 12.5), 50)).toBe(false);
  });

  it('takes all days for alike where it is told of no rest days and knows too few of a kind', () => {
    const told = new DailyRange(STEP_MS, { restDays: [] });
    const untold = new DailyRange(STEP_MS);
    for (const range of [told, untold]) {
      for (let timeMs = at(0, 0); timeMs < at(5, 0); timeMs += STEP_MS) range.learn(timeMs, 10);
    }
    expect([told, untold].map((range) => range.covers(at(5, 12), 10))).toEqual([false, true]);
    for (let timeMs = at(5, 0); timeMs < at(12, 0); timeMs += STEP_MS) untold.learn(timeMs, 20);
    expect(untold.covers(at(12, 12), 10)).toBe(false);
  });

  it('covers on a Saturday what both days of the last weekend met', () => {
    expect(week(() => true, 12).covers(at(12, 12.5), 50)).toBe(true);
    expect(week((day) => day !== 6, 12).covers(at(12, 12.5), 50)).toBe(false);
  });

  it('covers the same half an hour before or after it, and no farther away', () => {
    const range = week(() => true);
    expect([11.5, 13.4].map((hour) => range.covers(at(7, hour), 50))).toEqual([true, true]);
    expect([11.2, 13.6].map((hour) => range.covers(at(7, hour), 50))).toEqual([false, false]);
  });

  it('does not cover at night what is usual at noon', () => {
    expect(week(() => true).covers(at(7, 3), 50)).toBe(false);
  });

  it('allows a quarter of a day’s range beyond it', () => {
    const range = week(() => true);
    expect(range.covers(at(7, 12), 59)).toBe(true);
    expect(range.covers(at(7, 12), 61)).toBe(false);
  });

  it('covers nothing before three days are known, nor after a pause of a week', () => {
    expect(week(() => true, 2).covers(at(2, 12), 50)).toBe(false);
    const range = week(() => true);
    range.learn(at(20, 12), 10);
    expect(range.covers(at(21, 12), 50)).toBe(false);
  });

  it('unlearns an outage, not what was before', () => {
    const range = week(() => true);
    range.forgetSince(at(4, 0));
    expect(range.covers(at(7, 12.5), 50)).toBe(true);
    range.forgetSince(at(1, 0));
    expect(range.covers(at(7, 12.5), 50)).toBe(false);
  });

  it('goes on where it was saved', () => {
    const range = week((day) => day >= 2);
    const out = new StateWriter('TEST', 1);
    range.save(out);
    const copy = new DailyRange(STEP_MS);
    copy.load(new StateReader(out.finish(), 'TEST', 1));
    expect(copy.covers(at(7, 12.5), 50)).toBe(true);
    copy.learn(at(7, 12.5), 50);
    expect(copy.covers(at(7, 12.5), 50)).toBe(true);
    expect(copy.covers(at(7, 14), 50)).toBe(false);
  });
});
