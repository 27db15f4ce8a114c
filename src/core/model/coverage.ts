import { HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';

const HOURS = 24;
const PAUSE_STEPS = 1.5;

/** How completely the samples of the past 24 hours came: counts and pauses of each hour, in a ring. */
export class Coverage {
  readonly #stepMs: number;
  readonly #counts = new Float32Array(HOURS);
  readonly #gaps = new Float32Array(HOURS);
  readonly #longestMs = new Float32Array(HOURS);
  #slot = 0;
  #nextHourMs = Number.NEGATIVE_INFINITY;
  #firstMs = Number.NaN;
  #lastMs = Number.NaN;

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  /** Takes the time of one sample, in order. */
  learn(timeMs: number): void {
    if (timeMs >= this.#nextHourMs) this.#turn(timeMs);
    this.#counts[this.#slot]++;
    const pauseMs = timeMs - this.#lastMs;
    if (pauseMs > PAUSE_STEPS * this.#stepMs) {
      this.#gaps[this.#slot]++;
      if (pauseMs > this.#longestMs[this.#slot]) this.#longestMs[this.#slot] = pauseMs;
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
    const came = this.#counts.reduce((sum, count) => sum + count, 0);
    return {
      coverage: spanMs > 0 ? Math.min(1, (came * this.#stepMs) / spanMs) : 0,
      gaps: this.#gaps.reduce((sum, count) => sum + count, 0),
      longestGapMs: this.#longestMs.reduce((longest, ms) => Math.max(longest, ms), 0),
    };
  }

  save(out: StateWriter): void {
    for (const ring of [this.#counts, this.#gaps, this.#longestMs]) out.singles(ring);
    out.int(this.#slot);
    for (const timeMs of [this.#nextHourMs, this.#firstMs, this.#lastMs]) out.float(timeMs);
  }

  load(state: StateReader): void {
    for (const ring of [this.#counts, this.#gaps, this.#longestMs]) ring.set(state.singles());
    this.#slot = state.int();
    this.#nextHourMs = state.float();
    this.#firstMs = state.float();
    this.#lastMs = state.float();
  }

  #turn(timeMs: number): void {
    const hour = Math.floor(timeMs / HOUR_MS);
    const passed = hour + 1 - this.#nextHourMs / HOUR_MS;
    for (let i = 0; i < Math.min(passed, HOURS); i++) {
      this.#slot = (this.#slot + 1) % HOURS;
      this.#counts[this.#slot] = 0;
      this.#gaps[this.#slot] = 0;
      this.#longestMs[this.#slot] = 0;
    }
    this.#nextHourMs = (hour + 1) * HOUR_MS;
    if (Number.isNaN(this.#firstMs)) this.#firstMs = timeMs;
  }
}
