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
  /** Where the ring of values begins, and the mask of a place in it: its length is a power of two. */
  readonly #at: number;
  readonly #mask: number;
  #next = 0;
  #count = 0;

  /** `windows`: lengths in values, ascending. */
  constructor(windows: readonly number[], room = new Room()) {
    this.#windows = windows;
    this.#capacity = windows.at(-1) ?? 0;
    this.#room = room;
    this.#mask = 2 ** Math.ceil(Math.log2(this.#capacity)) - 1;
    this.#at = room.reserveFloats(this.#mask + 1);
  }

  /** Takes a value in; NaN is skipped. */
  push(value: number): void {
    if (Number.isNaN(value)) return;
    this.#room.floats[this.#at + this.#next] = value;
    this.#next = (this.#next + 1) & this.#mask;
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
    const [at, next, mask] = [this.#at, this.#next, this.#mask];
    const available = Math.min(this.#count + 1, this.#capacity);
    let sum = 0;
    let squares = 0;
    let taken = 1;
    for (let window = 0; window < windows.length; window++) {
      const length = windows[window] < available ? windows[window] : available;
      for (; taken < length; taken++) {
        const distance = values[at + ((next - taken) & mask)] - newest;
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
