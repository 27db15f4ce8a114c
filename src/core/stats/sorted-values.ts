import { Room } from './room.ts';

/** Up to `capacity` values in order of size: a running median of values that somebody else keeps in order of arrival. */
export class SortedValues {
  readonly #capacity: number;
  readonly #room: Room;
  /** Where it begins in the room. */
  readonly #at: number;
  #count = 0;

  constructor(capacity: number, room = new Room()) {
    this.#capacity = capacity;
    this.#room = room;
    this.#at = room.reserveFloats(capacity);
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Takes a value in; where it is full, in place of `oldest`, which is among its values. They are few: moving them one by one is
   * faster than a search and two block moves.
   */
  push(value: number, oldest: number): void {
    const cells = this.#room.floats;
    const first = this.#at;
    let at = first + this.#count;
    if (this.#count < this.#capacity) this.#count++;
    else {
      at = first;
      while (cells[at] < oldest) at++;
      for (const last = first + this.#capacity - 1; at < last && cells[at + 1] < value; at++) {
        cells[at] = cells[at + 1];
      }
    }
    for (; at > first && cells[at - 1] > value; at--) cells[at] = cells[at - 1];
    cells[at] = value;
  }

  /** NaN when empty. */
  median(): number {
    const count = this.#count;
    if (count === 0) return Number.NaN;
    const middle = this.#at + (count >> 1);
    const cells = this.#room.floats;
    return count % 2 === 1 ? cells[middle] : (cells[middle - 1] + cells[middle]) / 2;
  }

  clear(): void {
    this.#count = 0;
  }
}
