import { HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { modulo } from '../stats/modulo.ts';
import { Room } from '../stats/room.ts';

const HOURS = 24;
/** Quantile of the residuals' size that stands for their scale. */
const QUANTILE = 0.75;
const MEMORY_DAYS = 7;
/** Days of an hour before it has a say. */
const FEWEST_DAYS = 3;
/** Share, as a power, of an hour's difference that is believed: 1 makes quiet nights jumpy. */
const TRUST = 1 / 3;
const LARGEST = 10;
/** Of each hour, and last of the whole. */
const KEPT = HOURS + 1;

/**
 * How much wider or narrower residuals are at this hour of the day than on the whole: traffic scatters more at noon
 * than at night. Each hour follows its own quantile, by the multiplicative steps of QuantileTracker.
 */
export class HourlyScale {
  readonly #perHour: number;
  readonly #room: Room;
  /** Where the estimates begin in the room, and the numbers of values. */
  readonly #estimatesAt: number;
  readonly #countsAt: number;

  constructor(stepMs: number, room = new Room()) {
    this.#perHour = HOUR_MS / stepMs;
    this.#room = room;
    this.#estimatesAt = room.reserveFloats(KEPT);
    this.#countsAt = room.reserveFloats(KEPT);
  }

  /** What residuals at this civil time are to be divided by; 1 before the hour is known. `floor` as in `learn`. */
  factor(localMs: number, floor: number): number {
    const position = (localMs / HOUR_MS - 0.5) % HOURS;
    const before = Math.floor(position);
    const weight = position - before;
    const hour = before < 0 ? before + HOURS : before;
    const next = hour + 1 === HOURS ? 0 : hour + 1;
    const enough = FEWEST_DAYS * this.#perHour;
    const { floats } = this.#room;
    const counts = this.#countsAt;
    if (!(floats[counts + hour] > enough && floats[counts + next] > enough)) return 1;
    const estimates = this.#estimatesAt;
    const here = floats[estimates + hour] * (1 - weight) + floats[estimates + next] * weight;
    const ratio = Math.max(here, floor) / Math.max(floats[estimates + HOURS], floor);
    return Math.min(Math.max(ratio, 1 / LARGEST), LARGEST) ** TRUST;
  }

  /** Takes a residual of either sign in; `floor` (> 0) is the smallest size that matters. NaN is left out. */
  learn(localMs: number, residual: number, floor: number): void {
    if (Number.isNaN(residual)) return;
    const size = Math.abs(residual);
    const hour = modulo(Math.floor(localMs / HOUR_MS), HOURS);
    this.#follow(hour, size, { floor, memory: MEMORY_DAYS * this.#perHour });
    this.#follow(HOURS, size, { floor, memory: MEMORY_DAYS * HOURS * this.#perHour });
  }

  save(out: StateWriter): void {
    for (const at of [this.#estimatesAt, this.#countsAt]) {
      out.floats(this.#room.floats.subarray(at, at + KEPT));
    }
  }

  load(state: StateReader): void {
    for (const at of [this.#estimatesAt, this.#countsAt]) this.#room.floats.set(state.floats(), at);
  }

  #follow(hour: number, size: number, { floor, memory }: { floor: number; memory: number }): void {
    const { floats } = this.#room;
    const at = this.#estimatesAt + hour;
    const count = ++floats[this.#countsAt + hour];
    const rate = Math.max(8 / memory, 2 / (count + 3));
    const estimate = Math.max(floats[at], floor);
    if (count < 4 && size > estimate) floats[at] = size;
    else if (size > estimate) floats[at] = estimate * (1 + rate * QUANTILE);
    else floats[at] = Math.max(floor, estimate * (1 - rate * (1 - QUANTILE)));
  }
}
