import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { DecayedHistogram } from '../stats/decayed-histogram.ts';
import { Room } from '../stats/room.ts';

const RANGE = { lowest: -2, octaves: 12, bits: 2 };
const HALF_LIFE_MS = 14 * DAY_MS;
/** What a series does more often than this is a habit. */
const TIMES_A_DAY = 2;
/** A habit may be exceeded by so much. */
const MARGIN = 1.5;
const FEWEST_BLOCKS = 72;
const BLOCKS_A_REFIT = 6;

/**
 * Deviations of a size that the series shows more than twice on a usual day are its habit, however rare they are among
 * its samples: spikes on one sample in a hundred, for example. Keeps the largest deviation of each block (an hour,
 * at least 12 steps) in a histogram in which blocks count half after two weeks.
 */
export class FamiliarSize {
  readonly #blockMs: number;
  readonly #histogram: DecayedHistogram;
  readonly #share: number;
  #block = Number.NaN;
  #largest = 0;
  #blocks = 0;
  #usual = 0;

  constructor(stepMs: number, room = new Room()) {
    this.#blockMs = Math.max(HOUR_MS, 12 * stepMs);
    this.#share = Math.max(0, 1 - (TIMES_A_DAY * this.#blockMs) / DAY_MS);
    const halfLife = HALF_LIFE_MS / this.#blockMs;
    this.#histogram = new DecayedHistogram(RANGE, halfLife, { room, count: 1 });
  }

  /** Whether a deviation, in units of its own scale, is no news by its size. False before three days are known. */
  covers(size: number, margin = MARGIN): boolean {
    return size <= margin * this.#usual;
  }

  learn(timeMs: number, size: number): void {
    const block = Math.floor(timeMs / this.#blockMs);
    if (block !== this.#block) this.#complete(block);
    if (size > this.#largest) this.#largest = size;
  }

  save(out: StateWriter): void {
    this.#histogram.save(out);
    for (const figure of [this.#block, this.#largest, this.#usual]) out.float(figure);
    out.int(this.#blocks);
  }

  load(state: StateReader): void {
    this.#histogram.load(state);
    this.#block = state.float();
    this.#largest = state.float();
    this.#usual = state.float();
    this.#blocks = state.int();
  }

  #complete(block: number): void {
    this.#block = block;
    if (this.#largest === 0) return;
    this.#histogram.push(this.#largest);
    this.#largest = 0;
    this.#blocks++;
    if (this.#blocks >= FEWEST_BLOCKS && this.#blocks % BLOCKS_A_REFIT === 0) {
      this.#usual = this.#histogram.quantile(this.#share);
    }
  }
}
