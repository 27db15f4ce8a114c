import type { StateReader, StateWriter } from '../state.ts';
import type { RecentWindow } from '../stats/recent-window.ts';
import type { Detector, Observation } from './detector.ts';

const POINTS = 10;
const MEMORY = 2000;

/**
 * Unrest: how much more the last ten values scatter than they usually do. Output: ln of their standard deviation minus its
 * usual level, never below 0.
 */
export class Volatility implements Detector {
  readonly kind = 'volatility';
  readonly columns = 1;
  readonly #recent: RecentWindow;
  readonly #quietest: () => number;
  /** Of the sample scored last. */
  #level = Number.NaN;
  #usual = Number.NaN;
  #seen = 0;

  /** `quietest` gives the scatter below which nothing is noise worth the name, in the metric's unit. */
  constructor(recent: RecentWindow, quietest: () => number) {
    this.#recent = recent;
    this.#quietest = quietest;
  }

  fit(): void {}

  scoreOne({ value }: Observation, out: Float64Array, at: number): void {
    const level = Math.log(this.#recent.deviationWith(value, POINTS) + this.#quietest());
    this.#level = level;
    out[at] = this.#seen < 3 * POINTS ? Number.NaN : Math.max(0, level - this.#usual);
  }

  /** Follows the median of the level by small steps of equal size. */
  learnOne(): void {
    const level = this.#level;
    if (Number.isNaN(level)) return;
    this.#seen++;
    if (Number.isNaN(this.#usual)) this.#usual = level;
    const step = Math.max(4 / MEMORY, 1 / (this.#seen + 1));
    this.#usual += level > this.#usual ? step : -step;
  }

  interrupt(): void {}

  snapshot(): Uint8Array | undefined {
    return undefined;
  }

  restore(): void {
    throw new RangeError('Cannot restore volatility: it has no fitted part');
  }

  describe(): { config: Record<string, unknown>; metrics: Record<string, number> } {
    return { config: { points: POINTS }, metrics: { usual_log_deviation: this.#usual } };
  }

  save(out: StateWriter): void {
    out.float(this.#usual);
    out.int(this.#seen);
  }

  load(state: StateReader): void {
    this.#usual = state.float();
    this.#seen = state.int();
  }
}
