import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { DecayedHistogram } from '../stats/decayed-histogram.ts';
import { Room } from '../stats/room.ts';

const RANGE = { lowest: -2, octaves: 12, bits: 2 };
const HALF_LIFE_MS = 14 * DAY_MS;
/** Spikes that come about as often as this are a habit, if those that come twice as often are of the same make. */
const TIMES_A_DAY = 0.75;
const OFTEN_A_DAY = 1.5;
/** The rarer ones may be larger than the frequent ones by this factor. */
const COMPACT = 3;
/** Smaller ones do not stand out. */
const SMALLEST = 6;
/** A habit may be exceeded by so much. */
const MARGIN = 1.6;
/** A spike is so many times as large as what is around it. */
const STEEP = 3;
const LOOKED_BACK = 4;
const CALM_BEFORE = 3;
const FEWEST_DAYS = 3;
const BLOCKS_A_REFIT = 6;

/**
 * Lonely spikes, one or two samples wide and far above their neighbours, as a job or a collection of garbage makes them:
 * where they come on most days and are of about one size, another one is no news before it lasts a third sample. Real trouble
 * comes about as often in some series, but lasts, or is now small and now large. Keeps the largest spike of each block
 * (an hour, at least 12 steps) in a histogram in which blocks count half after two weeks.
 */
export class SpikeHabit {
  readonly #blockMs: number;
  readonly #histogram: DecayedHistogram;
  readonly #room: Room;
  /** Where the sizes of the latest samples begin, oldest first. */
  readonly #recentAt: number;
  #block = Number.NaN;
  #largest = 0;
  #blocks = 0;
  #usual = 0;

  constructor(stepMs: number, room = new Room()) {
    this.#blockMs = Math.max(HOUR_MS, 12 * stepMs);
    const halfLife = HALF_LIFE_MS / this.#blockMs;
    this.#histogram = new DecayedHistogram(RANGE, halfLife, { room, count: 1 });
    this.#room = room;
    this.#recentAt = room.reserveFloats(LOOKED_BACK);
  }

  /**
   * Whether a deviation, in units of its own scale, is no more than the first or second sample of one of the usual spikes.
   * False before three days are known.
   */
  covers(size: number): boolean {
    if (!(size <= MARGIN * this.#usual)) return false;
    let calm = 0;
    const { floats } = this.#room;
    const end = this.#recentAt + LOOKED_BACK;
    for (let at = this.#recentAt; at < end; at++) if (STEEP * floats[at] < size) calm++;
    return calm >= CALM_BEFORE;
  }

  learn(timeMs: number, size: number): void {
    const block = Math.floor(timeMs / this.#blockMs);
    if (block !== this.#block) this.#complete(block);
    const { floats } = this.#room;
    const at = this.#recentAt;
    const spike = Math.max(floats[at + 2], floats[at + 3]);
    if (spike > STEEP * Math.max(floats[at + 1], size) && spike > this.#largest) {
      this.#largest = spike;
    }
    for (let i = at; i < at + LOOKED_BACK - 1; i++) floats[i] = floats[i + 1];
    floats[at + LOOKED_BACK - 1] = size;
  }

  save(out: StateWriter): void {
    this.#histogram.save(out);
    for (const figure of [this.#block, this.#largest, this.#usual]) out.float(figure);
    for (let i = 0; i < LOOKED_BACK; i++) out.float(this.#room.floats[this.#recentAt + i]);
    out.int(this.#blocks);
  }

  load(state: StateReader): void {
    this.#histogram.load(state);
    this.#block = state.float();
    this.#largest = state.float();
    this.#usual = state.float();
    for (let i = 0; i < LOOKED_BACK; i++) this.#room.floats[this.#recentAt + i] = state.float();
    this.#blocks = state.int();
  }

  #complete(block: number): void {
    if (!Number.isNaN(this.#block)) {
      this.#histogram.push(this.#largest);
      this.#blocks++;
      const known = this.#blocks * this.#blockMs >= FEWEST_DAYS * DAY_MS;
      if (known && this.#blocks % BLOCKS_A_REFIT === 0) this.#refit();
    }
    this.#block = block;
    this.#largest = 0;
  }

  #refit(): void {
    const usual = this.#sizeAt(TIMES_A_DAY);
    const compact = usual <= COMPACT * this.#sizeAt(OFTEN_A_DAY);
    this.#usual = usual >= SMALLEST && compact ? usual : 0;
  }

  /** Size that the largest spikes of so many blocks a day exceed. */
  #sizeAt(timesADay: number): number {
    return this.#histogram.quantile(Math.max(0, 1 - (timesADay * this.#blockMs) / DAY_MS));
  }
}
