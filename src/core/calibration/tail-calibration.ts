import type { StateReader, StateWriter } from '../state.ts';
import { bucketsOf, DecayedHistogram, type HistogramRange } from '../stats/decayed-histogram.ts';

const BULK = 0.9;
/** Share of the largest values left out of the tail fit: the past holds anomalies. */
const TRIMMED = 0.01;
const LARGEST_SHAPE = 0.2;
const SMALLEST_TAIL_SCALE = 0.05;
const TABLE_UNITS = 255;

/** Memory of several calibrations: a series has ten, and an array costs as much as half of what one keeps in it. */
export class TailRoom {
  readonly weights: Float32Array;
  readonly tables: Uint8Array;

  constructor(range: HistogramRange, count: number) {
    this.weights = new Float32Array(count * bucketsOf(range));
    this.tables = new Uint8Array(this.weights.length);
  }
}

export interface TailPlace {
  readonly room: TailRoom;
  readonly index: number;
}

/**
 * Turns a deviation z >= 0 into evidence A = -log10 of its tail probability, learned from the series' own past.
 *
 * Empirical up to the 90 % quantile; above it a generalised Pareto tail with shape 0 .. 0.2, fitted by probability-weighted
 * moments (Hosking and Wallis, 1987) to the excesses without the top 1 %. Quantile and tail come from a histogram in
 * which the past fades, so that the memory is fixed; `refit` turns the histogram into a table.
 */
export class TailCalibration {
  readonly #histogram: DecayedHistogram;
  /** Evidence at the lower edge of every bucket, 1 at most, in units of 1 / TABLE_UNITS: of this calibration from `#at` on. */
  readonly #tables: Uint8Array;
  readonly #at: number;
  #threshold = Number.NaN;
  #shape = 0;
  #scale = 1;

  /** `place`: where it is in memory that it shares with others of the same range. */
  constructor(
    range: HistogramRange,
    halfLife: number,
    { room, index }: TailPlace = { room: new TailRoom(range, 1), index: 0 },
  ) {
    this.#at = index * bucketsOf(range);
    this.#tables = room.tables;
    this.#histogram = new DecayedHistogram(range, halfLife, {
      weights: room.weights,
      at: this.#at,
    });
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
    const here = this.#tables[this.#at + bucket];
    const next = bucket + 1 < histogram.buckets ? this.#tables[this.#at + bucket + 1] : TABLE_UNITS;
    return (here + (next - here) * ((z - low) / (high - low))) / TABLE_UNITS;
  }

  /** The deviation whose evidence is `evidence` (at least 1); NaN before the first `refit`. */
  deviationAt(evidence: number): number {
    const exponent = (Math.max(evidence, 1) - 1) * Math.LN10;
    const excess = this.#shape > 1e-6 ? Math.expm1(this.#shape * exponent) / this.#shape : exponent;
    return this.#threshold + this.#scale * excess;
  }

  /** Fits bulk and tail to what has been learned; leaves things as they are with fewer than `least` values. */
  refit(least: number): void {
    const histogram = this.#histogram;
    if (histogram.total() < least) return;
    const total = histogram.allWeight();
    this.#threshold = histogram.quantile(BULK);
    let below = 0;
    for (let bucket = 0; bucket < histogram.buckets; bucket++) {
      const evidence = -Math.log10(Math.max(1 - below / total, 1 - BULK));
      this.#tables[this.#at + bucket] = Math.round(TABLE_UNITS * evidence);
      below += histogram.weight(bucket);
    }
    this.#fitTail(total);
  }

  save(out: StateWriter): void {
    this.#histogram.save(out);
    out.float(this.#threshold);
    out.float(this.#shape);
    out.float(this.#scale);
    out.bytes(this.#tables.subarray(this.#at, this.#at + this.#histogram.buckets));
  }

  load(state: StateReader): void {
    this.#histogram.load(state);
    this.#threshold = state.float();
    this.#shape = state.float();
    this.#scale = state.float();
    const table = state.bytes();
    if (table.length !== this.#histogram.buckets)
      throw new RangeError('Cannot read calibration: its table has another size');
    this.#tables.set(table, this.#at);
  }

  #tail(z: number): number {
    const excess = (z - this.#threshold) / this.#scale;
    const shape = this.#shape;
    return 1 + (shape > 1e-6 ? Math.log1p(shape * excess) / shape : excess) / Math.LN10;
  }

  /** Probability-weighted moments of the excesses over the threshold, the largest left out. */
  #fitTail(total: number): void {
    const histogram = this.#histogram;
    const first = BULK * total;
    const last = (1 - TRIMMED) * total;
    let below = 0;
    let mass = 0;
    let mean = 0;
    let weighted = 0;
    for (let bucket = 0; bucket < histogram.buckets && below < last; bucket++) {
      const weight = histogram.weight(bucket);
      const from = Math.max(below, first);
      const to = Math.min(below + weight, last);
      if (to > from) {
        const low = histogram.edge(bucket);
        const width = histogram.edge(bucket + 1) - low;
        const middle = low + width * (((from + to) / 2 - below) / weight);
        const excess = Math.max(0, middle - this.#threshold);
        const share = (to - from) / (last - first);
        mean += share * excess;
        weighted += share * excess * (1 - (mass + share / 2));
        mass += share;
      }
      below += weight;
    }
    const shape = mean > 0 && mean > 2 * weighted ? 2 - mean / (mean - 2 * weighted) : 0;
    this.#shape = Math.min(Math.max(shape, 0), LARGEST_SHAPE);
    this.#scale = Math.max(mean * (1 - this.#shape), SMALLEST_TAIL_SCALE);
  }
}
