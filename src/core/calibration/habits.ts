import type { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import { DailyRange, type DailyRangeParts } from './daily-range.ts';
import { FamiliarSize } from './familiar-size.ts';
import { SpikeHabit } from './spike-habit.ts';

/** A jump is clearly larger than those of a habit where it exceeds them by so much. */
const CLEAR_MARGIN = 2;
/** What lasts is heard where it exceeds what usually does by so much. */
const HEARD_MARGIN = 3;
/** What lasts no longer leaves no trace in the smoothed days before: only single samples tell of it. */
const BRIEF_MS = 900_000;
/** Kinds of deviations whose sizes are known. */
const JUMP = 1;
const LASTING = 2;
const KINDS = 3;

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
  /** Distance of the latest seven samples, by their median, from what the clock lets expect: their hour may have got used to it. */
  readonly lasting: number;
}

/**
 * What a series does of itself: deviations of a size, lonely spikes, a range at a time of day. None of it is news, but what
 * single samples did says nothing of a level that stays: that is known only where such levels are.
 */
export class Habits {
  readonly #sizes: FamiliarSize;
  readonly #spikes: SpikeHabit;
  readonly #daily: DailyRange;
  /** Civil time since when the latest samples together have been of no familiar size; NaN where they are of one. */
  #lastingSince = Number.NaN;

  constructor(stepMs: number, { restDays, room = new Room() }: DailyRangeParts = {}) {
    this.#sizes = new FamiliarSize(stepMs, { room, count: KINDS });
    this.#spikes = new SpikeHabit(stepMs, room);
    this.#daily = new DailyRange(stepMs, { room, ...(restDays && { restDays }) });
  }

  /**
   * Whether a sample is one of the habits: where it is of a familiar size, only a clearly larger jump than usual makes it news.
   * `fromDays` gives how far the latest samples are, in the unit of their size, from where days before were at this time.
   */
  cover(sample: TimedValue, deviation: Deviation, fromDays: () => number): boolean {
    return (
      (this.#daily.covers(sample.localMs, sample.value) &&
        (this.#isBrief(sample.localMs) || this.#isFamiliar(fromDays()))) ||
      (this.#sizes.covers(deviation.size) &&
        this.#isFamiliar(deviation.lasting) &&
        this.#knowJump(deviation, CLEAR_MARGIN)) ||
      this.#spikes.covers(deviation.size)
    );
  }

  /**
   * Whether a deviation is of a size that the series shows every day and does not last, and was not reached by a larger jump
   * than it shows every day: a smooth series may be anywhere near its level, but it does not step there.
   */
  know(deviation: Deviation): boolean {
    const { size, lasting } = deviation;
    const isOfSize = this.#sizes.covers(size) && this.#isFamiliar(lasting, HEARD_MARGIN);
    return isOfSize && this.#knowJump(deviation);
  }

  /** Takes in that a sample has passed, and what lasts with it. */
  pass({ localMs }: TimedValue, { lasting }: Deviation): void {
    if (this.#isFamiliar(lasting)) this.#lastingSince = Number.NaN;
    else if (Number.isNaN(this.#lastingSince)) this.#lastingSince = localMs;
  }

  learnDeviation(timeMs: number, { size, jump, lasting }: Deviation): void {
    this.#sizes.learn(timeMs, size);
    this.#sizes.learn(timeMs, jump, JUMP);
    this.#sizes.learn(timeMs, lasting, LASTING);
    this.#spikes.learn(timeMs, size);
  }

  /** Spikes that come several times a day say nothing of the time of day; must come before they are learned. */
  learnTime({ localMs, value }: TimedValue, { size }: Deviation): void {
    if (this.#sizes.covers(size) && this.#spikes.covers(size)) return;
    this.#daily.learn(localMs, value);
  }

  /** Unlearns the range of an outage that has ended: from a civil time to now. */
  forgetSince(localMs: number): void {
    this.#daily.forgetSince(localMs);
  }

  save(out: StateWriter): void {
    for (const habit of this.#all()) habit.save(out);
    out.float(this.#lastingSince);
  }

  load(state: StateReader): void {
    for (const habit of this.#all()) habit.load(state);
    this.#lastingSince = state.float();
  }

  #all() {
    return [this.#sizes, this.#spikes, this.#daily];
  }

  #knowJump({ jump }: Deviation, margin?: number): boolean {
    return this.#sizes.covers(jump, { which: JUMP, margin });
  }

  #isFamiliar(lasting: number, margin?: number): boolean {
    return this.#sizes.covers(lasting, { which: LASTING, margin });
  }

  #isBrief(localMs: number): boolean {
    return !(localMs - this.#lastingSince > BRIEF_MS);
  }
}
