import { DAY_MS } from '../civil-time.ts';
import { isResting } from '../context/calendar.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { PackedRing } from '../stats/packed-ring.ts';
import { Room } from '../stats/room.ts';

const DAYS = 7;
const BIN_MS = 900_000;
/** A job or a lunch is the same one though it comes so much earlier or later than on another day. */
const NEAR_MS = 1_800_000;
/** On so many of the last seven days a value must have been met, or on all that are rest days like today. */
const ENOUGH_DAYS = 3;
const FEWEST_DAYS = 2;
/** Share of a day's range by which a value may lie outside of it. */
const MARGIN = 0.25;

export interface DailyRangeParts {
  /** As in SeriesPolicy; without them weekends alone rest, and where too little is known of such days all are alike. */
  readonly restDays?: readonly number[];
  readonly room?: Room;
}

/**
 * Where a series is at each time of day: the least and the largest value of every quarter of an hour of the last seven
 * days. What it met at about this time on several of them, rest days and others apart, is usual, however fast it gets there: the edges of a lunch
 * peak, which no smooth expectation follows, or a job at three.
 */
export class DailyRange {
  readonly #binMs: number;
  readonly #perDay: number;
  /** Bins before and after one that are about the same time. */
  readonly #near: number;
  readonly #restDays: readonly number[] | undefined;
  /** Least and largest value of every bin in turn. */
  readonly #ends: PackedRing;
  readonly #room: Room;
  /** Where the least values of the days at hand begin in the room, and the largest. */
  readonly #leastAt: number;
  readonly #largestAt: number;
  /** Of the days before, how many are of today's kind. */
  #days = 0;
  #bin = Number.NaN;
  #at = Number.NaN;

  constructor(stepMs: number, { restDays, room = new Room() }: DailyRangeParts = {}) {
    this.#restDays = restDays;
    this.#binMs = Math.max(BIN_MS, stepMs);
    this.#perDay = Math.max(1, Math.round(DAY_MS / this.#binMs));
    this.#near = Math.max(1, Math.floor(NEAR_MS / this.#binMs));
    this.#ends = new PackedRing(2 * (DAYS * this.#perDay + 2), room);
    this.#room = room;
    this.#leastAt = room.reserveFloats(DAYS);
    this.#largestAt = room.reserveFloats(DAYS);
  }

  /** Whether the series has been about there within half an hour of this time on enough days. */
  covers(localMs: number, value: number): boolean {
    this.#look(Math.floor(localMs / this.#binMs));
    const { floats } = this.#room;
    let met = 0;
    for (let day = 0; day < this.#days; day++) {
      const least = floats[this.#leastAt + day];
      const largest = floats[this.#largestAt + day];
      const margin = MARGIN * (largest - least);
      if (value >= least - margin && value <= largest + margin) met++;
    }
    return met >= Math.max(FEWEST_DAYS, Math.min(ENOUGH_DAYS, this.#days));
  }

  /** Civil time that repeats, as when summer time ends, is left out the second time. */
  learn(localMs: number, value: number): void {
    const bin = Math.floor(localMs / this.#binMs);
    if (bin < this.#bin) return;
    this.#bin = bin;
    if (!(this.#ends.at(2 * bin) <= value)) this.#ends.put(2 * bin, value);
    if (!(this.#ends.at(2 * bin + 1) >= value)) this.#ends.put(2 * bin + 1, value);
  }

  /** Unlearns what was from a civil time to now. */
  forgetSince(localMs: number): void {
    this.#ends.erase(2 * Math.floor(localMs / this.#binMs), 2 * this.#bin + 2);
    this.#at = Number.NaN;
  }

  save(out: StateWriter): void {
    this.#ends.save(out);
    out.float(this.#bin);
  }

  load(state: StateReader): void {
    this.#ends.load(state);
    this.#bin = state.float();
    this.#at = Number.NaN;
  }

  /** Gathers what this time of day was like on those of the days before that are of today's kind. */
  #look(bin: number): void {
    if (bin === this.#at) return;
    this.#at = bin;
    const resting = this.#isResting(bin);
    const known = this.#gather(bin, (middle) => this.#isResting(middle) === resting);
    if (known < FEWEST_DAYS && this.#restDays === undefined) this.#gather(bin, () => true);
  }

  /** The same of the wanted ones of the days before; of how many something is known. */
  #gather(bin: number, isWanted: (middle: number) => boolean): number {
    let known = 0;
    this.#days = 0;
    for (let day = 1; day <= DAYS; day++) {
      const middle = bin - day * this.#perDay;
      if (!isWanted(middle)) continue;
      let least = Number.POSITIVE_INFINITY;
      let largest = Number.NEGATIVE_INFINITY;
      for (let near = middle - this.#near; near <= middle + this.#near; near++) {
        const low = this.#ends.at(2 * near) - this.#ends.slack(2 * near);
        const high = this.#ends.at(2 * near + 1) + this.#ends.slack(2 * near + 1);
        if (low < least) least = low;
        if (high > largest) largest = high;
      }
      if (!Number.isNaN(this.#ends.at(2 * middle))) known++;
      this.#room.floats[this.#leastAt + this.#days] = least;
      this.#room.floats[this.#largestAt + this.#days++] = largest;
    }
    return known;
  }

  #isResting(bin: number): boolean {
    return isResting(bin * this.#binMs, this.#restDays ?? []);
  }
}
