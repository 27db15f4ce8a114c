import type { StateReader, StateWriter } from '../state.ts';
import { smallMedian } from './small-median.ts';
import { SortedWindow } from './sorted-window.ts';

/** Longest look back of any statistic here, in values. */
const CAPACITY = 135;
const FORECAST_POINTS = 20;
const FORECAST_WEIGHTS = quadraticForecastWeights(FORECAST_POINTS);

/** The last 135 values of a stream and the short statistics that jump detectors ask of them. NaN while too few. */
export class RecentWindow {
  /** Every value stands twice, a capacity apart, so that any look back is one contiguous stretch. */
  readonly #values = new Float64Array(2 * CAPACITY);
  readonly #sorted = new SortedWindow(30);
  readonly #scratch = new Float64Array(8);
  #next = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  push(value: number): void {
    this.#values[this.#next] = value;
    this.#values[this.#next + CAPACITY] = value;
    this.#next = this.#next + 1 === CAPACITY ? 0 : this.#next + 1;
    if (this.#count < CAPACITY) this.#count++;
    this.#sorted.push(value);
  }

  clear(): void {
    this.#count = 0;
    this.#next = 0;
    this.#sorted.clear();
  }

  /** What a quadratic least-squares fit of the last 20 values expects next. */
  quadraticForecast(): number {
    if (this.#count < FORECAST_POINTS) return Number.NaN;
    const start = this.#next + CAPACITY - FORECAST_POINTS;
    let sum = 0;
    for (let i = 0; i < FORECAST_POINTS; i++) sum += FORECAST_WEIGHTS[i] * this.#values[start + i];
    return sum;
  }

  medianOf5(): number {
    if (this.#count < 5) return Number.NaN;
    const start = this.#next + CAPACITY - 5;
    for (let i = 0; i < 5; i++) this.#scratch[i] = this.#values[start + i];
    return smallMedian(this.#scratch, 5);
  }

  medianOf30(): number {
    return this.#sorted.count < 30 ? Number.NaN : this.#sorted.median();
  }

  /** Sum of `length` values that end `skip` values before the newest. */
  sum(length: number, skip: number): number {
    if (this.#count < length + skip) return Number.NaN;
    const end = this.#next + CAPACITY - skip;
    let sum = 0;
    for (let i = end - length; i < end; i++) sum += this.#values[i];
    return sum;
  }

  /**
   * Median of the means of `blocks` stretches of `length` values, the newest of which ends `skip` values before the
   * newest: what the level was, whatever happened in less than half of the stretches.
   */
  blockMedian(blocks: number, length: number, skip: number): number {
    if (this.#count < blocks * length + skip) return Number.NaN;
    for (let block = 0; block < blocks; block++) {
      this.#scratch[block] = this.sum(length, skip + block * length) / length;
    }
    return smallMedian(this.#scratch, blocks);
  }

  /** Standard deviation of the newest `length - 1` values and `value`. */
  deviationWith(value: number, length: number): number {
    const mean = (this.sum(length - 1, 0) + value) / length;
    const end = this.#next + CAPACITY;
    let squares = (value - mean) ** 2;
    for (let i = end - length + 1; i < end; i++) squares += (this.#values[i] - mean) ** 2;
    return Math.sqrt(squares / length);
  }

  save(out: StateWriter): void {
    out.int(this.#count);
    for (let i = this.#count; i > 0; i--) out.float(this.#values[this.#next + CAPACITY - i]);
  }

  load(state: StateReader): void {
    this.clear();
    for (let left = state.int(); left > 0; left--) this.push(state.float());
  }
}

/** Weights w with sum(w_i y_i) = the value one step after `points` values of their least-squares parabola. */
function quadraticForecastWeights(points: number): Float64Array {
  const middle = (points - 1) / 2;
  let s2 = 0;
  let s4 = 0;
  for (let i = 0; i < points; i++) {
    const t = i - middle;
    s2 += t ** 2;
    s4 += t ** 4;
  }
  const ahead = points - middle;
  const determinant = points * s4 - s2 * s2;
  return Float64Array.from({ length: points }, (_, i) => {
    const t = i - middle;
    const constant = (s4 - s2 * t * t) / determinant;
    const square = (points * t * t - s2) / determinant;
    return constant + (t / s2) * ahead + square * ahead * ahead;
  });
}
