import { DAY_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { symmetricEigen } from '../stats/symmetric-eigen.ts';

const HALF_LIFE_MS = 10 * DAY_MS;
/** A value counts for so many standard deviations at most. */
const LARGEST = 6;
/** Share of its variance that every direction has at least: what moves together almost exactly is allowed a little play. */
const PLAY = 0.01;
const FEWEST_ROWS = 200;

/** A standard deviation counts as this at least: constant series have none of their own. */
export interface SmallestSpread {
  readonly absolute: number;
  /** Of the mean. */
  readonly relative: number;
}

export interface JointDistanceOptions {
  readonly stepMs: number;
  readonly smallest: SmallestSpread;
}

/**
 * How far a row of several series lies from how they usually go together: the Mahalanobis distance (On the Generalised
 * Distance in Statistics, 1936), with means and covariances in which a row counts half after ten days. Series that
 * rise and fall together are close to usual as long as they do so; one that goes its own way is far, also where it
 * stays within its own range.
 *
 * A row holds one value per series, each in a unit of its own; NaN where there is none, which then says nothing.
 */
export class JointDistance {
  readonly #size: number;
  readonly #options: JointDistanceOptions;
  readonly #fade: number;
  readonly #means: Float64Array;
  /** Rows that each mean amounts to, and rows in which the series had a value. */
  readonly #weights: Float64Array;
  readonly #rows: Float64Array;
  /** Covariances, the lower triangle. */
  readonly #moments: Float64Array;
  /** As of the last `refit`: centre and spread of every series, spread 0 of one that is not known, and the inverse of the correlations. */
  readonly #centers: Float64Array;
  readonly #spreads: Float64Array;
  readonly #inverse: Float64Array;
  readonly #row: Float64Array;
  readonly #gains: Float64Array;
  readonly #parts: Float64Array;

  constructor(size: number, options: JointDistanceOptions) {
    this.#size = size;
    this.#options = options;
    this.#fade = 2 ** (-options.stepMs / HALF_LIFE_MS);
    this.#means = new Float64Array(size);
    this.#weights = new Float64Array(size);
    this.#rows = new Float64Array(size);
    this.#moments = new Float64Array(size * size);
    this.#centers = new Float64Array(size);
    this.#spreads = new Float64Array(size);
    this.#inverse = new Float64Array(size * size);
    this.#row = new Float64Array(size);
    this.#gains = new Float64Array(size);
    this.#parts = new Float64Array(size);
  }

  /** Whether it knows how at least two series go together. */
  get known(): boolean {
    return this.#spreads.filter((spread) => spread > 0).length > 1;
  }

  /** `value` of series `i`, within six standard deviations of its mean where these are known. */
  clipped(i: number, value: number): number {
    const spread = this.#spreads[i];
    if (spread === 0) return value;
    const reach = LARGEST * spread;
    return Math.min(Math.max(value, this.#centers[i] - reach), this.#centers[i] + reach);
  }

  /** Distance of one row; 0 before the first `refit` that knew two series. */
  measure(values: Float64Array): number {
    const size = this.#size;
    const row = this.#row;
    const inverse = this.#inverse;
    for (let i = 0; i < size; i++) {
      const distance = (this.clipped(i, values[i]) - this.#centers[i]) / this.#spreads[i];
      row[i] = Number.isFinite(distance) ? distance : 0;
    }
    let squares = 0;
    for (let i = 0; i < size; i++) {
      let along = 0;
      for (let j = 0; j < size; j++) along += inverse[i * size + j] * row[j];
      if (this.#spreads[i] > 0) this.#parts[i] = along ** 2 / inverse[i * size + i];
      squares += row[i] * along;
    }
    return Math.sqrt(Math.max(0, squares));
  }

  /**
   * Part of each series in the distance measured last, 0..1: by how much nearer to usual the row would be if this series
   * alone were as the others let expect (reconstruction-based contributions, Alcala and Qin, 2009). All 0 where it is 0.
   */
  shares(): Float64Array {
    const all = this.#parts.reduce((sum, part) => sum + part, 0);
    return this.#parts.map((part) => (all > 0 ? part / all : 0));
  }

  learn(values: Float64Array): void {
    const size = this.#size;
    const row = this.#row;
    const moments = this.#moments;
    const gains = this.#gains;
    for (let i = 0; i < size; i++) {
      this.#weights[i] *= this.#fade;
      row[i] = this.clipped(i, values[i]) - this.#means[i];
      // Of a series without a value nothing is learned, also not in pairs.
      gains[i] = 0;
      if (Number.isNaN(row[i])) continue;
      this.#rows[i]++;
      this.#weights[i]++;
      gains[i] = 1 / this.#weights[i];
      this.#means[i] += row[i] * gains[i];
    }
    for (let i = 0; i < size; i++) {
      if (gains[i] === 0) continue;
      for (let j = 0; j <= i; j++) {
        if (gains[j] === 0) continue;
        const gain = gains[i] > gains[j] ? gains[i] : gains[j];
        const at = i * size + j;
        moments[at] += gain * ((1 - gain) * row[i] * row[j] - moments[at]);
      }
    }
  }

  /** Takes what was learned as what is usual, of series with 200 rows; about 0.1 µs times size³. */
  refit(): void {
    const size = this.#size;
    const { absolute, relative } = this.#options.smallest;
    for (let i = 0; i < size; i++) {
      if (this.#rows[i] < FEWEST_ROWS) continue;
      this.#centers[i] = this.#means[i];
      const deviation = Math.sqrt(Math.max(0, this.#moments[i * size + i]));
      this.#spreads[i] = Math.max(deviation, absolute, relative * Math.abs(this.#means[i]));
    }
    const correlations = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) {
        const spreads = this.#spreads[i] * this.#spreads[j];
        const correlation = spreads > 0 ? this.#moments[i * size + j] / spreads : 0;
        correlations[i * size + j] = correlation;
        correlations[j * size + i] = correlation;
      }
      correlations[i * size + i] = 1;
    }
    this.#invert(correlations);
  }

  /** The same knowledge of other series: `from[i]` is the index that series i had here, -1 for one that is new. */
  regrouped(from: readonly number[]): JointDistance {
    const next = new JointDistance(from.length, this.#options);
    from.forEach((was, i) => {
      if (was < 0) return;
      next.#means[i] = this.#means[was];
      next.#weights[i] = this.#weights[was];
      next.#rows[i] = this.#rows[was];
      from.forEach((other, j) => {
        if (other < 0) return;
        const [high, low] = was > other ? [was, other] : [other, was];
        next.#moments[i * from.length + j] = this.#moments[high * this.#size + low];
      });
    });
    next.refit();
    return next;
  }

  save(out: StateWriter): void {
    for (const column of this.#columns()) out.floats(column);
  }

  load(state: StateReader): void {
    for (const column of this.#columns()) {
      const stored = state.floats();
      if (stored.length !== column.length) {
        throw new RangeError(
          `Cannot read joint distance: it has ${stored.length} entries, expected ${column.length}`,
        );
      }
      column.set(stored);
    }
  }

  #columns(): readonly Float64Array[] {
    const learned = [this.#means, this.#weights, this.#rows, this.#moments];
    return [...learned, this.#centers, this.#spreads, this.#inverse];
  }

  #invert(correlations: Float64Array): void {
    const size = this.#size;
    const { values, vectors } = symmetricEigen(correlations, size);
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
}
