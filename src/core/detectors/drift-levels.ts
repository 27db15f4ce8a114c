import { DAY_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { modulo } from '../stats/modulo.ts';
import { Room } from '../stats/room.ts';
import { smallMedian } from '../stats/small-median.ts';

export const BLOCK_MS = 10_800_000;
/** Blocks of a day. */
export const PHASES = DAY_MS / BLOCK_MS;
/** Days remembered. */
export const DAYS = 28;
const BLOCKS = PHASES * DAYS;
const FEWEST_DAYS = 3;
const SCRATCH = new Float64Array(DAYS);
const UNRESTS = new Float64Array(DAYS);
/** The ring of the series at hand from its newest block back, so that reading it needs no modulo. */
const RECENT = new Float64Array(BLOCKS);

/** The days of a series as they stand at one moment. */
export interface DayLevels {
  /** By day, 0 = the latest 24 hours: level above the template; NaN for a day that is mostly missing. */
  readonly levels: Float64Array;
  /** Standard error of the level of a day, from how much the blocks of the latest or a usual day disagree. */
  readonly blur: number;
  readonly shape: TemplateShape;
  /** Mean of the `back`th whole block before now, 0 = the newest, minus its template; NaN when there is none. */
  readonly above: (back: number) => number;
}

/** The template in four figures: its mean, the mean of its absolute values, its highest and lowest block. */
interface TemplateShape {
  readonly mean: number;
  readonly size: number;
  readonly high: number;
  readonly low: number;
}

/**
 * Four weeks of one series as means of three hours (0.9 KB): a memory that no fit overwrites.
 *
 * A "day" is the 24 hours that end with the newest block, or a whole number of days before that. Its level is told
 * against a template of the day, so that the shape of a day and missing hours do not count, and as a median over its
 * blocks, so that a short outage does not either.
 */
export class DriftLevels {
  readonly #room: Room;
  /** Where the means begin among the singles, as a ring. */
  readonly #meansAt: number;
  #block = Number.NaN;
  #sum = 0;
  #count = 0;

  constructor(room = new Room()) {
    this.#room = room;
    this.#meansAt = room.reserveSingles(BLOCKS);
    this.#means.fill(Number.NaN);
  }

  get #means(): Float32Array {
    return this.#room.singles.subarray(this.#meansAt, this.#meansAt + BLOCKS);
  }

  /** End of the newest whole block. */
  get untilMs(): number {
    return this.#block * BLOCK_MS;
  }

  /** Takes a finite value, in order of time; true when a block has been completed before it. */
  learn(timeMs: number, value: number): boolean {
    const block = Math.floor(timeMs / BLOCK_MS);
    const completed = block !== this.#block && !Number.isNaN(this.#block);
    if (completed) this.#complete(block);
    this.#block = block;
    this.#sum += value;
    this.#count++;
    return completed;
  }

  /** The days against what was usual; `firstReference` is the latest day that counts as the past. */
  measure(firstReference: number): DayLevels {
    const means = this.#means;
    const meanOf = (back: number): number =>
      back < BLOCKS ? means[slotOf(this.#block - 1 - back)] : Number.NaN;
    for (let back = 0; back < BLOCKS; back++) RECENT[back] = meanOf(back);
    const template = new Float64Array(PHASES);
    let known = 0;
    for (let phase = 0; phase < PHASES; phase++) {
      let count = 0;
      for (let back = firstReference * PHASES + phase; back < BLOCKS; back += PHASES) {
        const mean = RECENT[back];
        // Only NaN differs from itself.
        if (mean === mean) SCRATCH[count++] = mean;
      }
      template[phase] = count < FEWEST_DAYS ? Number.NaN : smallMedian(SCRATCH, count);
      if (count >= FEWEST_DAYS) known++;
    }
    const levels = new Float64Array(DAYS);
    let unrests = 0;
    for (let day = 0; day < DAYS; day++) {
      let count = 0;
      for (let phase = 0; phase < PHASES; phase++) {
        const above = RECENT[day * PHASES + phase] - template[phase];
        if (above === above) SCRATCH[count++] = above;
      }
      const enough = count > 0 && count >= known / 2;
      const level = enough ? smallMedian(SCRATCH, count) : Number.NaN;
      levels[day] = level;
      if (!enough) continue;
      let unrest = 0;
      for (let i = 0; i < count; i++) unrest += Math.abs(SCRATCH[i] - level);
      UNRESTS[unrests++] = unrest / count;
    }
    const [latest] = UNRESTS;
    const unrest = Math.max(latest, smallMedian(UNRESTS, unrests));
    return {
      levels,
      // Standard error of a median of normal values, whose mean deviation is 0.8 standard deviations.
      blur: (1.2533 * 1.2533 * unrest) / Math.sqrt(PHASES),
      shape: shapeOf(template),
      above: (back) => meanOf(back) - template[back % PHASES],
    };
  }

  save(out: StateWriter): void {
    out.float(this.#block);
    out.float(this.#sum);
    out.int(this.#count);
    out.singles(this.#means);
  }

  load(state: StateReader): void {
    this.#block = state.float();
    this.#sum = state.float();
    this.#count = state.int();
    this.#means.set(state.singles());
  }

  #complete(next: number): void {
    const means = this.#means;
    means[slotOf(this.#block)] = this.#sum / this.#count;
    const end = Math.min(next, this.#block + BLOCKS);
    for (let missed = this.#block + 1; missed < end; missed++) {
      means[slotOf(missed)] = Number.NaN;
    }
    this.#sum = 0;
    this.#count = 0;
  }
}

function shapeOf(template: Float64Array): TemplateShape {
  let [sum, absolute, known] = [0, 0, 0];
  let [high, low] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const value of template) {
    if (Number.isNaN(value)) continue;
    sum += value;
    absolute += Math.abs(value);
    known++;
    high = Math.max(high, value);
    low = Math.min(low, value);
  }
  return { mean: sum / known, size: absolute / known, high, low };
}

function slotOf(block: number): number {
  return modulo(block, BLOCKS);
}
