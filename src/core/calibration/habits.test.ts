import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../civil-time.ts';
import { StateReader, StateWriter } from '../state.ts';
import { type Deviation, Habits } from './habits.ts';

const STEP_MS = 300_000;

/** A week in which the series is far from its level six times a day, and gets there smoothly. */
function smoothWeek(): Habits {
  const habits = new Habits(STEP_MS);
  for (let i = 0; i < (7 * DAY_MS) / STEP_MS; i++) {
    habits.learnDeviation(i * STEP_MS, {
      size: i % 48 < 4 ? 9 : 1,
      jump: 1,
      lasting: 1,
    });
    habits.learnTime({ localMs: i * STEP_MS, value: i % 3 }, { size: 1, jump: 1, lasting: 1 });
  }
  return habits;
}

function known(habits: Habits, deviations: readonly Deviation[]): boolean[] {
  return deviations.map((deviation) => habits.know(deviation));
}

const unknown = (): number => Number.POSITIVE_INFINITY;
const AWAY: Deviation = { size: 40, jump: 9, lasting: 9 };

const DEVIATIONS = [
  { size: 9, jump: 1, lasting: 1 },
  { size: 9, jump: 6, lasting: 1 },
  { size: 40, jump: 1, lasting: 1 },
] as const;

describe('Habits', () => {
  it('know how far a smooth series goes, and neither that it steps there nor that it goes farther', () => {
    expect(known(smoothWeek(), DEVIATIONS)).toEqual([true, false, false]);
  });

  it('excuse what is of a familiar size unless it got there by a clearly larger jump', () => {
    const habits = smoothWeek();
    // Twice the usual jump of 1, as the logarithmic buckets see it, is not yet clear.
    const excused = [1, 1.8, 3].map((jump) =>
      habits.cover({ localMs: 7 * DAY_MS, value: 30 }, { size: 9, jump, lasting: 1 }, unknown),
    );
    expect(excused).toEqual([true, true, false]);
  });

  it('excuse nothing of a familiar size that lasts as it never did', () => {
    const habits = smoothWeek();
    const excused = [1, 1.4, 9].map((lasting) =>
      habits.cover({ localMs: 7 * DAY_MS, value: 30 }, { size: 9, jump: 1, lasting }, unknown),
    );
    expect(excused).toEqual([true, true, false]);
    expect(known(habits, [{ size: 9, jump: 1, lasting: 9 }])).toEqual([false]);
  });

  it('excuse what single samples met at this time of day for a quarter of an hour, then where days stayed there', () => {
    const habits = smoothWeek();
    const excused = [0, 3, 4].map((sample) => {
      const at = { localMs: 7 * DAY_MS + sample * STEP_MS, value: 2 };
      const by = (fromDays: number) => habits.cover(at, AWAY, () => fromDays);
      const answers = [by(9), by(1)];
      habits.pass(at, AWAY);
      return answers;
    });
    expect(excused).toEqual([
      [true, true],
      [true, true],
      [false, true],
    ]);
  });

  it('learn no frequent spikes as habits of a time of day', () => {
    const habits = new Habits(STEP_MS);
    for (let i = 0; i < (14 * DAY_MS) / STEP_MS; i++) {
      const deviation = { size: i % 24 === 12 ? 20 : 1, jump: 1, lasting: 1 };
      habits.learnTime({ localMs: i * STEP_MS, value: deviation.size }, deviation);
      habits.learnDeviation(i * STEP_MS, deviation);
    }
    const at = { localMs: 14 * DAY_MS + 12 * STEP_MS, value: 20 };
    expect(habits.cover(at, { size: 40, jump: 9, lasting: 1 }, unknown)).toBe(false);
  });

  it('know nothing of a series that has just begun', () => {
    expect(known(new Habits(STEP_MS), DEVIATIONS)).toEqual([false, false, false]);
  });

  it('go on where they were saved', () => {
    const out = new StateWriter('TEST', 1);
    smoothWeek().save(out);
    const copy = new Habits(STEP_MS);
    copy.load(new StateReader(out.finish(), 'TEST', 1));
    expect(known(copy, DEVIATIONS)).toEqual([true, false, false]);
  });
});
