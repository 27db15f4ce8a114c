import type { StateReader, StateWriter } from '../state.ts';

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
export const CELLS_OF_QUANTILE = 2;

/**
 * Follows quantiles of a stream of values >= 0 in two numbers each, whatever their scale.
 *
 * Multiplicative incremental estimation (after Yazidi and Hammer, 2017): each value moves ln(q) up by rate * quantile
 * or down by rate * (1 - quantile), which balances at the quantile asked for. Early values move it more, so
 * that it settles within some dozen of them.
 */
export class QuantileTracker {
  readonly #targets: readonly QuantileTarget[];
  readonly #cells: Float64Array;
  readonly #at: number;

  /** `place`: where it is in memory that it shares with others, CELLS_OF_QUANTILE entries of 0 a target. */
  constructor(
    targets: readonly QuantileTarget[],
    { cells, at }: { readonly cells: Float64Array; readonly at: number } = {
      cells: new Float64Array(CELLS_OF_QUANTILE * targets.length),
      at: 0,
    },
  ) {
    this.#targets = targets;
    this.#cells = cells;
    this.#at = at;
  }

  /** Of the target of this number. */
  estimate(target: number): number {
    return this.#cells[this.#at + CELLS_OF_QUANTILE * target];
  }

  /** A value of 0 counts as below; an estimate never falls under `floor` (> 0), which keeps it able to rise. */
  push(value: number, floor: number): void {
    const cells = this.#cells;
    for (let i = 0, at = this.#at; i < this.#targets.length; i++, at += CELLS_OF_QUANTILE) {
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

  save(out: StateWriter): void {
    out.floats(this.#cells.subarray(this.#at, this.#end));
  }

  load(state: StateReader): void {
    const cells = state.floats();
    if (cells.length !== this.#end - this.#at)
      throw new RangeError('Cannot read quantiles: they are of another number');
    this.#cells.set(cells, this.#at);
  }

  get #end(): number {
    return this.#at + CELLS_OF_QUANTILE * this.#targets.length;
  }
}
