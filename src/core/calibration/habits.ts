import type { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import { DailyRange, type DailyRangeParts } from './daily-range.ts';
import { FamiliarSize } from './familiar-size.ts';
import { SpikeHabit } from './spike-habit.ts';

/** A jump is clearly larger than those of a habit where it exceeds them by so much. */
const CLEAR_MARGIN = 2;

interface TimedValue {
  readonly localMs: number;
  readonly value: number;
}

/** How far a sample is off, each >= 0 and in units of what it usually is; 0 where it is not known. */
export interface Deviation {
  /** Distance from the level of its hour. */
  readonly size: number;
  /** Distance from where its course was going. */
  readonly jump: number;
}

/** What a series does of itself: deviations of a size, lonely spikes, a range at a time of day. None of it is news. */
export class Habits {
  readonly #sizes: FamiliarSize;
  readonly #jumps: FamiliarSize;
  readonly #spikes: SpikeHabit;
  readonly #daily: DailyRange;

  constructor(stepMs: number, { restDays, room = new Room() }: DailyRangeParts = {}) {
    this.#sizes = new FamiliarSize(stepMs, room);
    this.#jumps = new FamiliarSize(stepMs, room);
    this.#spikes = new SpikeHabit(stepMs, room);
    this.#daily = new DailyRange(stepMs, { room, ...(restDays && { restDays }) });
  }

  /** Whether a sample is one of the habits: where it is of a familiar size, only a clearly larger jump than usual makes it news. */
  cover({ localMs, value }: TimedValue, deviation: Deviation): boolean {
    return (
      this.#daily.covers(localMs, value) ||
      (this.knowSize(deviation) && this.#jumps.covers(deviation.jump, CLEAR_MARGIN)) ||
      this.#spikes.covers(deviation.size)
    );
  }

  /**
   * Whether a deviation is of a size that the series shows every day, and was not reached by a larger jump than it shows every
   * day: a smooth series may be anywhere near its level, but it does not step there.
   */
  know(deviation: Deviation): boolean {
    return this.knowSize(deviation) && this.#jumps.covers(deviation.jump);
  }

  /** The same however it was reached. */
  knowSize({ size }: Deviation): boolean {
    return this.#sizes.covers(size);
  }

  learnDeviation(timeMs: number, { size, jump }: Deviation): void {
    this.#sizes.learn(timeMs, size);
    this.#jumps.learn(timeMs, jump);
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
    return [this.#sizes, this.#jumps, this.#spikes, this.#daily];
  }
}
