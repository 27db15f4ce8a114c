import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { PackedRing } from '../stats/packed-ring.ts';
import { smallMedian } from '../stats/small-median.ts';
import { SortedWindow } from '../stats/sorted-window.ts';

const MOST_DAYS = 29;
const BIN_MS = 300_000;
const SMOOTHING_MS = 900_000;
const MOST_VALUES = 64;
const SCRATCH = new Float64Array(MOST_VALUES);

/**
 * Four weeks of one series in little space: its median within about 15 minutes of every five minutes of civil time,
 * or of every step where that is longer. One outlier, or a few minutes of them, leave no trace.
 */
export class SmoothHistory {
  readonly binMs: number;
  readonly #capacity: number;
  /** So many bins after it a bin is smoothed. */
  readonly reach: number;
  readonly #medians: Float64Array;
  readonly #smooth: PackedRing;
  readonly #recent: SortedWindow;
  readonly #values: Float64Array;
  #valueCount = 0;
  #bin = Number.NaN;
  #first = Number.NaN;

  constructor(stepMs: number) {
    this.binMs = Math.max(BIN_MS, stepMs);
    this.#capacity = Math.ceil((MOST_DAYS * DAY_MS) / this.binMs);
    this.reach = Math.round(SMOOTHING_MS / this.binMs);
    this.#values = new Float64Array(Math.min(MOST_VALUES, 2 * Math.ceil(this.binMs / stepMs)));
    this.#smooth = new PackedRing(this.#capacity);
    this.#medians = new Float64Array(2 * this.reach + 1).fill(Number.NaN);
    this.#recent = new SortedWindow(Math.max(6, Math.round((2 * HOUR_MS) / this.binMs)));
  }

  /** The bin being filled; NaN before the first value. */
  get bin(): number {
    return this.#bin;
  }

  /** Bins since the first value, at most what is kept. */
  get span(): number {
    return Number.isNaN(this.#bin) ? 0 : Math.min(this.#bin - this.#first, this.#capacity);
  }

  /** Smoothed value of a past bin; NaN where there is none. */
  at(bin: number): number {
    if (!(bin >= this.#first && bin < this.#bin - this.reach && bin > this.#bin - this.#capacity))
      return Number.NaN;
    return this.#smooth.at(bin);
  }

  /** Median of the last two hours. */
  recentMedian(): number {
    return this.#recent.median();
  }

  /** Empties the past from a civil time on, as if nothing had been seen since. */
  forgetSince(localMs: number): void {
    const since = Math.floor(localMs / this.binMs) - this.reach;
    this.#smooth.erase(since, this.#bin - this.reach);
  }

  /** Civil time that repeats, as when summer time ends, is left out the second time. */
  learn(localMs: number, value: number): void {
    const bin = Math.floor(localMs / this.binMs);
    if (Number.isNaN(this.#bin)) {
      this.#bin = bin;
      this.#first = bin;
    }
    if (bin < this.#bin) return;
    if (bin > this.#bin) this.#advance(bin);
    // Of a very short step only the first values of a bin count: enough for a median.
    if (this.#valueCount < this.#values.length) this.#values[this.#valueCount++] = value;
  }

  save(out: StateWriter): void {
    out.float(this.#bin);
    out.float(this.#first);
    out.floats(this.#values.subarray(0, this.#valueCount));
    out.floats(this.#medians);
    this.#smooth.save(out);
    this.#recent.save(out);
  }

  load(state: StateReader): void {
    this.#bin = state.float();
    this.#first = state.float();
    const values = state.floats();
    this.#values.set(values);
    this.#valueCount = values.length;
    this.#medians.set(state.floats());
    this.#smooth.load(state);
    this.#recent.load(state);
  }

  #advance(bin: number): void {
    if (bin - this.#bin > this.#capacity) {
      this.#medians.fill(Number.NaN);
      this.#bin = bin - 1;
    }
    while (this.#bin < bin) {
      const median = smallMedian(this.#values, this.#valueCount);
      this.#valueCount = 0;
      if (!Number.isNaN(median)) this.#recent.push(median);
      this.#medians.copyWithin(0, 1);
      this.#medians[this.#medians.length - 1] = median;
      const smoothed = this.#bin - this.reach;
      if (smoothed >= this.#first) this.#smooth.put(smoothed, this.#smoothed());
      this.#bin++;
    }
  }

  #smoothed(): number {
    let count = 0;
    for (const median of this.#medians) if (!Number.isNaN(median)) SCRATCH[count++] = median;
    return smallMedian(SCRATCH, count);
  }
}
