import { HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';

const HOURS = 24;
const PAUSE_STEPS = 1.5;
/** Rings of one figure an hour each: samples, pauses, milliseconds of the longest pause. */
const COUNTS = 0;
const GAPS = HOURS;
const LONGEST = 2 * HOURS;
const RINGS = [COUNTS, GAPS, LONGEST] as const;

/** How completely the samples of the past 24 hours came: counts and pauses of each hour, in a ring. */
export class Coverage {
  readonly #stepMs: number;
  readonly #room: Room;
  /** Where the rings begin among the singles. */
  readonly #at: number;
  #slot = 0;
  #nextHourMs = Number.NEGATIVE_INFINITY;
  #firstMs = Number.NaN;
  #lastMs = Number.NaN;

  constructor(stepMs: number, room = new Room()) {
    this.#stepMs = stepMs;
    this.#room = room;
    this.#at = room.reserveSingles(RINGS.length * HOURS);
  }

  /** Takes the time of one sample, in order. */
  learn(timeMs: number): void {
    if (timeMs >= this.#nextHourMs) this.#turn(timeMs);
    const { singles } = this.#room;
    const at = this.#at + this.#slot;
    singles[at + COUNTS]++;
    const pauseMs = timeMs - this.#lastMs;
    if (pauseMs > PAUSE_STEPS * this.#stepMs) {
      singles[at + GAPS]++;
      if (pauseMs > singles[at + LONGEST]) singles[at + LONGEST] = pauseMs;
    }
    this.#lastMs = timeMs;
  }

  /**
   * `coverage`: share of the samples that the step lets expect since the beginning of the ring or of the series, 0..1;
   * `gaps`: pauses longer than a step and a half, and how long the longest was, 0 without any.
   */
  ofPastDay(): { coverage: number; gaps: number; longestGapMs: number } {
    const beganMs = this.#nextHourMs - HOURS * HOUR_MS;
    const spanMs = this.#lastMs - Math.max(beganMs, this.#firstMs) + this.#stepMs;
    const came = this.#ring(COUNTS).reduce((sum, count) => sum + count, 0);
    return {
      coverage: spanMs > 0 ? Math.min(1, (came * this.#stepMs) / spanMs) : 0,
      gaps: this.#ring(GAPS).reduce((sum, count) => sum + count, 0),
      longestGapMs: this.#ring(LONGEST).reduce((longest, ms) => Math.max(longest, ms), 0),
    };
  }

  save(out: StateWriter): void {
    for (const first of RINGS) out.singles(this.#ring(first));
    out.int(this.#slot);
    for (const timeMs of [this.#nextHourMs, this.#firstMs, this.#lastMs]) out.float(timeMs);
  }

  load(state: StateReader): void {
    for (const first of RINGS) this.#ring(first).set(state.singles());
    this.#slot = state.int();
    this.#nextHourMs = state.float();
    this.#firstMs = state.float();
    this.#lastMs = state.float();
  }

  #ring(first: number): Float32Array {
    const at = this.#at + first;
    return this.#room.singles.subarray(at, at + HOURS);
  }

  #turn(timeMs: number): void {
    const hour = Math.floor(timeMs / HOUR_MS);
    const passed = hour + 1 - this.#nextHourMs / HOUR_MS;
    for (let i = 0; i < Math.min(passed, HOURS); i++) {
      this.#slot = (this.#slot + 1) % HOURS;
      for (const first of RINGS) this.#room.singles[this.#at + first + this.#slot] = 0;
    }
    this.#nextHourMs = (hour + 1) * HOUR_MS;
    if (Number.isNaN(this.#firstMs)) this.#firstMs = timeMs;
  }
}
