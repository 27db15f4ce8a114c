import type { StateReader, StateWriter } from '../state.ts';
import { type Lodging, Room } from './room.ts';

export interface QuantileTarget {
  readonly quantile: number;
  /** Smallest relative step of its estimate. */
  readonly rate: number;
}

/** To follow a quantile, 0..1; after `memory` values the past has faded. */
export function quantileTarget(quantile: number, memory: number): QuantileTarget {
  return { quantile, rate: 8 / memory };
}

/** Estimate and number of values. */
const CELLS_OF_QUANTILE = 2;

/**
 * Follows quantiles of a stream of values >= 0 in two numbers each, whatever their scale; or of several streams, which are told
 * apart by their number.
 *
 * Multiplicative incremental estimation (after Yazidi and Hammer, 2017): each value moves ln(q) up by rate * quantile
 * or down by rate * (1 - quantile), which balances at the quantile asked for. Early values move it more, so
 * that it settles within some dozen of them.
 */
export class QuantileTracker {
  readonly #targets: readonly QuantileTarget[];
  readonly #room: Room;
  /** Where it begins in the room. */
  readonly #at: number;

  constructor(
    targets: readonly QuantileTarget[],
    { room, count }: Lodging = { room: new Room(), count: 1 },
  ) {
    this.#targets = targets;
    this.#room = room;
    this.#at = room.reserveFloats(count * CELLS_OF_QUANTILE * targets.length);
  }

  /** Of the target of this number. */
  estimate(target: number, which = 0): number {
    return this.#room.floats[this.#place(which) + CELLS_OF_QUANTILE * target];
  }

  /** A value of 0 counts as below; an estimate never falls under `floor` (> 0), which keeps it able to rise. */
  push(value: number, floor: number, which = 0): void {
    const cells = this.#room.floats;
    for (
      let i = 0, at = this.#place(which);
      i < this.#targets.length;
      i++, at += CELLS_OF_QUANTILE
    ) {
      const { quantile, rate: least } = this.#targets[i];
      const count = ++cells[at + 1];
      const rate = Math.max(least, 2 / (count + 3));
      const estimate = Math.max(cells[at], floor);
      // Far off, the steps are too small to matter: take the first values for what they are.
      if (count < 4 && value > estimate) cells[at] = value;
      else if (value > estimate) cells[at] = estimate * (1 + rate * quantile);
      else cells[at] = Math.max(floor, estimate * (1 - rate * (1 - quantile)));
    }
  }

  save(out: StateWriter, which = 0): void {
    out.floats(this.#room.floats.subarray(this.#place(which), this.#place(which + 1)));
  }

  load(state: StateReader, which = 0): void {
    const cells = state.floats();
    if (cells.length !== CELLS_OF_QUANTILE * this.#targets.length)
      throw new RangeError('Cannot read quantiles: they are of another number');
    this.#room.floats.set(cells, this.#place(which));
  }

  #place(which: number): number {
    return this.#at + which * CELLS_OF_QUANTILE * this.#targets.length;
  }
}
