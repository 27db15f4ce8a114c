import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { quantileSorted } from '../stats/quantile.ts';
import { Room } from '../stats/room.ts';
import { bytesOfTwelveBits, putTwelveBits, takeTwelveBits } from '../stats/twelve-bits.ts';

/** A block's highest evidence is kept in 12 bits, in units of 1 / 250. */
const UNITS = 250;
const MOST = 4095;
const MINUTE_MS = 60_000;
const FEWEST_BLOCKS = 8;
const SMALLEST_SPREAD = 0.08;
const HABITS_KNOWN_DAYS = 4;
/**
 * At a step ten times as short ten times as many samples come in an hour. For one of them to be as rare takes one more of evidence
 * in every view, and in the forest, which counts six tenths.
 */
const RARER = 1.6;

export interface BoundaryRules {
  /** Latest blocks that it looks back at. */
  readonly keptBlocks: number;
  /** Days between two blocks that reach it, by what is known of the past. */
  readonly quietDays: number;
  readonly smallest: number;
  /**
   * As soon as habits are known, at steps of a minute or longer. Trouble that lasts reaches 8 with one view at its most and the
   * forest, 15 with two: in a series of frequent spikes, whose boundary may be above that for four weeks, nothing would ever
   * be seen.
   */
  readonly largest: number;
}

/** For the evidence of one sample. */
export const SINGLE: BoundaryRules = {
  keptBlocks: 672,
  quietDays: 1700,
  smallest: 4,
  largest: 7.5,
};
/**
 * For evidence that lasts. Samples of an hour that depend on each other have a longer tail than the bulk of their maxima tells,
 * hence the many days.
 */
export const LASTING: BoundaryRules = { keptBlocks: 336, quietDays: 8000, smallest: 0, largest: 6 };

/**
 * The boundary of one series: how much evidence its own past hours reached by themselves.
 *
 * Keeps the highest evidence of each of the latest blocks (an hour, at least 12 steps), 28 days of them at most, takes a
 * Gumbel distribution through their median and 85 % quantile (which the anomalies of the past do not reach) and puts
 * the boundary where it expects one block in so many days.
 */
export class BlockBoundary {
  readonly #rules: BoundaryRules;
  readonly #blockMs: number;
  readonly #largest: number;
  readonly #room: Room;
  /** Where the maxima of the blocks begin among the bytes. */
  readonly #maximaAt: number;
  #blocks = 0;
  #block = Number.NaN;
  #highest = 0;
  #gumbel: number;

  constructor(stepMs: number, rules: BoundaryRules, room = new Room()) {
    this.#rules = rules;
    this.#blockMs = Math.max(HOUR_MS, 12 * stepMs);
    this.#largest = rules.largest + RARER * Math.max(0, Math.log10(MINUTE_MS / stepMs));
    this.#room = room;
    this.#maximaAt = room.reserveBytes(bytesOfTwelveBits(rules.keptBlocks));
    this.#gumbel = this.#first;
  }

  get blocks(): number {
    return this.#blocks;
  }

  /** How many of them a day has: less than 24 where a step is long. */
  get blocksADay(): number {
    return DAY_MS / this.#blockMs;
  }

  /**
   * Evidence beyond the boundary that counts as one, as a share of the boundary. At a short step it is less than all of it: the
   * boundary is larger there, but the most evidence that a trouble can give is not.
   */
  get beyond(): number {
    return this.#rules.largest / this.#largest;
  }

  /** Evidence at which a series of this age, in days, becomes anomalous. */
  at(ageDays: number): number {
    const most = ageDays < HABITS_KNOWN_DAYS ? Number.POSITIVE_INFINITY : this.#largest;
    const boundary = Math.min(Math.max(this.#rules.smallest, this.#gumbel), most);
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
    if (completed) this.#keep(this.#highest);
    this.#block = block;
    this.#highest = evidence;
    return completed;
  }

  /** Of few blocks, and of the first one while it is being filled, only what is high is believed. */
  refit(): void {
    if (this.#blocks >= FEWEST_BLOCKS) {
      this.#gumbel = this.#expected(this.#maxima());
      return;
    }
    // One that has only begun would look like a calm hour beside the others.
    const few = this.#blocks === 0 ? Uint16Array.of(inUnits(this.#highest)) : this.#maxima();
    this.#gumbel = Math.max(this.#first, this.#expected(few));
  }

  save(out: StateWriter): void {
    out.int(this.#blocks);
    out.bytes(this.#bytes());
    for (const figure of [this.#block, this.#highest, this.#gumbel]) out.float(figure);
  }

  load(state: StateReader): void {
    this.#blocks = state.int();
    this.#bytes().set(state.bytes());
    this.#block = state.float();
    this.#highest = state.float();
    this.#gumbel = state.float();
  }

  /** Of a series of which no block is known. */
  get #first(): number {
    return 1 + 0.3 * Math.log(this.#rules.quietDays * 24);
  }

  /** Where one block in so many days is expected, by the maxima of some, which it sorts. */
  #expected(maxima: Uint16Array): number {
    maxima.sort();
    const median = quantileSorted(maxima, 0.5) / UNITS;
    const usual = (quantileSorted(maxima, 0.85) / UNITS - median) / 1.4505;
    const spread = Math.max(usual, SMALLEST_SPREAD);
    const quiet = Math.log(this.#rules.quietDays * this.blocksADay);
    return median - 0.3665 * spread + spread * quiet;
  }

  #keep(evidence: number): void {
    const place = this.#blocks++ % this.#rules.keptBlocks;
    putTwelveBits(this.#bytes(), place, inUnits(evidence));
  }

  #maxima(): Uint16Array {
    return takeTwelveBits(this.#bytes(), this.#kept);
  }

  get #kept(): number {
    return Math.min(this.#blocks, this.#rules.keptBlocks);
  }

  #bytes(): Uint8Array {
    const bytes = bytesOfTwelveBits(this.#kept);
    return this.#room.bytes.subarray(this.#maximaAt, this.#maximaAt + bytes);
  }
}

function inUnits(evidence: number): number {
  return Math.min(Math.round(evidence * UNITS), MOST);
}
