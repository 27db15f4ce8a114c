import { HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';

const HALF_LIFE_MS = 6 * HOUR_MS;
/** One sample cannot count for more than this. */
const LOUDEST = 2;
const JUST_NORMAL = 0.99;

/**
 * Trouble that lasts, or comes back within hours, is worse than the same trouble once: adds to a deviation ratio the
 * mean of the latest ones, in which a sample counts half after six hours. It never carries a ratio across 1: what
 * is anomalous is decided by the sample, this says how much.
 */
export class Persistence {
  readonly #fade: number;
  #level = 0;

  constructor(stepMs: number) {
    this.#fade = 2 ** (-stepMs / HALF_LIFE_MS);
  }

  /** Takes one sample's own ratio; gives the ratio that counts. */
  next(ratio: number): number {
    const before = Math.min(ratio, LOUDEST);
    this.#level = before + (this.#level - before) * this.#fade;
    const lasting = ratio + this.#level;
    return ratio < 1 ? Math.min(lasting, Math.max(ratio, JUST_NORMAL)) : lasting;
  }

  save(out: StateWriter): void {
    out.float(this.#level);
  }

  load(state: StateReader): void {
    this.#level = state.float();
  }
}
