import { HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { quantileSorted } from '../stats/quantile.ts';

const EVERY_MS = 2 * HOUR_MS;
const KEPT = 168;
const FEWEST = 12;
/** Farther away is as far as can be. */
const LARGEST = 20;
/** Share of the centre and of the span below which a spread is none: constant series have none of their own. */
const SMALLEST_SPREAD = 0.005;

/**
 * Where a value stands among all that its series has been for two weeks, whatever the hour: its distance from the median,
 * in units of the widest of three robust spreads. Keeps one value every two hours.
 */
export class Standardization {
  readonly #ring = new Float32Array(KEPT);
  #count = 0;
  #slot = Number.NaN;
  #center = Number.NaN;
  #spread = Number.NaN;

  /** In standard deviations of a normal distribution, 20 at most; 0 before the first `refit` that had a day. */
  of(value: number): number {
    const distance = (value - this.#center) / this.#spread;
    return Number.isNaN(distance) ? 0 : Math.min(Math.max(distance, -LARGEST), LARGEST);
  }

  learn(timeMs: number, value: number): void {
    const slot = Math.floor(timeMs / EVERY_MS);
    if (slot === this.#slot) return;
    this.#slot = slot;
    this.#ring[this.#count++ % KEPT] = value;
  }

  refit(): void {
    if (this.#count < FEWEST) return;
    const sorted = this.#ring.subarray(0, Math.min(this.#count, KEPT)).toSorted();
    const span = (outside: number): number =>
      quantileSorted(sorted, 1 - outside) - quantileSorted(sorted, outside);
    this.#center = quantileSorted(sorted, 0.5);
    // In a normal distribution the spans are so many standard deviations wide.
    const spread = Math.max(span(0.25) / 1.35, span(0.05) / 3.29, span(0.01) / 4.65);
    const smallest = SMALLEST_SPREAD * (Math.abs(this.#center) + span(0) / 6.2);
    this.#spread = Math.max(spread, smallest, 1e-12);
  }

  save(out: StateWriter): void {
    out.singles(this.#ring.subarray(0, Math.min(this.#count, KEPT)));
    out.int(this.#count);
    for (const figure of [this.#slot, this.#center, this.#spread]) out.float(figure);
  }

  load(state: StateReader): void {
    this.#ring.set(state.singles());
    this.#count = state.int();
    this.#slot = state.float();
    this.#center = state.float();
    this.#spread = state.float();
  }
}
