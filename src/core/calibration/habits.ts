import type { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import { DailyRange, type DailyRangeParts } from './daily-range.ts';
import { FamiliarSize } from './familiar-size.ts';
import { SpikeHabit } from './spike-habit.ts';

interface TimedValue {
  readonly localMs: number;
  readonly value: number;
}

/**
 * What a series does of itself: deviations of a size, lonely spikes, a range at a time of day. None of it is news. A `size` is
 * a sample's distance from the level of its hour, >= 0, in units of what that usually is.
 */
export class Habits {
  readonly #familiar: FamiliarSize;
  readonly #spikes: SpikeHabit;
  readonly #daily: DailyRange;

  constructor(stepMs: number, { restDays, room = new Room() }: DailyRangeParts = {}) {
    this.#familiar = new FamiliarSize(stepMs, room);
    this.#spikes = new SpikeHabit(stepMs, room);
    this.#daily = new DailyRange(stepMs, { room, ...(restDays && { restDays }) });
  }

  /** Whether a sample is one of the habits. */
  cover({ localMs, value }: TimedValue, size: number): boolean {
    return (
      this.#daily.covers(localMs, value) || this.#familiar.covers(size) || this.#spikes.covers(size)
    );
  }

  /** Whether a deviation is of a size that the series shows every day. */
  knowSize(size: number): boolean {
    return this.#familiar.covers(size);
  }

  learnSize(timeMs: number, size: number): void {
    this.#familiar.learn(timeMs, size);
    this.#spikes.learn(timeMs, size);
  }

  learnTime({ localMs, value }: TimedValue): void {
    this.#daily.learn(localMs, value);
  }

  /** Unlearns the range of an outage that has ended: from a civil time to now. */
  forgetSince(localMs: number): void {
    this.#daily.forgetSince(localMs);
  }

  save(out: StateWriter): void {
    for (const habit of this.#all()) habit.save(out);
  }

  load(state: StateReader): void {
    for (const habit of this.#all()) habit.load(state);
  }

  #all() {
    return [this.#familiar, this.#spikes, this.#daily];
  }
}
