import type { StateReader, StateWriter } from '../state.ts';
import type { HistogramRange } from '../stats/buckets.ts';
import { DecayedHistogram } from '../stats/decayed-histogram.ts';
import { type Lodging, Room } from '../stats/room.ts';

const BULK = 0.9;
/** Share of the largest values left out of the tail fit: the past holds anomalies. */
const TRIMMED = 0.01;
const LARGEST_SHAPE = 0.2;
const SMALLEST_TAIL_SCALE = 0.05;
const TABLE_UNITS = 255;
/** Of a tail among the floats. */
const THRESHOLD = 0;
const SHAPE = 1;
const SCALE = 2;
const FLOATS_OF_TAIL = 3;

/**
 * Turns a deviation z >= 0 into evidence A = -log10 of its tail probability, learned from the series' own past.
 *
 * Empirical up to the 90 % quantile; above it a generalised Pareto tail with shape 0 .. 0.2, fitted by probability-weighted
 * moments (Hosking and Wallis, 1987) to the excesses without the top 1 %. Quantile and tail come from a histogram in
 * which the past fades, so that the memory is fixed; `refit` turns the histogram into a table. Or several of them, which are
 * told apart by their number.
 */
export class TailCalibration {
  readonly #histogram: DecayedHistogram;
  readonly #room: Room;
  /** Where the tails begin among the floats: threshold, shape and scale of each. */
  readonly #tailsAt: number;
  /** Where the tables begin among the bytes: evidence at the lower edge of every bucket, 1 at most, in units of 1 / TABLE_UNITS. */
  readonly #tablesAt: number;

  constructor(
    range: HistogramRange,
    halfLife: number,
    lodging: Lodging = { room: new Room(), count: 1 },
  ) {
    const { room, count } = lodging;
    this.#room = room;
    this.#histogram = new DecayedHistogram(range, halfLife, lodging);
    this.#tablesAt = room.reserveBytes(count * this.#histogram.buckets.count);
    this.#tailsAt = room.reserveFloats(count * FLOATS_OF_TAIL);
    for (let which = 0; which < count; which++) {
      room.floats.set([Number.NaN, 0, 1], this.#tailPlace(which));
    }
  }

  learn(z: number, which = 0): void {
    this.#histogram.push(z, which);
  }

  /** 0 before the first `refit`. */
  evidence(z: number, which = 0): number {
    const { floats, bytes } = this.#room;
    const tail = this.#tailPlace(which);
    const threshold = floats[tail + THRESHOLD];
    if (Number.isNaN(threshold)) return 0;
    if (z >= threshold) {
      const excess = (z - threshold) / floats[tail + SCALE];
      const shape = floats[tail + SHAPE];
      return 1 + (shape > 1e-6 ? Math.log1p(shape * excess) / shape : excess) / Math.LN10;
    }
    const { buckets } = this.#histogram;
    const bucket = buckets.of(z);
    const low = buckets.edge(bucket);
    const high = buckets.edge(bucket + 1);
    const table = this.#tablePlace(which);
    const here = bytes[table + bucket];
    const next = bucket + 1 < buckets.count ? bytes[table + bucket + 1] : TABLE_UNITS;
    return (here + (next - here) * ((z - low) / (high - low))) / TABLE_UNITS;
  }

  /** The deviation whose evidence is `evidence` (at least 1); NaN before the first `refit`. */
  deviationAt(evidence: number, which = 0): number {
    const { floats } = this.#room;
    const tail = this.#tailPlace(which);
    const shape = floats[tail + SHAPE];
    const exponent = (Math.max(evidence, 1) - 1) * Math.LN10;
    const excess = shape > 1e-6 ? Math.expm1(shape * exponent) / shape : exponent;
    return floats[tail + THRESHOLD] + floats[tail + SCALE] * excess;
  }

  /** Fits bulk and tail to what has been learned; leaves things as they are with fewer than `least` values. */
  refit(least: number, which = 0): void {
    const histogram = this.#histogram;
    if (histogram.total(which) < least) return;
    const total = histogram.allWeight(which);
    const table = this.#tablePlace(which);
    let below = 0;
    let units = 0;
    for (let bucket = 0; bucket < histogram.buckets.count; bucket++) {
      this.#room.bytes[table + bucket] = units;
      const weight = histogram.weight(bucket, which);
      if (weight === 0 || units === TABLE_UNITS) continue;
      below += weight;
      const evidence = -Math.log10(Math.max(1 - below / total, 1 - BULK));
      units = Math.round(TABLE_UNITS * evidence);
    }
    this.#fitTail(total, which);
  }

  save(out: StateWriter, which = 0): void {
    this.#histogram.save(out, which);
    const { floats, bytes } = this.#room;
    const tail = this.#tailPlace(which);
    for (let i = 0; i < FLOATS_OF_TAIL; i++) out.float(floats[tail + i]);
    out.bytes(bytes.subarray(this.#tablePlace(which), this.#tablePlace(which + 1)));
  }

  load(state: StateReader, which = 0): void {
    this.#histogram.load(state, which);
    const { floats, bytes } = this.#room;
    const tail = this.#tailPlace(which);
    for (let i = 0; i < FLOATS_OF_TAIL; i++) floats[tail + i] = state.float();
    const table = state.bytes();
    if (table.length !== this.#histogram.buckets.count)
      throw new RangeError('Cannot read calibration: its table has another size');
    bytes.set(table, this.#tablePlace(which));
  }

  #tailPlace(which: number): number {
    return this.#tailsAt + which * FLOATS_OF_TAIL;
  }

  #tablePlace(which: number): number {
    return this.#tablesAt + which * this.#histogram.buckets.count;
  }

  /** Probability-weighted moments of the excesses over the threshold, the largest left out. */
  #fitTail(total: number, which: number): void {
    const histogram = this.#histogram;
    const { buckets } = histogram;
    const threshold = histogram.quantile(BULK, which);
    const first = BULK * total;
    const last = (1 - TRIMMED) * total;
    let below = 0;
    let mass = 0;
    let mean = 0;
    let weighted = 0;
    for (let bucket = 0; bucket < buckets.count && below < last; bucket++) {
      const weight = histogram.weight(bucket, which);
      const from = Math.max(below, first);
      const to = Math.min(below + weight, last);
      if (to > from) {
        const low = buckets.edge(bucket);
        const width = buckets.edge(bucket + 1) - low;
        const middle = low + width * (((from + to) / 2 - below) / weight);
        const excess = Math.max(0, middle - threshold);
        const share = (to - from) / (last - first);
        mean += share * excess;
        weighted += share * excess * (1 - (mass + share / 2));
        mass += share;
      }
      below += weight;
    }
    const wanted = mean > 0 && mean > 2 * weighted ? 2 - mean / (mean - 2 * weighted) : 0;
    const shape = Math.min(Math.max(wanted, 0), LARGEST_SHAPE);
    const scale = Math.max(mean * (1 - shape), SMALLEST_TAIL_SCALE);
    this.#room.floats.set([threshold, shape, scale], this.#tailPlace(which));
  }
}
