import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';

const HOURS = 24;
/** Quantile of the residuals' size that stands for their scale. */
const QUANTILE = 0.75;
const MEMORY_DAYS = 7;
/** Days of an hour before it has a say. */
const FEWEST_DAYS = 3;
/** Share, as a power, of an hour's difference that is believed: 1 makes quiet nights jumpy. */
const TRUST = 1 / 3;
const LARGEST = 10;

/**
 * How much wider or narrower residuals are at this hour of the day than on the whole: traffic scatters more at noon
 * than at night. Each hour follows its own quantile, by the multiplicative steps of QuantileTracker.
 */
export class HourlyScale {
  readonly #perHour: number;
  /** Estimates of the hours, then that of the whole; numbers of values likewise. */
  readonly #estimates = new Float64Array(HOURS + 1);
  readonly #counts = new Float64Array(HOURS + 1);

  constructor(stepMs: number) {
    this.#perHour = HOUR_MS / stepMs;
  }

  /** What residuals at this civil time are to be divided by; 1 before the hour is known. `floor` as in `learn`. */
  factor(localMs: number, floor: number): number {
    const position = (localMs / HOUR_MS - 0.5) % HOURS;
    const before = Math.floor(position);
    const weight = position - before;
    const hour = (before + HOURS) % HOURS;
    const next = (hour + 1) % HOURS;
    const enough = FEWEST_DAYS * this.#perHour;
    if (!(this.#counts[hour] > enough && this.#counts[next] > enough)) return 1;
    const here = this.#estimates[hour] * (1 - weight) + this.#estimates[next] * weight;
    const ratio = Math.max(here, floor) / Math.max(this.#estimates[HOURS], floor);
    return Math.min(Math.max(ratio, 1 / LARGEST), LARGEST) ** TRUST;
  }

  /** Takes a residual of either sign in; `floor` (> 0) is the smallest size that matters. NaN is left out. */
  learn(localMs: number, residual: number, floor: number): void {
    if (Number.isNaN(residual)) return;
    const size = Math.abs(residual);
    const hour = Math.floor((((localMs % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS);
    this.#follow(hour, size, { floor, memory: MEMORY_DAYS * this.#perHour });
    this.#follow(HOURS, size, { floor, memory: MEMORY_DAYS * HOURS * this.#perHour });
  }

  save(out: StateWriter): void {
    out.floats(this.#estimates);
    out.floats(this.#counts);
  }

  load(state: StateReader): void {
    this.#estimates.set(state.floats());
    this.#counts.set(state.floats());
  }

  #follow(at: number, size: number, { floor, memory }: { floor: number; memory: number }): void {
    const count = ++this.#counts[at];
    const rate = Math.max(8 / memory, 2 / (count + 3));
    const estimate = Math.max(this.#estimates[at], floor);
    if (count < 4 && size > estimate) this.#estimates[at] = size;
    else if (size > estimate) this.#estimates[at] = estimate * (1 + rate * QUANTILE);
    else this.#estimates[at] = Math.max(floor, estimate * (1 - rate * (1 - QUANTILE)));
  }
}
