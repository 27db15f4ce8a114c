import { type CivilTime, DAY_MS, HOUR_MS } from '../civil-time.ts';

export interface FitTimes {
  /** Civil milliseconds after midnight. */
  readonly startMs: number;
  /** Distance of two fits: whole days, or a part of a day. */
  readonly everyMs: number;
}

/** Fits of one seed begin with it; every later fit adds its number. */
export const FIRST_SEED = 1;

/** A night's fit has so long to be made. */
const LONGEST_FIT_MS = HOUR_MS;

/**
 * When models are fitted anew. Fits are numbered: fit `n` sees what came before `endOf(n)`, and judges what comes from
 * `forceOf(n)` on. Live detection and backtest share both, so how long a fit takes changes no verdict.
 */
export class FitCalendar {
  readonly #civil: CivilTime;
  readonly #startMs: number;
  readonly #everyMs: number;
  readonly #leadMs: number;

  constructor(civil: CivilTime, { startMs, everyMs }: FitTimes) {
    this.#civil = civil;
    this.#startMs = startMs;
    this.#everyMs = everyMs >= DAY_MS ? Math.round(everyMs / DAY_MS) * DAY_MS : everyMs;
    this.#leadMs = Math.min(LONGEST_FIT_MS, this.#everyMs / 2);
  }

  /** Number of the fit that is due at `timeMs`: two times of one number have none between them. */
  numberAt(timeMs: number): number {
    return Math.floor((this.#civil.toLocal(timeMs) - this.#startMs) / this.#everyMs);
  }

  /** Number of the fit that judges a sample of `timeMs`. */
  inForceAt(timeMs: number): number {
    return this.numberAt(timeMs - this.#leadMs);
  }

  /** Civil milliseconds at which a fit is due. */
  localOf(number: number): number {
    return number * this.#everyMs + this.#startMs;
  }

  /** Epoch milliseconds before which everything is seen by a fit; of a civil time that comes twice, the first. */
  endOf(number: number): number {
    const localMs = this.localOf(number);
    const at = (nearMs: number): number => localMs - (this.#civil.toLocal(nearMs) - nearMs);
    const early = at(localMs + DAY_MS);
    const late = at(localMs - DAY_MS);
    const [first, second] = early < late ? [early, late] : [late, early];
    return this.#civil.toLocal(first) >= localMs ? first : second;
  }

  /** Epoch milliseconds from which on a fit judges. */
  forceOf(number: number): number {
    return this.endOf(number) + this.#leadMs;
  }
}
