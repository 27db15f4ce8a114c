import { DAY_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { symmetricEigen } from '../stats/symmetric-eigen.ts';

const HALF_LIFE_MS = 10 * DAY_MS;
/** Share of the variance that the kept components explain. */
const EXPLAINED = 0.8;
const LARGEST = 5;
const FEWEST_ROWS = 200;
const SMALLEST_VARIANCE = 1e-6;

/**
 * How several series usually move together: principal components of their deviations (in units of their own scale,
 * clipped at 5), from second moments in which a row counts half after ten days.
 *
 * `distance` is Hotelling's T (the root of T²): how far a row lies out along the directions in which the series move
 * together, each in units of how far they usually go (Jackson, A User's Guide to Principal Components, 1991).
 */
export class PrincipalComponents {
  readonly #size: number;
  readonly #fade: number;
  /** Upper triangle of the sums of products. */
  readonly #moments: Float64Array;
  readonly #row: Float64Array;
  #weight = 0;
  #rows = 0;
  #kept = 0;
  #variances: Float64Array = new Float64Array(0);
  #vectors: Float64Array = new Float64Array(0);

  constructor(size: number, stepMs: number) {
    this.#size = size;
    this.#fade = 2 ** (-stepMs / HALF_LIFE_MS);
    this.#moments = new Float64Array(size * size);
    this.#row = new Float64Array(size);
  }

  /** NaN before the first `refit` that had enough rows. */
  distance(deviations: Float64Array): number {
    if (this.#kept === 0) return Number.NaN;
    const size = this.#size;
    const row = this.#clipped(deviations);
    let squares = 0;
    for (let component = 0; component < this.#kept; component++) {
      let along = 0;
      for (let i = 0; i < size; i++) along += this.#vectors[i * size + component] * row[i];
      squares += (along * along) / Math.max(this.#variances[component], SMALLEST_VARIANCE);
    }
    return Math.sqrt(squares);
  }

  learn(deviations: Float64Array): void {
    const size = this.#size;
    const row = this.#clipped(deviations);
    this.#weight = this.#weight * this.#fade + 1;
    this.#rows++;
    for (let i = 0; i < size; i++) {
      for (let j = i; j < size; j++) {
        const at = i * size + j;
        this.#moments[at] = this.#moments[at] * this.#fade + row[i] * row[j];
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
        const moment = this.#moments[i * size + j] / this.#weight;
        matrix[i * size + j] = moment;
        matrix[j * size + i] = moment;
      }
    }
    const { values, vectors } = symmetricEigen(matrix, size);
    this.#variances = values;
    this.#vectors = vectors;
    this.#kept = componentsFor(values);
  }

  save(out: StateWriter): void {
    out.floats(this.#moments);
    out.float(this.#weight);
    out.int(this.#rows);
    out.int(this.#kept);
    out.floats(this.#variances);
    out.floats(this.#vectors);
  }

  load(state: StateReader): void {
    this.#moments.set(state.floats());
    this.#weight = state.float();
    this.#rows = state.int();
    this.#kept = state.int();
    this.#variances = state.floats();
    this.#vectors = state.floats();
  }

  #clipped(deviations: Float64Array): Float64Array {
    for (let i = 0; i < this.#size; i++) {
      this.#row[i] = Math.min(Math.max(deviations[i], -LARGEST), LARGEST);
    }
    return this.#row;
  }
}

function componentsFor(variances: Float64Array): number {
  let total = 0;
  for (const variance of variances) total += variance;
  let kept = 0;
  for (let sum = 0; kept < variances.length - 1 && sum < EXPLAINED * total; kept++)
    sum += variances[kept];
  return kept;
}
