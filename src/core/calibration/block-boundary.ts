import { HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { quantileSorted } from '../stats/quantile.ts';

const KEPT_BLOCKS = 672;
/** Evidence of a block is kept in thousandths, in 16 bits. */
const UNITS = 1000;
const MOST = 65_535;
const FEWEST_BLOCKS = 8;
/** Days between two false alarms that the boundary aims at. */
const QUIET_DAYS = 1700;
const SMALLEST_SPREAD = 0.08;
const SMALLEST_BOUNDARY = 4;
/**
 * Trouble that lasts reaches 8 with one view at its most and the forest, 15 with two. A series of frequent spikes may have a
 * boundary above that, until the spikes are known as a habit and four weeks have passed, and nothing would ever be seen in it.
 */
const LARGEST_BOUNDARY = 7.5;
const HABITS_KNOWN_DAYS = 4;
/** Of a series of which no block is known. */
const FIRST_BOUNDARY = 1 + 0.3 * Math.log(QUIET_DAYS * 24);

/**
 * The boundary of one series: how much evidence its own past hours reached by themselves.
 *
 * Keeps the highest evidence of each block (an hour, at least 12 steps) over 28 days of blocks, takes a
 * Gumbel distribution through their median and 85 % quantile (which the anomalies of the past do not reach) and puts
 * the boundary where it expects one block in 1,700 days.
 */
export class BlockBoundary {
  readonly #blockMs: number;
  readonly #perDay: number;
  /** In thousandths. */
  readonly #maxima = new Uint16Array(KEPT_BLOCKS);
  #blocks = 0;
  #block = Number.NaN;
  #highest = 0;
  #gumbel = FIRST_BOUNDARY;

  constructor(stepMs: number) {
    this.#blockMs = Math.max(HOUR_MS, 12 * stepMs);
    this.#perDay = (24 * HOUR_MS) / this.#blockMs;
  }

  get blocks(): number {
    return this.#blocks;
  }

  /** How many of them a day has: less than 24 where a step is long. */
  get blocksADay(): number {
    return this.#perDay;
  }

  /** Evidence at which a series of this age, in days, becomes anomalous. */
  at(ageDays: number): number {
    const most = ageDays < HABITS_KNOWN_DAYS ? Number.POSITIVE_INFINITY : LARGEST_BOUNDARY;
    const boundary = Math.min(Math.max(SMALLEST_BOUNDARY, this.#gumbel), most);
    return boundary * (1 + 0.15 * Math.exp(-ageDays / 7));
  }

  /** Takes one sample's evidence; true when a block has just been completed. */
  learn(timeMs: number, evidence: number): boolean {
    const block = Math.floor(timeMs / this.#blockMs);
    if (block === this.#block) {
      if (evidence > this.#highest) this.#highest = evidence;
      return false;
    }
    const completed = !Number.isNaN(this.#block);
    if (completed) {
      this.#maxima[this.#blocks++ % KEPT_BLOCKS] = inUnits(this.#highest);
    }
    this.#block = block;
    this.#highest = evidence;
    return completed;
  }

  /** Of few blocks, and of the first one while it is being filled, only what is high is believed. */
  refit(): void {
    if (this.#blocks >= FEWEST_BLOCKS) {
      this.#gumbel = this.#expected(this.#maxima.subarray(0, Math.min(this.#blocks, KEPT_BLOCKS)));
      return;
    }
    // One that has only begun would look like a calm hour beside the others.
    const first = Uint16Array.of(inUnits(this.#highest));
    const few = this.#blocks === 0 ? first : this.#maxima.subarray(0, this.#blocks);
    this.#gumbel = Math.max(FIRST_BOUNDARY, this.#expected(few));
  }

  /** Where one block in 1,700 days is expected, by the maxima of some. */
  #expected(maxima: Uint16Array): number {
    const sorted = maxima.toSorted();
    const median = quantileSorted(sorted, 0.5) / UNITS;
    const usual = (quantileSorted(sorted, 0.85) / UNITS - median) / 1.4505;
    const spread = Math.max(usual, SMALLEST_SPREAD);
    return median - 0.3665 * spread + spread * Math.log(QUIET_DAYS * this.#perDay);
  }

  save(out: StateWriter): void {
    out.int(this.#blocks);
    out.halves(this.#maxima.subarray(0, Math.min(this.#blocks, KEPT_BLOCKS)));
    out.float(this.#block);
    out.float(this.#highest);
    out.float(this.#gumbel);
  }

  load(state: StateReader): void {
    this.#blocks = state.int();
    this.#maxima.set(state.halves());
    this.#block = state.float();
    this.#highest = state.float();
    this.#gumbel = state.float();
  }
}

function inUnits(evidence: number): number {
  return Math.min(Math.round(evidence * UNITS), MOST);
}
