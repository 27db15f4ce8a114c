import type { StateReader, StateWriter } from '../state.ts';
import { bucketsOf, DecayedHistogram, type HistogramRange } from '../stats/decayed-histogram.ts';

const BULK = 0.9;
/** Share of the largest values left out of the tail fit: the past holds anomalies. */
const TRIMMED = 0.01;
const LARGEST_SHAPE = 0.2;
const SMALLEST_TAIL_SCALE = 0.05;

/**
 * Turns a deviation z >= 0 into evidence A = -log10 of its tail probability, learned from the series' own past.
 *
 * Empirical up to the 90 % quantile; above it a generalised Pareto tail with shape 0 .. 0.2, fitted by probability-weighted
 * moments (Hosking and Wallis, 1987) to the excesses without the top 1 %. Quantile and tail come from a histogram in
 * which the past fades, so that the memory is fixed; `refit` turns the histogram into a table.
 */
export class TailCalibration {
  readonly #histogram: DecayedHistogram;
  /** Evidence at the lower edge of every bucket. */
  readonly #table: Float32Array;
  #threshold = Number.NaN;
  #shape = 0;
  #scale = 1;

  constructor(range: HistogramRange, halfLife: number) {
    // One piece of memory for both: a series has ten of these.
    const cells = new Float32Array(2 * bucketsOf(range));
    const half = cells.length / 2;
    this.#histogram = new DecayedHistogram(range, halfLife, cells.subarray(0, half));
    this.#table = cells.subarray(half);
  }

  learn(z: number): void {
    this.#histogram.push(z);
  }

  /** 0 before the first `refit`. */
  evidence(z: number): number {
    if (Number.isNaN(this.#threshold)) return 0;
    if (z >= this.#threshold) return this.#tail(z);
    const histogram = this.#histogram;
    const bucket = histogram.bucket(z);
    const low = histogram.edge(bucket);
    const high = histogram.edge(bucket + 1);
    const here = this.#table[bucket];
    const next = bucket + 1 < this.#table.length ? this.#table[bucket + 1] : 1;
    return here + (Math.min(next, 1) - here) * ((z - low) / (high - low));
  }

  /** The deviation whose evidence is `evidence` (at least 1); NaN before the first `refit`. */
  deviationAt(evidence: number): number {
    const exponent = (Math.max(evidence, 1) - 1) * Math.LN10;
    const excess = this.#shape > 1e-6 ? Math.expm1(this.#shape * exponent) / this.#shape : exponent;
    return this.#threshold + this.#scale * excess;
  }

  /** Fits bulk and tail to what has been learned; leaves things as they are with fewer than `least` values. */
  refit(least: number): void {
    const { weights } = this.#histogram;
    let total = 0;
    for (const weight of weights) total += weight;
    if (this.#histogram.total() < least) return;
    this.#threshold = this.#histogram.quantile(BULK);
    let below = 0;
    for (let bucket = 0; bucket < weights.length; bucket++) {
      this.#table[bucket] = -Math.log10(Math.max(1 - below / total, 1 - BULK));
      below += weights[bucket];
    }
    this.#fitTail(total);
  }

  save(out: StateWriter): void {
    this.#histogram.save(out);
    out.float(this.#threshold);
    out.float(this.#shape);
    out.float(this.#scale);
    out.singles(this.#table);
  }

  load(state: StateReader): void {
    this.#histogram.load(state);
    this.#threshold = state.float();
    this.#shape = state.float();
    this.#scale = state.float();
    const table = state.singles();
    if (table.length !== this.#table.length)
      throw new RangeError('Cannot read calibration: its table has another size');
    this.#table.set(table);
  }

  #tail(z: number): number {
    const excess = (z - this.#threshold) / this.#scale;
    const shape = this.#shape;
    return 1 + (shape > 1e-6 ? Math.log1p(shape * excess) / shape : excess) / Math.LN10;
  }

  /** Probability-weighted moments of the excesses over the threshold, the largest left out. */
  #fitTail(total: number): void {
    const { weights } = this.#histogram;
    const first = BULK * total;
    const last = (1 - TRIMMED) * total;
    let below = 0;
    let mass = 0;
    let mean = 0;
    let weighted = 0;
    for (let bucket = 0; bucket < weights.length && below < last; bucket++) {
      const from = Math.max(below, first);
      const to = Math.min(below + weights[bucket], last);
      if (to > from) {
        const low = this.#histogram.edge(bucket);
        const width = this.#histogram.edge(bucket + 1) - low;
        const middle = low + width * (((from + to) / 2 - below) / weights[bucket]);
        const excess = Math.max(0, middle - this.#threshold);
        const share = (to - from) / (last - first);
        mean += share * excess;
        weighted += share * excess * (1 - (mass + share / 2));
        mass += share;
      }
      below += weights[bucket];
    }
    const shape = mean > 0 && mean > 2 * weighted ? 2 - mean / (mean - 2 * weighted) : 0;
    this.#shape = Math.min(Math.max(shape, 0), LARGEST_SHAPE);
    this.#scale = Math.max(mean * (1 - this.#shape), SMALLEST_TAIL_SCALE);
  }
}
