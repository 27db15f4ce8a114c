import { DAY_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { symmetricEigen } from '../stats/symmetric-eigen.ts';

const HALF_LIFE_MS = 10 * DAY_MS;
/** Share of the variance that the kept components explain. */
const EXPLAINED = 0.9;
const FEWEST_ROWS = 200;
/** So often a missing value is put where the others let expect it: half of the way each time between two that move together. */
const PASSES = 10;
/** Variance that every direction is allowed at least: what moves together almost exactly has a little play. */
const PLAY = 0.01;

/**
 * How several series usually move together: the principal components of their standardized values, from means and
 * second moments in which a row counts half after ten days. NaN in a row is a
 * series that has no value now: it is taken to be where the others let expect it.
 *
 * What a row has outside of the kept components is its residual; the length of it is the root of the Q statistic of Jackson
 * and Mudholkar (Control Procedures for Residuals Associated with Principal Component Analysis, 1979).
 */
export class PrincipalComponents {
  readonly #size: number;
  readonly #stepMs: number;
  readonly #fade: number;
  readonly #means: Float64Array;
  /** Rows that each mean amounts to, and rows in which the series had a value. */
  readonly #weights: Float64Array;
  readonly #rows: Float64Array;
  /** Covariances of every pair: see pairOf. */
  readonly #moments: Float64Array;
  readonly #centered: Float64Array;
  /** As of the last `refit`: centres, NaN of a series that is not known, the components in columns, their variances, how many are kept. */
  #centers: Float64Array;
  #vectors: Float32Array = new Float32Array(0);
  #variances: Float64Array = new Float64Array(0);
  #kept = 0;

  constructor(size: number, stepMs: number) {
    this.#size = size;
    this.#stepMs = stepMs;
    this.#fade = 2 ** (-stepMs / HALF_LIFE_MS);
    this.#means = new Float64Array(size);
    this.#weights = new Float64Array(size);
    this.#rows = new Float64Array(size);
    this.#moments = new Float64Array(pairOf(size, 0));
    this.#centered = new Float64Array(size);
    this.#centers = new Float64Array(size).fill(Number.NaN);
  }

  /** Length of the residual; NaN before the first `refit` that knew two series. */
  distance(row: Float64Array): number {
    if (this.#kept === 0) return Number.NaN;
    const size = this.#size;
    const centered = this.#centered;
    let passes = 1;
    for (let i = 0; i < size; i++) {
      const distance = row[i] - this.#centers[i];
      centered[i] = Number.isNaN(distance) ? 0 : distance;
      if (Number.isNaN(row[i])) passes = PASSES;
    }
    let squares = 0;
    for (let pass = 0; pass < passes; pass++) {
      squares = 0;
      const usual = this.#project();
      for (let i = 0; i < size; i++) {
        if (Number.isNaN(row[i])) centered[i] = usual[i];
        squares += (centered[i] - usual[i]) ** 2;
      }
    }
    return Math.sqrt(squares);
  }

  /**
   * What each series has to do with the distance measured last: how much nearer the row would be, squared, if that series
   * alone were as the others let expect (reconstruction-based contributions, Alcala and Qin, 2009). Nearness is taken in all
   * components here, for where one alone is left over every series would have the same part in it.
   */
  parts(): Float64Array {
    const size = this.#size;
    const pulls = new Float64Array(size);
    const firmness = new Float64Array(size);
    for (let component = 0; this.#kept > 0 && component < size; component++) {
      const precision = 1 / (Math.max(this.#variances[component], 0) + PLAY);
      let along = 0;
      for (let i = 0; i < size; i++)
        along += this.#vectors[i * size + component] * this.#centered[i];
      for (let i = 0; i < size; i++) {
        const axis = this.#vectors[i * size + component];
        pulls[i] += precision * along * axis;
        firmness[i] += precision * axis ** 2;
      }
    }
    return pulls.map((pull, i) => (firmness[i] > 0 ? pull ** 2 / firmness[i] : 0));
  }

  learn(row: Float64Array): void {
    const size = this.#size;
    const deviations = scratch('deviations', size);
    const gains = scratch('gains', size);
    for (let i = 0; i < size; i++) {
      this.#weights[i] *= this.#fade;
      deviations[i] = row[i] - this.#means[i];
      // Of a series without a value nothing is learned, also not in pairs.
      gains[i] = 0;
      if (Number.isNaN(deviations[i])) continue;
      this.#rows[i]++;
      this.#weights[i]++;
      gains[i] = 1 / this.#weights[i];
      this.#means[i] += deviations[i] * gains[i];
    }
    for (let i = 0; i < size; i++) {
      if (gains[i] === 0) continue;
      for (let j = 0; j <= i; j++) {
        if (gains[j] === 0) continue;
        const gain = gains[i] > gains[j] ? gains[i] : gains[j];
        const at = pairOf(i, j);
        const product = deviations[i] * deviations[j] * (1 - gain);
        this.#moments[at] += (product - this.#moments[at]) * gain;
      }
    }
  }

  /** Finds the components anew, of the series that had 200 rows; about 0.1 µs times size³. */
  refit(): void {
    const size = this.#size;
    const known = this.#rows.map((rows) => (rows >= FEWEST_ROWS ? 1 : 0));
    const count = known.reduce((sum, one) => sum + one, 0);
    if (count < 2) return;
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        const moment = known[i] * known[j] * this.#moments[pairOf(i, j)];
        matrix[i * size + j] = moment;
        matrix[j * size + i] = moment;
      }
    }
    const { values, vectors } = symmetricEigen(matrix, size);
    this.#centers = this.#means.map((mean, i) => (known[i] === 1 ? mean : Number.NaN));
    this.#vectors = Float32Array.from(vectors);
    this.#variances = values;
    this.#kept = componentsFor(values, count - 1);
  }

  /** The same knowledge of other series: `from[i]` is the index that series i had here, -1 for one that is new. */
  regrouped(from: readonly number[]): PrincipalComponents {
    const next = new PrincipalComponents(from.length, this.#stepMs);
    from.forEach((was, i) => {
      if (was < 0) return;
      next.#means[i] = this.#means[was];
      next.#weights[i] = this.#weights[was];
      next.#rows[i] = this.#rows[was];
      from.slice(0, i + 1).forEach((other, j) => {
        if (other < 0) return;
        const [high, low] = was > other ? [was, other] : [other, was];
        next.#moments[pairOf(i, j)] = this.#moments[pairOf(high, low)];
      });
    });
    next.refit();
    return next;
  }

  /** What the kept components hold of the row. */
  #project(): Float64Array {
    const size = this.#size;
    const usual = scratch('usual', size).fill(0);
    for (let component = 0; component < this.#kept; component++) {
      let along = 0;
      for (let i = 0; i < size; i++)
        along += this.#vectors[i * size + component] * this.#centered[i];
      for (let i = 0; i < size; i++) usual[i] += this.#vectors[i * size + component] * along;
    }
    return usual;
  }

  save(out: StateWriter): void {
    for (const column of [this.#means, this.#weights, this.#rows, this.#moments])
      out.floats(column);
    out.floats(this.#centers);
    out.singles(this.#vectors);
    out.floats(this.#variances);
    out.floats(this.#centered);
    out.int(this.#kept);
  }

  load(state: StateReader): void {
    for (const column of [this.#means, this.#weights, this.#rows, this.#moments])
      column.set(state.floats());
    this.#centers = state.floats();
    this.#vectors = state.singles();
    this.#variances = state.floats();
    this.#centered.set(state.floats());
    this.#kept = state.int();
  }
}

const SCRATCH = new Map<string, Float64Array>();

/** Memory for the arithmetic of one call, shared by all: of `size` entries or more. */
function scratch(name: string, size: number): Float64Array {
  const known = SCRATCH.get(name);
  if (known && known.length >= size) return known;
  const made = new Float64Array(size);
  SCRATCH.set(name, made);
  return made;
}

/** Place of two series among all pairs; `high` is not below `low`. */
function pairOf(high: number, low: number): number {
  return (high * (high + 1)) / 2 + low;
}

/** At least one, and never all: something must be left to be unusual in. */
function componentsFor(variances: Float64Array, most: number): number {
  let total = 0;
  for (const variance of variances) total += variance;
  let kept = 0;
  for (let sum = 0; kept < most && sum < EXPLAINED * total; kept++) sum += variances[kept];
  return kept;
}
