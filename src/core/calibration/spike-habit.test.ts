import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../civil-time.ts';
import { StateReader, StateWriter } from '../state.ts';
import { SpikeHabit } from './spike-habit.ts';

const STEP_MS = 300_000;

interface Spikes {
  readonly days?: number;
  readonly timesADay?: number;
  readonly width?: number;
  /** Size of the nth spike. */
  readonly size?: (nth: number) => number;
}

/** 1 all day but for spikes. */
function after({ days = 7, timesADay = 2, width = 1, size = () => 20 }: Spikes): SpikeHabit {
  const habit = new SpikeHabit(STEP_MS);
  const every = Math.round(DAY_MS / STEP_MS / timesADay);
  for (let i = 0; i < (days * DAY_MS) / STEP_MS; i++) {
    // Spikes come in the middle, so that the last samples are calm.
    const since = (i + Math.floor(every / 2)) % every;
    habit.learn(i * STEP_MS, since < width ? size(Math.floor(i / every)) : 1);
  }
  return habit;
}

describe('SpikeHabit', () => {
  it('covers a spike of about the size of those that came twice a day, and no larger one', () => {
    const habit = after({});
    expect(habit.covers(28)).toBe(true);
    expect(habit.covers(40)).toBe(false);
  });

  it('does not know spikes that come every other day, nor any in its first three days', () => {
    expect(after({ timesADay: 0.5, days: 14 }).covers(20)).toBe(false);
    expect(after({ days: 2 }).covers(20)).toBe(false);
  });

  it('does not know what lasts three samples as a spike, but what lasts two', () => {
    expect(after({ width: 3 }).covers(20)).toBe(false);
    expect(after({ width: 2 }).covers(20)).toBe(true);
  });

  it('does not cover the third sample of what began as a spike', () => {
    const habit = after({});
    habit.learn(7 * DAY_MS, 20);
    expect(habit.covers(20)).toBe(true);
    habit.learn(7 * DAY_MS + STEP_MS, 20);
    expect(habit.covers(20)).toBe(false);
  });

  it('does not cover flapping beyond its second spike', () => {
    const habit = after({});
    for (const [i, size] of [20, 1, 20, 1].entries()) habit.learn(7 * DAY_MS + i * STEP_MS, size);
    expect(habit.covers(20)).toBe(false);
  });

  it('does not know spikes that are of very different sizes, nor such as hardly stand out', () => {
    expect(after({ size: (nth) => (nth % 2 === 0 ? 100 : 7) }).covers(20)).toBe(false);
    expect(after({ size: () => 4 }).covers(4)).toBe(false);
  });

  it('goes on where it was saved', () => {
    const habit = after({});
    habit.learn(7 * DAY_MS, 20);
    habit.learn(7 * DAY_MS + STEP_MS, 5);
    const out = new StateWriter('TEST', 1);
    habit.save(out);
    const copy = new SpikeHabit(STEP_MS);
    copy.load(new StateReader(out.finish(), 'TEST', 1));
    for (let i = 2; i < 400; i++) {
      const size = i % 60 === 0 ? 20 : 1;
      expect(copy.covers(size)).toBe(habit.covers(size));
      for (const one of [habit, copy]) one.learn(7 * DAY_MS + i * STEP_MS, size);
    }
  });
});
