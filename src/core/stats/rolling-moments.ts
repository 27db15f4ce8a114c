/**
 * Mean and standard deviation (of the population) over the newest 5, 10, … values at once.
 *
 * The sums are taken anew for every value over its distances to the newest one. That one is itself in
 * every window, so the distance of the mean from it is at most sqrt(n - 1) deviations: nothing cancels,
 * and a huge value leaves no trace once it has left the window. Meant for short windows: the cost is
 * about a nanosecond per value of the longest.
 */
export class RollingMoments {
  readonly #windows: readonly number[];
  readonly #capacity: number;
  /** Every value stands twice, a capacity apart, so that any look back is one contiguous stretch. */
  readonly #values: Float64Array;
  #next = 0;
  #count = 0;
  /** One entry per window, after `measure`. */
  readonly means: Float64Array;
  readonly deviations: Float64Array;

  /** `windows`: lengths in values, ascending. */
  constructor(windows: readonly number[]) {
    this.#windows = windows;
    this.#capacity = windows.at(-1) ?? 0;
    this.#values = new Float64Array(2 * this.#capacity);
    this.means = new Float64Array(windows.length);
    this.deviations = new Float64Array(windows.length);
  }

  /** Takes a value in; NaN is skipped. */
  push(value: number): void {
    if (Number.isNaN(value)) return;
    this.#values[this.#next] = value;
    this.#values[this.#next + this.#capacity] = value;
    this.#next = this.#next + 1 === this.#capacity ? 0 : this.#next + 1;
    if (this.#count < this.#capacity) this.#count++;
  }

  /**
   * Fills `means` and `deviations` as they would be after `push(newest)`, without taking it in.
   * A window that is not yet full is measured over what there is.
   */
  measure(newest: number): void {
    const values = this.#values;
    const windows = this.#windows;
    const last = this.#next + this.#capacity;
    const available = Math.min(this.#count + 1, this.#capacity);
    let sum = 0;
    let squares = 0;
    let taken = 1;
    for (let window = 0; window < windows.length; window++) {
      const length = windows[window] < available ? windows[window] : available;
      for (; taken < length; taken++) {
        const distance = values[last - taken] - newest;
        sum += distance;
        squares += distance * distance;
      }
      const offset = sum / taken;
      const variance = squares / taken - offset * offset;
      this.means[window] = newest + offset;
      this.deviations[window] = variance > 0 ? Math.sqrt(variance) : 0;
    }
  }
}
