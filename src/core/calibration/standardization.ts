import { HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { quantileSorted } from '../stats/quantile.ts';

const EVERY_MS = 2 * HOUR_MS;
const KEPT = 84;
const FEWEST = 12;
/** Farther away is as far as can be. */
const LARGEST = 20;
/** Share of the centre and of the span below which a spread is none: constant series have none of their own. */
const SMALLEST_SPREAD = 0.005;

/**
 * Where values of several series stand among all that each has been for a week, whatever the hour: the distance from the
 * median, in units of the widest of three robust spreads. Keeps one value of each every two hours.
 */
export class Standardization {
  readonly #size: number;
  /** KEPT entries of each series in turn. */
  readonly #rings: Float32Array;
  readonly #counts: Uint32Array;
  /** Latest slot of two hours in which each had a value. */
  readonly #slots: Float64Array;
  readonly #centers: Float64Array;
  readonly #spreads: Float64Array;

  constructor(size: number) {
    this.#size = size;
    this.#rings = new Float32Array(size * KEPT);
    this.#counts = new Uint32Array(size);
    this.#slots = new Float64Array(size).fill(Number.NaN);
    this.#centers = new Float64Array(size).fill(Number.NaN);
    this.#spreads = new Float64Array(size).fill(Number.NaN);
  }

  /** In standard deviations of a normal distribution, 20 at most; 0 before the first `refit` that had a day; NaN of NaN. */
  of(series: number, value: number): number {
    const distance = (value - this.#centers[series]) / this.#spreads[series];
    if (Number.isNaN(distance)) return Number.isNaN(value) ? Number.NaN : 0;
    return Math.min(Math.max(distance, -LARGEST), LARGEST);
  }

  learn(series: number, timeMs: number, value: number): void {
    const slot = Math.floor(timeMs / EVERY_MS);
    if (slot === this.#slots[series]) return;
    this.#slots[series] = slot;
    this.#rings[series * KEPT + (this.#counts[series]++ % KEPT)] = value;
  }

  refit(): void {
    for (let series = 0; series < this.#size; series++) {
      if (this.#counts[series] >= FEWEST) this.#refit(series);
    }
  }

  /** The same knowledge of other series: `from[i]` is the index that series i had here, -1 for one that is new. */
  regrouped(from: readonly number[]): Standardization {
    const next = new Standardization(from.length);
    from.forEach((was, i) => {
      if (was < 0) return;
      next.#rings.set(this.#ringOf(was), i * KEPT);
      next.#counts[i] = this.#counts[was];
      next.#slots[i] = this.#slots[was];
      next.#centers[i] = this.#centers[was];
      next.#spreads[i] = this.#spreads[was];
    });
    return next;
  }

  save(out: StateWriter): void {
    out.singles(this.#rings);
    out.words(this.#counts);
    for (const column of [this.#slots, this.#centers, this.#spreads]) out.floats(column);
  }

  load(state: StateReader): void {
    this.#rings.set(state.singles());
    this.#counts.set(state.words());
    for (const column of [this.#slots, this.#centers, this.#spreads]) column.set(state.floats());
  }

  #ringOf(series: number): Float32Array {
    return this.#rings.subarray(series * KEPT, (series + 1) * KEPT);
  }

  #refit(series: number): void {
    const kept = Math.min(this.#counts[series], KEPT);
    const sorted = this.#ringOf(series).subarray(0, kept).toSorted();
    const span = (outside: number): number =>
      quantileSorted(sorted, 1 - outside) - quantileSorted(sorted, outside);
    const center = quantileSorted(sorted, 0.5);
    // In a normal distribution the spans are so many standard deviations wide.
    const spread = Math.max(span(0.25) / 1.35, span(0.05) / 3.29, span(0.01) / 4.65);
    const smallest = SMALLEST_SPREAD * (Math.abs(center) + span(0) / 6.2);
    this.#centers[series] = center;
    this.#spreads[series] = Math.max(spread, smallest, 1e-12);
  }
}
