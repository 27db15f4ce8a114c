import { DAY_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { symmetricEigen } from '../stats/symmetric-eigen.ts';

const HALF_LIFE_MS = 10 * DAY_MS;
/** Share of the variance that the kept components explain. */
const EXPLAINED = 0.9;
/** Rows are clipped to so many units. */
const LARGEST = 20;
const FEWEST_ROWS = 200;

/**
 * How several series usually move together: the principal components of their standardized values, from a mean and
 * second moments in which a row counts half after ten days.
 *
 * What a row has outside of the kept components is its residual; the length of it is the root of the Q statistic of Jackson and Mudholkar (Control Procedures for Residuals Associated with Principal
 * Component Analysis, 1979).
 */
export class PrincipalComponents {
  readonly #size: number;
  readonly #fade: number;
  readonly #mean: Float64Array;
  /** Upper triangle of the covariances. */
  readonly #moments: Float64Array;
  readonly #row: Float64Array;
  #weight = 0;
  #rows = 0;
  #kept = 0;
  #center: Float64Array = new Float64Array(0);
  #vectors: Float64Array = new Float64Array(0);

  constructor(size: number, stepMs: number) {
    this.#size = size;
    this.#fade = 2 ** (-stepMs / HALF_LIFE_MS);
    this.#mean = new Float64Array(size);
    this.#moments = new Float64Array(size * size);
    this.#row = new Float64Array(size);
  }

  /** Length of the residual; NaN before the first `refit` that had enough rows. */
  distance(row: Float64Array): number {
    if (this.#kept === 0) return Number.NaN;
    const size = this.#size;
    const centered = this.#row;
    let squares = 0;
    for (let i = 0; i < size; i++) {
      centered[i] = clip(row[i]) - this.#center[i];
      squares += centered[i] ** 2;
    }
    for (let component = 0; component < this.#kept; component++) {
      let along = 0;
      for (let i = 0; i < size; i++) along += this.#vectors[i * size + component] * centered[i];
      squares -= along ** 2;
    }
    return Math.sqrt(Math.max(0, squares));
  }

  learn(row: Float64Array): void {
    const size = this.#size;
    const deviations = this.#row;
    this.#rows++;
    this.#weight = this.#weight * this.#fade + 1;
    const share = 1 / this.#weight;
    for (let i = 0; i < size; i++) {
      deviations[i] = clip(row[i]) - this.#mean[i];
      this.#mean[i] += deviations[i] * share;
    }
    for (let i = 0; i < size; i++) {
      for (let j = i; j < size; j++) {
        const at = i * size + j;
        const product = deviations[i] * deviations[j] * (1 - share);
        this.#moments[at] += (product - this.#moments[at]) * share;
      }
    }
  }

  /** Finds the components anew; about 0.1 µs times size³. Too few rows leave things as they are. */
  refit(): void {
    if (this.#rows < FEWEST_ROWS) return;
    const size = this.#size;
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = i; j < size; j++) {
        matrix[i * size + j] = this.#moments[i * size + j];
        matrix[j * size + i] = this.#moments[i * size + j];
      }
    }
    const { values, vectors } = symmetricEigen(matrix, size);
    this.#center = this.#mean.slice();
    this.#vectors = vectors;
    this.#kept = componentsFor(values);
  }

  save(out: StateWriter): void {
    out.floats(this.#mean);
    out.floats(this.#moments);
    out.float(this.#weight);
    out.int(this.#rows);
    out.int(this.#kept);
    out.floats(this.#center);
    out.floats(this.#vectors);
  }

  load(state: StateReader): void {
    this.#mean.set(state.floats());
    this.#moments.set(state.floats());
    this.#weight = state.float();
    this.#rows = state.int();
    this.#kept = state.int();
    this.#center = state.floats();
    this.#vectors = state.floats();
  }
}

function clip(value: number): number {
  return Math.min(Math.max(value, -LARGEST), LARGEST);
}

/** At least one, and never all: something must be left to be unusual in. */
function componentsFor(variances: Float64Array): number {
  let total = 0;
  for (const variance of variances) total += variance;
  let kept = 0;
  for (let sum = 0; kept < variances.length - 1 && sum < EXPLAINED * total; kept++)
    sum += variances[kept];
  return kept;
}
