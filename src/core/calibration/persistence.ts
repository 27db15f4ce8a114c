import { HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';

const HALF_LIFE_MS = 6 * HOUR_MS;
/** One sample cannot count for more than this in the mean. */
const LOUDEST = 2;
/** Below an own ratio of 1 what lasts is squeezed into the room from here to 1, so that it keeps its order. */
const SQUEEZED = 0.9;

export interface PersistenceOptions {
  /** Samples after which a peak counts half; without it a peak is forgotten at once. */
  readonly peakHalfLife?: number;
}

/**
 * Trouble that lasts, or comes back within hours, is worse than the same trouble once: adds to a deviation ratio the
 * mean of the latest ones, in which a sample counts half after six hours. A moment's calm is not its end either: the
 * ratio may fall from a peak only slowly. None of this carries a ratio across 1: what is anomalous is decided by the
 * sample, this says how much.
 */
export class Persistence {
  readonly #fade: number;
  readonly #peakFade: number;
  #level = 0;
  #peak = 0;

  constructor(stepMs: number, { peakHalfLife = 0 }: PersistenceOptions = {}) {
    this.#fade = 2 ** (-stepMs / HALF_LIFE_MS);
    this.#peakFade = 2 ** (-1 / peakHalfLife);
  }

  /** Takes one sample's own ratio; gives the ratio that counts. */
  next(ratio: number): number {
    const before = Math.min(ratio, LOUDEST);
    this.#level = before + (this.#level - before) * this.#fade;
    this.#peak = Math.max(ratio, this.#peak * this.#peakFade);
    const lasting = this.#peak + this.#level;
    if (ratio >= 1 || lasting < SQUEEZED) return lasting;
    const beyond = lasting - SQUEEZED;
    return SQUEEZED + ((1 - SQUEEZED) * beyond) / (beyond + 2);
  }

  save(out: StateWriter): void {
    out.float(this.#level);
    out.float(this.#peak);
  }

  load(state: StateReader): void {
    this.#level = state.float();
    this.#peak = state.float();
  }
}
