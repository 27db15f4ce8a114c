import type { StateReader, StateWriter } from '../state.ts';
import { Room } from './room.ts';
import { smallMedian } from './small-median.ts';
import { SortedValues } from './sorted-values.ts';

/**
 * Lengths of rings, in values: those kept as they are, and those whose sums with the 4 and the 14 before them are kept, as far
 * as the medians of blocks look back. Powers of two: the remainder of a place is a mask.
 */
const KEPT = 64;
const FIVES = 32;
const FIFTEENS = 128;
const FIVES_AT = KEPT;
const FIFTEENS_AT = FIVES_AT + FIVES;
/** What is asked more than once of the same values. */
const FORECAST_AT = FIFTEENS_AT + FIFTEENS;
const MEDIAN_AT = FORECAST_AT + 1;
const CELLS = MEDIAN_AT + 1;
/** Values that the longest look back needs. */
const FULL = 135;
/** Newest values that are kept in order of size. */
const SORTED = 30;
const FORECAST_POINTS = 20;
const FORECAST_WEIGHTS = quadraticForecastWeights(FORECAST_POINTS);
const SCRATCH = new Float64Array(8);

/**
 * The last values of a stream and the short statistics that jump detectors ask of them. NaN while too few. Sums of blocks
 * are taken once, when their last value arrives: eight of fifteen values each would otherwise be added up for every value. So
 * is what is asked more than once.
 */
export class RecentWindow {
  readonly #room: Room;
  /** Where it begins: values; sums of 5; sums of 15. */
  readonly #at: number;
  /** The newest 30. */
  readonly #sorted: SortedValues;
  /** Place of the next value in the longest ring; in a shorter one its remainder. */
  #next = 0;
  #count = 0;

  constructor(room = new Room()) {
    this.#room = room;
    this.#at = room.reserveFloats(CELLS);
    this.#sorted = new SortedValues(SORTED, room);
    this.#sumUp();
  }

  get count(): number {
    return this.#count;
  }

  push(value: number): void {
    const cells = this.#room.floats;
    const next = this.#next;
    const leaving = this.#ago(SORTED);
    cells[this.#at + (next & (KEPT - 1))] = value;
    this.#next = (next + 1) & (FIFTEENS - 1);
    cells[this.#at + FIVES_AT + (next & (FIVES - 1))] = this.#sumOf(5);
    cells[this.#at + FIFTEENS_AT + next] = this.#sumOf(15);
    if (this.#count < FULL) this.#count++;
    this.#sorted.push(value, leaving);
    this.#sumUp();
  }

  clear(): void {
    this.#count = 0;
    this.#next = 0;
    this.#sorted.clear();
    this.#sumUp();
  }

  /** What a quadratic least-squares fit of the last 20 values expects next. */
  quadraticForecast(): number {
    return this.#room.floats[this.#at + FORECAST_AT];
  }

  medianOf5(): number {
    return this.#room.floats[this.#at + MEDIAN_AT];
  }

  /** Median of the newest 6 and `value`. */
  medianOf7With(value: number): number {
    if (this.#count < 6) return Number.NaN;
    const values = this.#newest(6);
    values[6] = value;
    return smallMedian(values, 7);
  }

  medianOf30(): number {
    return this.#sorted.count < SORTED ? Number.NaN : this.#sorted.median();
  }

  /** Sum of the newest `length` values, 60 at most. */
  sum(length: number): number {
    return this.#count < length ? Number.NaN : this.#sumOf(length);
  }

  /**
   * What the level was before the newest 4 values, whatever happened in less than half of the time: median of the
   * means of the 6 stretches of 5 values before them.
   */
  levelOf30(): number {
    if (this.#count < 34) return Number.NaN;
    const cells = this.#room.floats;
    const fives = this.#at + FIVES_AT;
    for (let block = 0; block < 6; block++) {
      SCRATCH[block] = cells[fives + ((this.#next - 5 - block * 5) & (FIVES - 1))] / 5;
    }
    return smallMedian(SCRATCH, 6);
  }

  /** The same before the newest 14 values, of 8 stretches of 15. */
  levelOf120(): number {
    if (this.#count < 134) return Number.NaN;
    const cells = this.#room.floats;
    const fifteens = this.#at + FIFTEENS_AT;
    for (let block = 0; block < 8; block++) {
      SCRATCH[block] = cells[fifteens + ((this.#next - 15 - block * 15) & (FIFTEENS - 1))] / 15;
    }
    return smallMedian(SCRATCH, 8);
  }

  /** Standard deviation of the newest `length - 1` values and `value`. */
  deviationWith(value: number, length: number): number {
    const mean = (this.sum(length - 1) + value) / length;
    let squares = (value - mean) ** 2;
    for (let ago = length - 1; ago > 0; ago--) squares += (this.#ago(ago) - mean) ** 2;
    return Math.sqrt(squares / length);
  }

  save(out: StateWriter): void {
    out.int(this.#count);
    out.int(this.#next);
    out.floats(this.#room.floats.subarray(this.#at, this.#at + FORECAST_AT));
  }

  load(state: StateReader): void {
    this.#count = state.int();
    this.#next = state.int();
    this.#room.floats.subarray(this.#at, this.#at + FORECAST_AT).set(state.floats());
    this.#sorted.clear();
    for (let ago = Math.min(this.#count, SORTED); ago > 0; ago--) {
      this.#sorted.push(this.#ago(ago), Number.NaN);
    }
    this.#sumUp();
  }

  #sumUp(): void {
    const cells = this.#room.floats;
    const isEnough = this.#count >= FORECAST_POINTS;
    cells[this.#at + FORECAST_AT] = isEnough ? this.#forecast() : Number.NaN;
    cells[this.#at + MEDIAN_AT] = this.#count >= 5 ? medianOfFive(this.#newest(5)) : Number.NaN;
  }

  #forecast(): number {
    let sum = 0;
    for (let i = 0; i < FORECAST_POINTS; i++) {
      sum += FORECAST_WEIGHTS[i] * this.#ago(FORECAST_POINTS - i);
    }
    return sum;
  }

  /** The newest `length` values, 8 at most, oldest first; the same array for every window. */
  #newest(length: number): Float64Array {
    for (let i = 0; i < length; i++) SCRATCH[i] = this.#ago(length - i);
    return SCRATCH;
  }

  #sumOf(length: number): number {
    let sum = 0;
    for (let ago = length; ago > 0; ago--) sum += this.#ago(ago);
    return sum;
  }

  /** The newest value is 1 ago. */
  #ago(count: number): number {
    return this.#room.floats[this.#at + ((this.#next - count) & (KEPT - 1))];
  }
}

/** Of two pairs neither the lower of the lower values nor the higher of the higher ones is the median. */
function medianOfFive(values: Float64Array): number {
  const [a, b, c, d] = [values[0], values[1], values[2], values[3]];
  const low = Math.max(Math.min(a, b), Math.min(c, d));
  const high = Math.min(Math.max(a, b), Math.max(c, d));
  return Math.max(Math.min(low, high), Math.min(Math.max(low, high), values[4]));
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
