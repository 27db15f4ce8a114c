import type { StateReader, StateWriter } from '../state.ts';

/**
 * Follows one quantile of a stream of values >= 0 in two numbers, whatever their scale.
 *
 * Multiplicative incremental estimation (after Yazidi and Hammer, 2017): each value moves ln(q) up by rate * quantile
 * or down by rate * (1 - quantile), which balances at the quantile asked for. Early values move it more, so
 * that it settles within some dozen of them.
 */
export class QuantileTracker {
  readonly #quantile: number;
  readonly #rate: number;
  #estimate = 0;
  #count = 0;

  /** `memory`: number of values after which the past has faded. */
  constructor(quantile: number, memory: number) {
    this.#quantile = quantile;
    this.#rate = 8 / memory;
  }

  get value(): number {
    return this.#estimate;
  }

  /** A value of 0 counts as below; an estimate never falls under `floor` (> 0), which keeps it able to rise. */
  push(value: number, floor: number): void {
    this.#count++;
    const rate = Math.max(this.#rate, 2 / (this.#count + 3));
    if (this.#estimate < floor) this.#estimate = floor;
    // Far off, the steps are too small to matter: take the first values for what they are.
    if (this.#count < 4 && value > this.#estimate) this.#estimate = value;
    else if (value > this.#estimate) this.#estimate *= 1 + rate * this.#quantile;
    else this.#estimate = Math.max(floor, this.#estimate * (1 - rate * (1 - this.#quantile)));
  }

  save(out: StateWriter): void {
    out.float(this.#estimate);
    out.int(this.#count);
  }

  load(state: StateReader): void {
    this.#estimate = state.float();
    this.#count = state.int();
  }
}
