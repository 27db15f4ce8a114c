import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { DecayedHistogram } from '../stats/decayed-histogram.ts';
import { type Lodging, Room } from '../stats/room.ts';

const RANGE = { lowest: -2, octaves: 12, bits: 2 };
const HALF_LIFE_MS = 14 * DAY_MS;
/** What a series does more often than this is a habit. */
const TIMES_A_DAY = 2;
/** A habit may be exceeded by so much. */
const MARGIN = 1.5;
const FEWEST_BLOCKS = 72;
const BLOCKS_A_REFIT = 6;

/** By how much a habit may be exceeded, and which kind of deviation is meant. */
interface Measure {
  readonly margin?: number | undefined;
  readonly which?: number;
}

/**
 * Deviations of a size that the series shows more than twice on a usual day are its habit, however rare they are among
 * its samples: spikes on one sample in a hundred, for example. Keeps the largest deviation of each block (an hour,
 * at least 12 steps) in a histogram in which blocks count half after two weeks. Or several kinds of deviations, which are
 * told apart by their number.
 */
export class FamiliarSize {
  readonly #blockMs: number;
  readonly #count: number;
  readonly #room: Room;
  readonly #histogram: DecayedHistogram;
  readonly #share: number;
  /** Where the largest deviations of the block at hand begin in the room, and what is usual. */
  readonly #largestAt: number;
  readonly #usualAt: number;
  #block = Number.NaN;
  #blocks = 0;

  constructor(stepMs: number, { room, count }: Lodging = { room: new Room(), count: 1 }) {
    this.#room = room;
    this.#count = count;
    this.#blockMs = Math.max(HOUR_MS, 12 * stepMs);
    this.#share = Math.max(0, 1 - (TIMES_A_DAY * this.#blockMs) / DAY_MS);
    const halfLife = HALF_LIFE_MS / this.#blockMs;
    this.#histogram = new DecayedHistogram(RANGE, halfLife, { room, count });
    this.#largestAt = room.reserveFloats(count);
    this.#usualAt = room.reserveFloats(count);
  }

  /** Whether a deviation, in units of its own scale, is no news by its size. False before three days are known. */
  covers(size: number, { margin = MARGIN, which = 0 }: Measure = {}): boolean {
    return size <= margin * this.#room.floats[this.#usualAt + which];
  }

  learn(timeMs: number, size: number, which = 0): void {
    const block = Math.floor(timeMs / this.#blockMs);
    if (block !== this.#block) this.#complete(block);
    const { floats } = this.#room;
    const at = this.#largestAt + which;
    if (size > floats[at]) floats[at] = size;
  }

  save(out: StateWriter): void {
    for (let which = 0; which < this.#count; which++) {
      this.#histogram.save(out, which);
      out.float(this.#room.floats[this.#largestAt + which]);
      out.float(this.#room.floats[this.#usualAt + which]);
    }
    out.float(this.#block);
    out.int(this.#blocks);
  }

  load(state: StateReader): void {
    for (let which = 0; which < this.#count; which++) {
      this.#histogram.load(state, which);
      this.#room.floats[this.#largestAt + which] = state.float();
      this.#room.floats[this.#usualAt + which] = state.float();
    }
    this.#block = state.float();
    this.#blocks = state.int();
  }

  /** A block in which nothing deviated, as none has its scale yet, counts for none. */
  #complete(block: number): void {
    this.#block = block;
    const { floats } = this.#room;
    let deviated = false;
    for (let which = 0; which < this.#count; which++) {
      const largest = floats[this.#largestAt + which];
      if (largest === 0) continue;
      deviated = true;
      this.#histogram.push(largest, which);
      floats[this.#largestAt + which] = 0;
    }
    if (deviated && ++this.#blocks >= FEWEST_BLOCKS && this.#blocks % BLOCKS_A_REFIT === 0) {
      this.#refit();
    }
  }

  #refit(): void {
    for (let which = 0; which < this.#count; which++) {
      this.#room.floats[this.#usualAt + which] = this.#histogram.quantile(this.#share, which);
    }
  }
}
