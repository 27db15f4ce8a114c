import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { StateReader, StateWriter } from '../state.ts';
import { Absence } from './absence.ts';
import type { Judgement } from './judgement.ts';
import type { SeriesPolicy } from './policy.ts';

const STEP = 60_000;
const LAST: Judgement = {
  timeMs: 0,
  value: 7,
  expected: 6,
  lower: 5,
  upper: 8,
  ratio: 0.1,
  flagged: false,
};
const BACKGROUND = { learnedSinceMs: 0, samples: 1, coverage: 1, gaps: 0, longestGapMs: 0 };

function absenceOf(missing: SeriesPolicy['missing'] = 'anomaly') {
  const absence = new Absence({ stepMs: STEP, missing });
  let timeMs = 0;
  /** Samples for so long, then as much of a pause. */
  const live = (spanMs: number, pauseMs = 0): number => {
    for (const endMs = timeMs + spanMs; timeMs < endMs; timeMs += STEP) {
      absence.back({ ...LAST, timeMs });
      absence.learn(timeMs);
    }
    const lastMs = timeMs - STEP;
    timeMs += pauseMs;
    return lastMs;
  };
  const miss = (untilMs: number): void => absence.miss(untilMs, LAST, () => BACKGROUND);
  return { absence, live, miss };
}

function bytesOf(absence: Absence): Uint8Array {
  const out = new StateWriter('ABSN', 1);
  absence.save(out);
  return out.finish();
}

describe('Absence', () => {
  it('opens five minutes after the latest sample, whenever it is asked, with what was expected', () => {
    const { absence, live, miss } = absenceOf();
    const lastMs = live(2 * DAY_MS);
    miss(lastMs + 5 * STEP - 1);
    expect(absence.open).toBe(false);
    miss(lastMs + 40 * STEP);
    miss(lastMs + 50 * STEP);
    const episodes = absence.drain();
    expect(episodes).toHaveLength(1);
    expect(episodes[0]).toMatchObject({
      kind: 'absence',
      startedAtMs: lastMs,
      openedAtMs: lastMs + 5 * STEP,
      open: true,
      samples: 1,
      peak: { value: Number.NaN, expected: 6, lower: 5, upper: 8 },
      standstill: { sinceMs: lastMs, longestMs: 0 },
    });
  });

  it('waits half as long again as the longest pause was', () => {
    const { absence, live } = absenceOf();
    live(2 * DAY_MS, HOUR_MS);
    const lastMs = live(HOUR_MS);
    // The pause lasted from the last sample before it: an hour and a step; of those five minutes are taken as usual.
    expect(absence.dueMs - lastMs).toBe(8 * STEP);
  });

  it('says nothing of a young series, of one that often pauses and of one whose silence is well', () => {
    const young = absenceOf();
    young.live(DAY_MS / 2);
    expect(young.absence.dueMs).toBe(Number.POSITIVE_INFINITY);
    const pausing = absenceOf();
    for (let hour = 0; hour < 72; hour++) pausing.live(HOUR_MS, 10 * STEP);
    expect(pausing.absence.dueMs).toBe(Number.POSITIVE_INFINITY);
    const well = absenceOf('ok');
    well.live(2 * DAY_MS);
    expect(well.absence.dueMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('takes the time that a query says, of any series', () => {
    const { absence, live } = absenceOf({ afterMs: 90_000 });
    const lastMs = live(HOUR_MS);
    expect(absence.dueMs).toBe(lastMs + 90_000);
  });

  it('flags an outage of the same length on each of four days', () => {
    const { absence, live, miss } = absenceOf();
    const opened = new Set<number>();
    for (let day = 0; day < 4; day++) {
      const lastMs = live(2 * DAY_MS, HOUR_MS);
      miss(lastMs + HOUR_MS);
      for (const { openedAtMs } of absence.drain()) opened.add(openedAtMs);
    }
    expect(opened.size).toBe(4);
  });

  it('forgets a series after a day, and does not say the same silence again', () => {
    const { absence, live, miss } = absenceOf();
    const lastMs = live(2 * DAY_MS);
    for (let hours = 1; hours < 60; hours += 7) miss(lastMs + hours * HOUR_MS);
    expect(absence.drain()).toMatchObject([
      { open: false, endedAtMs: lastMs + DAY_MS, ending: 'vanished' },
    ]);
  });

  it('goes on from its state as if it had never been saved', () => {
    const { absence, live, miss } = absenceOf();
    const lastMs = live(2 * DAY_MS, 30 * STEP);
    miss(lastMs + 20 * STEP);
    const copy = new Absence({ stepMs: STEP, missing: 'anomaly' });
    copy.load(new StateReader(bytesOf(absence), 'ABSN', 1));
    copy.resume(JSON.parse(JSON.stringify(absence.state())));
    for (const one of [absence, copy]) {
      one.drain();
      one.miss(lastMs + 25 * STEP, LAST, () => BACKGROUND);
      one.back({ ...LAST, timeMs: lastMs + 30 * STEP });
      one.learn(lastMs + 30 * STEP);
    }
    expect(copy.drain()).toEqual(absence.drain());
    expect(bytesOf(copy)).toEqual(bytesOf(absence));
  });
});
