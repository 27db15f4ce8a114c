import { HOUR_MS } from '../civil-time.ts';
import type { Span } from '../context/maintenance.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { modulo } from '../stats/modulo.ts';
import { Room } from '../stats/room.ts';

const LOOK_BACK_HOURS = 336;
export const LOOK_BACK_MS = LOOK_BACK_HOURS * HOUR_MS;
/** The ratios of a young model say little of those to come: so much of its life is not looked at, and at most half of it. */
const YOUNG_HOURS = 72;
/** One day more, so that a look back may end a day ago. */
const KEPT_HOURS = LOOK_BACK_HOURS + 24;
const LEVELS_AN_OCTAVE = 24;
/** Index of level 1. */
export const DEFAULT_LEVEL = 10;
/** Deviation ratios told apart: 3 % from one to the next, from 0.75 to 12.3. */
export const LEVELS: Readonly<Float64Array> = Float64Array.from(
  { length: 98 },
  (_, i) => 2 ** ((i - DEFAULT_LEVEL) / LEVELS_AN_OCTAVE),
);

export interface LookBack {
  readonly untilMs: number;
  /** Planned work, which alerts nobody. */
  readonly planned?: readonly Span[] | undefined;
}

/**
 * The highest deviation ratio of each hour of the last 15 days, at the boundary that the series has set itself: what would
 * have been anomalous at any other boundary can be counted from it. 360 bytes.
 */
export class HourlyPeaks {
  readonly #room: Room;
  /** Where it begins among the bytes: how many levels an hour reached, plus one; 0 where nothing was judged. */
  readonly #at: number;
  #hour = Number.NaN;
  #first = Number.NaN;

  constructor(room = new Room()) {
    this.#room = room;
    this.#at = room.reserveBytes(KEPT_HOURS);
  }

  learn(timeMs: number, ratio: number): void {
    const hour = Math.floor(timeMs / HOUR_MS);
    if (hour !== this.#hour) this.#begin(hour);
    const at = this.#slotOf(hour);
    const reached = 1 + levelsReached(ratio);
    const { bytes } = this.#room;
    if (reached > bytes[at]) bytes[at] = reached;
  }

  /**
   * Adds to `counts[i]` how many runs of hours reached LEVELS[i], a run being one anomaly, in the 14 days before `untilMs`;
   * gives the hours judged. Hours that touch a span of `planned` are as if they had not been. Fills `counts`.
   */
  countRuns(counts: Float64Array, { untilMs, planned = [] }: LookBack): number {
    const until = Math.floor(untilMs / HOUR_MS);
    const end = Math.min(until, this.#hour + 1);
    const grown = this.#first + Math.min(YOUNG_HOURS, Math.ceil((end - this.#first) / 2));
    const kept = this.#hour - KEPT_HOURS + 1;
    let hours = 0;
    let before = 0;
    for (let hour = Math.max(grown, kept, until - LOOK_BACK_HOURS); hour < end; hour++) {
      const isPlanned = planned.some(
        ({ startMs, endMs }) => startMs < (hour + 1) * HOUR_MS && endMs > hour * HOUR_MS,
      );
      const peak = isPlanned ? 0 : this.#room.bytes[this.#slotOf(hour)];
      if (peak > 0) hours++;
      const reached = Math.max(0, peak - 1);
      for (let level = before; level < reached; level++) counts[level]++;
      before = reached;
    }
    return hours;
  }

  save(out: StateWriter): void {
    out.float(this.#first);
    out.float(this.#hour);
    out.bytes(this.#room.bytes.subarray(this.#at, this.#at + KEPT_HOURS));
  }

  load(state: StateReader): void {
    this.#first = state.float();
    this.#hour = state.float();
    this.#room.bytes.set(state.bytes(), this.#at);
  }

  #begin(hour: number): void {
    if (Number.isNaN(this.#first)) this.#first = hour;
    const next = Number.isNaN(this.#hour) ? hour : this.#hour + 1;
    for (let past = Math.max(next, hour - KEPT_HOURS + 1); past <= hour; past++) {
      this.#room.bytes[this.#slotOf(past)] = 0;
    }
    this.#hour = hour;
  }

  #slotOf(hour: number): number {
    return this.#at + modulo(hour, KEPT_HOURS);
  }
}

function levelsReached(ratio: number): number {
  if (!(ratio >= LEVELS[0])) return 0;
  const highest = DEFAULT_LEVEL + Math.floor(LEVELS_AN_OCTAVE * Math.log2(ratio));
  return Math.min(LEVELS.length, highest + 1);
}
