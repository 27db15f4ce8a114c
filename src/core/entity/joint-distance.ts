import { DAY_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { symmetricEigen } from '../stats/symmetric-eigen.ts';

const HALF_LIFE_MS = 10 * DAY_MS;
/** An offset counts for so many of its usual sizes at most. */
const LARGEST = 6;
/** Variance that every direction has at least: what moves together almost exactly is allowed a little play. */
const PLAY = 0.05;
const FEWEST_ROWS = 200;

/**
 * How far a row of several series lies from how they usually go together: the Mahalanobis distance (On the Generalised
 * Distance in Statistics, 1936), with means and covariances in which a row counts half after ten days. Series that
 * rise and fall together are close to usual as long as they do so; one that goes its own way is far, also where it
 * stays within its own range.
 *
 * A row holds one offset per series, in units of its usual size; NaN where it has none, which then says nothing.
 */
export class JointDistance {
  readonly #size: number;
  readonly #fade: number;
  readonly #means: Float64Array;
  /** Covariances, both triangles. */
  readonly #moments: Float64Array;
  /** Centre and inverse of the covariances as of the last `refit`. */
  readonly #center: Float64Array;
  readonly #inverse: Float64Array;
  readonly #row: Float64Array;
  readonly #shares: Float64Array;
  #weight = 0;
  #rows = 0;

  constructor(size: number, stepMs: number) {
    this.#size = size;
    this.#fade = 2 ** (-stepMs / HALF_LIFE_MS);
    this.#means = new Float64Array(size);
    this.#moments = new Float64Array(size * size);
    this.#center = new Float64Array(size);
    this.#inverse = new Float64Array(size * size);
    this.#row = new Float64Array(size);
    this.#shares = new Float64Array(size);
  }

  /** Distance of one row; 0 before the first `refit` that had 200 rows. */
  measure(offsets: Float64Array): number {
    const size = this.#size;
    const row = this.#deviations(offsets, this.#center);
    let squares = 0;
    for (let i = 0; i < size; i++) {
      let along = 0;
      for (let j = 0; j < size; j++) along += this.#inverse[i * size + j] * row[j];
      // A series that makes the whole more usual has no part in its being unusual.
      this.#shares[i] = Math.max(0, row[i] * along);
      squares += row[i] * along;
    }
    return Math.sqrt(Math.max(0, squares));
  }

  /** Part of each series in the distance measured last, 0..1, by its terms of the square; all 0 where it is none. */
  shares(): Float64Array {
    const all = this.#shares.reduce((sum, share) => sum + share, 0);
    return this.#shares.map((share) => (all > 0 ? share / all : 0));
  }

  /** Whether it knows how the series go together. */
  get known(): boolean {
    return this.#inverse[0] > 0;
  }

  learn(offsets: Float64Array): void {
    const size = this.#size;
    this.#rows++;
    this.#weight = this.#weight * this.#fade + 1;
    const gain = 1 / this.#weight;
    const row = this.#deviations(offsets, this.#means);
    for (let i = 0; i < size; i++) {
      this.#means[i] += gain * row[i];
      for (let j = 0; j <= i; j++) {
        const at = i * size + j;
        this.#moments[at] += gain * ((1 - gain) * row[i] * row[j] - this.#moments[at]);
        this.#moments[j * size + i] = this.#moments[at];
      }
    }
  }

  /** Takes what was learned as what is usual, from 200 rows on; about 0.1 µs times size³. */
  refit(): void {
    if (this.#rows < FEWEST_ROWS) return;
    const size = this.#size;
    const { values, vectors } = symmetricEigen(this.#moments.slice(), size);
    this.#center.set(this.#means);
    this.#inverse.fill(0);
    for (let k = 0; k < size; k++) {
      const precision = 1 / (Math.max(values[k], 0) + PLAY);
      for (let i = 0; i < size; i++) {
        const scaled = precision * vectors[i * size + k];
        for (let j = 0; j < size; j++) {
          this.#inverse[i * size + j] += scaled * vectors[j * size + k];
        }
      }
    }
  }

  /** The same knowledge of other series: `from[i]` is the index that series i had here, -1 for one that is new. */
  regrouped(from: readonly number[], stepMs: number): JointDistance {
    const next = new JointDistance(from.length, stepMs);
    next.#weight = this.#weight;
    next.#rows = this.#rows;
    from.forEach((was, i) => {
      if (was >= 0) next.#means[i] = this.#means[was];
      from.forEach((other, j) => {
        const at = i * from.length + j;
        const known = was >= 0 && other >= 0;
        // One that is new goes its own way until more is known.
        next.#moments[at] = known ? this.#moments[was * this.#size + other] : Number(i === j);
      });
    });
    next.refit();
    return next;
  }

  save(out: StateWriter): void {
    out.float(this.#weight);
    out.int(this.#rows);
    for (const column of [this.#means, this.#moments, this.#center, this.#inverse]) {
      out.floats(column);
    }
  }

  load(state: StateReader): void {
    this.#weight = state.float();
    this.#rows = state.int();
    for (const column of [this.#means, this.#moments, this.#center, this.#inverse]) {
      const stored = state.floats();
      if (stored.length !== column.length) {
        throw new RangeError(
          `Cannot read joint distance: it has ${stored.length} entries, expected ${column.length}`,
        );
      }
      column.set(stored);
    }
  }

  #deviations(offsets: Float64Array, center: Float64Array): Float64Array {
    for (let i = 0; i < this.#size; i++) {
      const offset = offsets[i];
      const clipped = Math.min(Math.max(offset, -LARGEST), LARGEST);
      this.#row[i] = Number.isNaN(offset) ? 0 : clipped - center[i];
    }
    return this.#row;
  }
}
