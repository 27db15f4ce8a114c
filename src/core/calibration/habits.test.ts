import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../civil-time.ts';
import { StateReader, StateWriter } from '../state.ts';
import { type Deviation, Habits } from './habits.ts';

const STEP_MS = 300_000;

/** A week in which the series is far from its level six times a day, and gets there smoothly. */
function smoothWeek(): Habits {
  const habits = new Habits(STEP_MS);
  for (let i = 0; i < (7 * DAY_MS) / STEP_MS; i++) {
    habits.learnDeviation(i * STEP_MS, { size: i % 48 < 4 ? 9 : 1, jump: 1 });
  }
  return habits;
}

function known(habits: Habits, deviations: readonly Deviation[]): boolean[] {
  return deviations.map((deviation) => habits.know(deviation));
}

const DEVIATIONS = [
  { size: 9, jump: 1 },
  { size: 9, jump: 6 },
  { size: 40, jump: 1 },
] as const;

describe('Habits', () => {
  it('know how far a smooth series goes, and neither that it steps there nor that it goes farther', () => {
    expect(known(smoothWeek(), DEVIATIONS)).toEqual([true, false, false]);
  });

  it('excuse what is of a familiar size unless it got there by a clearly larger jump', () => {
    const habits = smoothWeek();
    // Twice the usual jump of 1, as the logarithmic buckets see it, is not yet clear.
    const excused = [1, 1.8, 3].map((jump) =>
      habits.cover({ localMs: 7 * DAY_MS, value: 1 }, { size: 9, jump }),
    );
    expect(excused).toEqual([true, true, false]);
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
