import type { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import { LEVEL, PREDICTORS } from './seasonal-predictors.ts';

/** What each predictor's error is multiplied by when they are compared: the plain level must be three times better. */
const PATIENCE = [1.1, 1, 1, 1, 1, 3] as const;
/** The same of what is corrected, as its correction follows a trouble for a day. */
const CORRECTION_PATIENCE = 1.25;
const RIVALS = PREDICTORS.length;
/**
 * Columns of what is kept of the predictors: fading sums of errors, of errors when corrected, of errors with their sign; the
 * fading number of values that they were judged by; what they say of a bin, of the next, now.
 */
const ERRORS = 0;
const CORRECTED = RIVALS;
const BIASES = 2 * RIVALS;
const JUDGED = 3 * RIVALS;
const HERE = 4 * RIVALS;
const NEXT = 5 * RIVALS;
const NOW = 6 * RIVALS;
/** What is added to what was chosen. */
const CORRECTION = 7 * RIVALS;
const CELLS = CORRECTION + 1;

/**
 * Predictors of a value side by side: the one with the least error of late speaks. What looks at other days runs twice, as it is and
 * corrected by its mean error of late: of a series that grows, or on a busy day, the past has the pattern and not the level.
 */
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
    room.floats.fill(Number.NaN, this.#at + HERE, this.#at + CORRECTION);
  }

  /** Mean error of a predictor as it is; NaN before it was judged. */
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
    let correction = 0;
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
      const scale = PATIENCE[i] / judged;
      const error = judged > 0 ? floats[at + ERRORS] * scale : Number.MAX_VALUE;
      if (error < least || best < 0) {
        least = error;
        best = i;
        correction = 0;
      }
      const corrected = CORRECTION_PATIENCE * floats[at + CORRECTED] * scale;
      if (i !== LEVEL && judged > 0 && corrected < least) {
        least = corrected;
        best = i;
        correction = floats[at + BIASES] / judged;
      }
    }
    floats[this.#at + CORRECTION] = correction;
    return best;
  }

  /** What was chosen last says of its moment, with its correction. */
  saidBy(predictor: number): number {
    return this.#room.floats[this.#at + NOW + predictor] + this.correction;
  }

  /** What is added to what was chosen last, in units of the values; 0 where it is as it is. */
  get correction(): number {
    return this.#room.floats[this.#at + CORRECTION];
  }

  /** Judges what all said of that moment. */
  learn(value: number): void {
    const { floats } = this.#room;
    for (let at = this.#at; at < this.#at + RIVALS; at++) {
      const predicted = floats[at + NOW];
      if (Number.isNaN(predicted)) continue;
      const error = value - predicted;
      const judged = floats[at + JUDGED];
      const bias = judged > 0 ? floats[at + BIASES] / judged : 0;
      floats[at + ERRORS] = floats[at + ERRORS] * this.#fade + Math.abs(error);
      floats[at + CORRECTED] = floats[at + CORRECTED] * this.#fade + Math.abs(error - bias);
      floats[at + BIASES] = floats[at + BIASES] * this.#fade + error;
      floats[at + JUDGED] = judged * this.#fade + 1;
    }
  }

  save(out: StateWriter): void {
    out.floats(this.#room.floats.subarray(this.#at, this.#at + HERE));
    out.float(this.correction);
  }

  load(state: StateReader): void {
    this.#room.floats.set(state.floats(), this.#at);
    this.#room.floats[this.#at + CORRECTION] = state.float();
  }
}
