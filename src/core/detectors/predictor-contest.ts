import type { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import { PREDICTORS } from './seasonal-predictors.ts';

/** What each predictor's error is multiplied by when they are compared: the plain level must be three times better. */
const PATIENCE = [1.1, 1, 1, 1, 1, 3] as const;
const RIVALS = PREDICTORS.length;
/** Columns of what is kept of the predictors: fading errors and numbers of values, what they say of a bin, the next, now. */
const ERRORS = 0;
const JUDGED = RIVALS;
const HERE = 2 * RIVALS;
const NEXT = 3 * RIVALS;
const NOW = 4 * RIVALS;
const CELLS = 5 * RIVALS;

/** Predictors of a value side by side: the one with the least error of late speaks. */
export class PredictorContest {
  readonly #room: Room;
  /** Where the columns begin in the room. */
  readonly #at: number;
  /** What an error counts one sample later. */
  readonly #fade: number;

  constructor(fade: number, room = new Room()) {
    this.#fade = fade;
    this.#room = room;
    this.#at = room.reserveFloats(CELLS);
    room.floats.fill(Number.NaN, this.#at + HERE, this.#at + CELLS);
  }

  /** Mean error of a predictor; NaN before it was judged. */
  errorOf(predictor: number): number {
    const { floats } = this.#room;
    const at = this.#at + predictor;
    return floats[at + JUDGED] > 0 ? floats[at + ERRORS] / floats[at + JUDGED] : Number.NaN;
  }

  /** Takes what every predictor says of the bin at hand. */
  putHere(predicted: Float64Array): void {
    this.#room.floats.set(predicted, this.#at + HERE);
  }

  /** The same of the bin after it. */
  putNext(predicted: Float64Array): void {
    this.#room.floats.set(predicted, this.#at + NEXT);
  }

  /** Fills `predicted` with what was said of the bin after the one at hand. */
  copyNext(predicted: Float64Array): void {
    for (let i = 0; i < RIVALS; i++) predicted[i] = this.#room.floats[this.#at + NEXT + i];
  }

  /** The best for the moment that is `weight` (0..1) of the way to the next bin; -1 when none can say anything. */
  choose(weight: number): number {
    const { floats } = this.#room;
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0, at = this.#at; i < RIVALS; i++, at++) {
      const here = floats[at + HERE];
      const next = floats[at + NEXT];
      const value = Number.isNaN(here)
        ? next
        : Number.isNaN(next)
          ? here
          : here + (next - here) * weight;
      floats[at + NOW] = value;
      if (Number.isNaN(value)) continue;
      // A predictor that has not been judged yet speaks only when there is no other.
      const judged = floats[at + JUDGED];
      const error = judged > 0 ? (floats[at + ERRORS] / judged) * PATIENCE[i] : Number.MAX_VALUE;
      if (error < least || best < 0) {
        least = error;
        best = i;
      }
    }
    return best;
  }

  /** What a predictor says of the moment that was chosen for last. */
  saidBy(predictor: number): number {
    return this.#room.floats[this.#at + NOW + predictor];
  }

  /** Judges what all said of that moment. */
  learn(value: number): void {
    const { floats } = this.#room;
    for (let at = this.#at; at < this.#at + RIVALS; at++) {
      const predicted = floats[at + NOW];
      if (Number.isNaN(predicted)) continue;
      floats[at + ERRORS] = floats[at + ERRORS] * this.#fade + Math.abs(value - predicted);
      floats[at + JUDGED] = floats[at + JUDGED] * this.#fade + 1;
    }
  }

  save(out: StateWriter): void {
    for (const at of [this.#at + ERRORS, this.#at + JUDGED]) {
      out.floats(this.#room.floats.subarray(at, at + RIVALS));
    }
  }

  load(state: StateReader): void {
    for (const at of [this.#at + ERRORS, this.#at + JUDGED]) {
      this.#room.floats.set(state.floats(), at);
    }
  }
}
