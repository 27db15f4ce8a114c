import type { StateReader, StateWriter } from '../state.ts';

/** Responses before anything is called usual. */
const LEAST_RESPONSES = 5;
/** Responses kept; older ones are forgotten. */
const KEPT = 30;
/** An odd response is learned when this many in a row were odd: said three times, then the new usual. */
const NEW_USUAL = 3;
/** Beyond the widest response seen: this share of how much responses differ, … */
const SPREAD_MARGIN = 0.5;
/** … and this share of their size. */
const SIZE_MARGIN = 0.1;

/**
 * How a series usually responds to one kind of event: lowest and highest deviation from the level before it in each bin
 * of time after it, of the last 30 responses, and the envelope around these. 100 bytes a response with 12 bins.
 */
export class UsualResponse {
  readonly #bins: number;
  /** A row each: lows, highs, whether it was odd. */
  #rows: Float32Array = new Float32Array(0);
  #count = 0;
  readonly #lower: Float32Array;
  readonly #upper: Float32Array;

  constructor(bins: number) {
    this.#bins = bins;
    this.#lower = new Float32Array(bins).fill(Number.NaN);
    this.#upper = new Float32Array(bins).fill(Number.NaN);
  }

  /** Whether there were enough responses to say what is usual. */
  get known(): boolean {
    return this.#count >= LEAST_RESPONSES;
  }

  /** Whether a deviation in this bin is what usually follows; false as long as that is not known. */
  contains(bin: number, deviation: number): boolean {
    return deviation >= this.#lower[bin] && deviation <= this.#upper[bin];
  }

  /** Takes one response: a low and a high a bin, NaN where nothing was seen. An `odd` one is kept but not usual. */
  add(lows: Float32Array, highs: Float32Array, odd: boolean): void {
    const row = this.#makeRoom();
    this.#rows.set(lows, row);
    this.#rows.set(highs, row + this.#bins);
    this.#rows[row + 2 * this.#bins] = odd ? 1 : 0;
    this.#count++;
    this.#acceptNewUsual();
    this.#renew();
  }

  save(out: StateWriter): void {
    out.singles(this.#rows.subarray(0, this.#count * this.#width));
  }

  load(state: StateReader): void {
    this.#rows = state.singles();
    this.#count = Math.floor(this.#rows.length / this.#width);
    this.#renew();
  }

  get #width(): number {
    return 2 * this.#bins + 1;
  }

  /** Where the next row begins. */
  #makeRoom(): number {
    const width = this.#width;
    if (this.#count === KEPT) {
      this.#rows.copyWithin(0, width);
      this.#count--;
    }
    const needed = (this.#count + 1) * width;
    if (needed > this.#rows.length) {
      const larger = new Float32Array(Math.min(KEPT, this.#count + LEAST_RESPONSES) * width);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    return needed - width;
  }

  #acceptNewUsual(): void {
    const oddAt = (row: number): number => (row + 1) * this.#width - 1;
    for (let row = this.#count - NEW_USUAL; row < this.#count; row++) {
      if (row < 0 || this.#rows[oddAt(row)] === 0) return;
    }
    for (let row = this.#count - NEW_USUAL; row < this.#count; row++) this.#rows[oddAt(row)] = 0;
  }

  #renew(): void {
    for (let bin = 0; bin < this.#bins; bin++) {
      // NaN contains nothing: too few responses reached this bin.
      const low = this.#range(bin, 0);
      const high = this.#range(bin, this.#bins);
      const size = SIZE_MARGIN * Math.max(Math.abs(low.least), Math.abs(high.most));
      this.#lower[bin] = low.least - SPREAD_MARGIN * (low.most - low.least) - size;
      this.#upper[bin] = high.most + SPREAD_MARGIN * (high.most - high.least) + size;
    }
  }

  /** Least and most of the lows (or highs, `offset` further) of usual responses; NaN of too few. */
  #range(bin: number, offset: number): { readonly least: number; readonly most: number } {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    let seen = 0;
    for (let row = 0; row < this.#count; row++) {
      const from = row * this.#width;
      if (this.#rows[from + 2 * this.#bins] === 1) continue;
      const value = this.#extreme(from + offset, bin, offset > 0);
      if (Number.isNaN(value)) continue;
      seen++;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    return seen < LEAST_RESPONSES ? { least: Number.NaN, most: Number.NaN } : { least, most };
  }

  /** A response may come a bin earlier or later than the one before it. */
  #extreme(from: number, bin: number, highest: boolean): number {
    let extreme = Number.NaN;
    for (let i = Math.max(0, bin - 1); i <= Math.min(this.#bins - 1, bin + 1); i++) {
      const value = this.#rows[from + i];
      if (Number.isNaN(value)) continue;
      const better = highest ? value > extreme : value < extreme;
      if (better || Number.isNaN(extreme)) extreme = value;
    }
    return extreme;
  }
}
