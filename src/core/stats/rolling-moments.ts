import { Room } from './room.ts';

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
  readonly #room: Room;
  /** Where it begins: every value stands twice, a capacity apart, so that any look back is one contiguous stretch. */
  readonly #at: number;
  #next = 0;
  #count = 0;

  /** `windows`: lengths in values, ascending. */
  constructor(windows: readonly number[], room = new Room()) {
    this.#windows = windows;
    this.#capacity = windows.at(-1) ?? 0;
    this.#room = room;
    this.#at = room.reserveFloats(2 * this.#capacity);
  }

  /** Takes a value in; NaN is skipped. */
  push(value: number): void {
    if (Number.isNaN(value)) return;
    const at = this.#at + this.#next;
    this.#room.floats[at] = value;
    this.#room.floats[at + this.#capacity] = value;
    this.#next = this.#next + 1 === this.#capacity ? 0 : this.#next + 1;
    if (this.#count < this.#capacity) this.#count++;
  }

  clear(): void {
    this.#next = 0;
    this.#count = 0;
  }

  /**
   * Fills `out` with mean and deviation of each window in turn, as they would be after `push(newest)`, without taking it in.
   * A window that is not yet full is measured over what there is.
   */
  measure(newest: number, out: Float64Array): void {
    const values = this.#room.floats;
    const windows = this.#windows;
    const last = this.#at + this.#next + this.#capacity;
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
      out[2 * window] = newest + offset;
      out[2 * window + 1] = variance > 0 ? Math.sqrt(variance) : 0;
    }
  }
}
