import type { StateReader, StateWriter } from '../state.ts';
import { Room } from './room.ts';
import { smallMedian } from './small-median.ts';
import { SortedValues } from './sorted-values.ts';

/** Newest values that are kept as they are. */
const KEPT = 60;
/** Newest values whose sums with the 4 and the 14 before them are kept: as far as the medians of blocks look back. */
const FIVES = 30;
const FIFTEENS = 120;
const FIVES_AT = 2 * KEPT;
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
  /** Where it begins: values, each twice, KEPT apart, so that any look back is one contiguous stretch; sums of 5; sums of 15. */
  readonly #at: number;
  /** The newest 30. */
  readonly #sorted: SortedValues;
  /** Place of the next value in the longest ring; the shorter ones divide it. */
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
    const at = this.#at + (next % KEPT);
    cells[at] = value;
    cells[at + KEPT] = value;
    const end = at + KEPT + 1;
    cells[this.#at + FIVES_AT + (next % FIVES)] = sumOf(cells, end - 5, end);
    cells[this.#at + FIFTEENS_AT + next] = sumOf(cells, end - 15, end);
    this.#next = next + 1 === FIFTEENS ? 0 : next + 1;
    if (this.#count < FULL) this.#count++;
    this.#sorted.push(value, cells[end - SORTED - 1]);
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
    const cells = this.#room.floats;
    const start = this.#end() - 6;
    for (let i = 0; i < 6; i++) SCRATCH[i] = cells[start + i];
    SCRATCH[6] = value;
    return smallMedian(SCRATCH, 7);
  }

  medianOf30(): number {
    return this.#sorted.count < SORTED ? Number.NaN : this.#sorted.median();
  }

  /** Sum of the newest `length` values, 60 at most. */
  sum(length: number): number {
    if (this.#count < length) return Number.NaN;
    const end = this.#end();
    return sumOf(this.#room.floats, end - length, end);
  }

  /**
   * What the level was before the newest 4 values, whatever happened in less than half of the time: median of the
   * means of the 6 stretches of 5 values before them.
   */
  levelOf30(): number {
    if (this.#count < 34) return Number.NaN;
    const cells = this.#room.floats;
    const fives = this.#at + FIVES_AT;
    const newest = this.#next + FIFTEENS - 1;
    for (let block = 0; block < 6; block++) {
      SCRATCH[block] = cells[fives + ((newest - 4 - block * 5) % FIVES)] / 5;
    }
    return smallMedian(SCRATCH, 6);
  }

  /** The same before the newest 14 values, of 8 stretches of 15. */
  levelOf120(): number {
    if (this.#count < 134) return Number.NaN;
    const cells = this.#room.floats;
    const fifteens = this.#at + FIFTEENS_AT;
    const newest = this.#next + FIFTEENS - 1;
    for (let block = 0; block < 8; block++) {
      SCRATCH[block] = cells[fifteens + ((newest - 14 - block * 15) % FIFTEENS)] / 15;
    }
    return smallMedian(SCRATCH, 8);
  }

  /** Standard deviation of the newest `length - 1` values and `value`. */
  deviationWith(value: number, length: number): number {
    const mean = (this.sum(length - 1) + value) / length;
    const cells = this.#room.floats;
    const end = this.#end();
    let squares = (value - mean) ** 2;
    for (let i = end - length + 1; i < end; i++) squares += (cells[i] - mean) ** 2;
    return Math.sqrt(squares / length);
  }

  save(out: StateWriter): void {
    out.int(this.#count);
    out.int(this.#next);
    out.floats(this.#room.floats.subarray(this.#at + KEPT, this.#at + FORECAST_AT));
  }

  load(state: StateReader): void {
    this.#count = state.int();
    this.#next = state.int();
    const cells = this.#room.floats.subarray(this.#at, this.#at + FORECAST_AT);
    cells.set(state.floats(), KEPT);
    cells.copyWithin(0, KEPT, 2 * KEPT);
    this.#sorted.clear();
    const end = this.#end() - this.#at;
    for (let at = end - Math.min(this.#count, SORTED); at < end; at++) {
      this.#sorted.push(cells[at], Number.NaN);
    }
    this.#sumUp();
  }

  #sumUp(): void {
    const cells = this.#room.floats;
    const end = this.#end();
    const isEnough = this.#count >= FORECAST_POINTS;
    cells[this.#at + FORECAST_AT] = isEnough ? quadraticForecast(cells, end) : Number.NaN;
    cells[this.#at + MEDIAN_AT] = this.#count >= 5 ? medianOfFive(cells, end - 5) : Number.NaN;
  }

  /** Just behind the newest value of the contiguous stretch. */
  #end(): number {
    return this.#at + (this.#next % KEPT) + KEPT;
  }
}

function sumOf(cells: Float64Array, from: number, end: number): number {
  let sum = 0;
  for (let i = from; i < end; i++) sum += cells[i];
  return sum;
}

function quadraticForecast(cells: Float64Array, end: number): number {
  const start = end - FORECAST_POINTS;
  let sum = 0;
  for (let i = 0; i < FORECAST_POINTS; i++) sum += FORECAST_WEIGHTS[i] * cells[start + i];
  return sum;
}

/** Of two pairs neither the lower of the lower values nor the higher of the higher ones is the median. */
function medianOfFive(cells: Float64Array, at: number): number {
  const [a, b, c, d] = [cells[at], cells[at + 1], cells[at + 2], cells[at + 3]];
  const low = Math.max(Math.min(a, b), Math.min(c, d));
  const high = Math.min(Math.max(a, b), Math.max(c, d));
  return Math.max(Math.min(low, high), Math.min(Math.max(low, high), cells[at + 4]));
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
