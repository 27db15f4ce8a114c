import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { PackedRing } from '../stats/packed-ring.ts';
import { Room } from '../stats/room.ts';
import { smallMedian } from '../stats/small-median.ts';
import { SortedWindow } from '../stats/sorted-window.ts';

const MOST_DAYS = 28.25;
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
  readonly #smooth: PackedRing;
  readonly #recent: SortedWindow;
  readonly #room: Room;
  /** Where the medians of the newest bins begin in the room, and how many they are. */
  readonly #mediansAt: number;
  readonly #medians: number;
  /** The same of the values of the bin that is being filled. */
  readonly #valuesAt: number;
  readonly #mostValues: number;
  #valueCount = 0;
  #bin = Number.NaN;
  #first = Number.NaN;

  constructor(stepMs: number, room = new Room()) {
    this.binMs = Math.max(BIN_MS, stepMs);
    this.#capacity = Math.ceil((MOST_DAYS * DAY_MS) / this.binMs);
    this.reach = Math.round(SMOOTHING_MS / this.binMs);
    this.#room = room;
    this.#mostValues = Math.min(MOST_VALUES, 2 * Math.ceil(this.binMs / stepMs));
    this.#valuesAt = room.reserveFloats(this.#mostValues);
    this.#medians = 2 * this.reach + 1;
    this.#mediansAt = room.reserveFloats(this.#medians);
    this.#forgetMedians();
    this.#smooth = new PackedRing(this.#capacity, room);
    this.#recent = new SortedWindow(Math.max(6, Math.round((2 * HOUR_MS) / this.binMs)), room);
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
    if (this.#valueCount < this.#mostValues) {
      this.#room.floats[this.#valuesAt + this.#valueCount++] = value;
    }
  }

  save(out: StateWriter): void {
    out.float(this.#bin);
    out.float(this.#first);
    const { floats } = this.#room;
    out.floats(floats.subarray(this.#valuesAt, this.#valuesAt + this.#valueCount));
    out.floats(floats.subarray(this.#mediansAt, this.#mediansAt + this.#medians));
    this.#smooth.save(out);
    this.#recent.save(out);
  }

  load(state: StateReader): void {
    this.#bin = state.float();
    this.#first = state.float();
    const values = state.floats();
    this.#room.floats.set(values, this.#valuesAt);
    this.#valueCount = values.length;
    this.#room.floats.set(state.floats(), this.#mediansAt);
    this.#smooth.load(state);
    this.#recent.load(state);
  }

  /** The part that looks back two hours. */
  saveRecent(out: StateWriter): void {
    this.#recent.save(out);
  }

  loadRecent(state: StateReader): void {
    this.#recent.load(state);
  }

  #advance(bin: number): void {
    if (bin - this.#bin > this.#capacity) {
      this.#forgetMedians();
      this.#bin = bin - 1;
    }
    const { floats } = this.#room;
    const last = this.#mediansAt + this.#medians - 1;
    while (this.#bin < bin) {
      const median = this.#median(this.#valuesAt, this.#valueCount);
      this.#valueCount = 0;
      if (!Number.isNaN(median)) this.#recent.push(median);
      floats.copyWithin(this.#mediansAt, this.#mediansAt + 1, last + 1);
      floats[last] = median;
      const smoothed = this.#bin - this.reach;
      if (smoothed >= this.#first) {
        this.#smooth.put(smoothed, this.#median(this.#mediansAt, this.#medians));
      }
      this.#bin++;
    }
  }

  /** Of `length` entries of the room, without those that are NaN. */
  #median(at: number, length: number): number {
    const { floats } = this.#room;
    let count = 0;
    for (let i = at; i < at + length; i++) {
      if (!Number.isNaN(floats[i])) SCRATCH[count++] = floats[i];
    }
    return smallMedian(SCRATCH, count);
  }

  #forgetMedians(): void {
    this.#room.floats.fill(Number.NaN, this.#mediansAt, this.#mediansAt + this.#medians);
  }
}
