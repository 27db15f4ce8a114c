import type { StateReader, StateWriter } from '../state.ts';
import { Room } from './room.ts';

/** The last `capacity` values in order of arrival and in order of size: a running median. */
export class SortedWindow {
  readonly #capacity: number;
  readonly #room: Room;
  /** Where it begins in the room: first in order of arrival, as a ring, then in order of size. */
  readonly #at: number;
  #count = 0;
  #next = 0;

  constructor(capacity: number, room = new Room()) {
    this.#capacity = capacity;
    this.#room = room;
    this.#at = room.reserveFloats(2 * capacity);
  }

  get count(): number {
    return this.#count;
  }

  /** Windows are short: moving values one by one is faster than a search and two block moves. */
  push(value: number): void {
    const cells = this.#room.floats;
    const capacity = this.#capacity;
    const sorted = this.#at + capacity;
    const next = this.#next;
    let at = sorted + this.#count;
    if (this.#count < capacity) this.#count++;
    else {
      const oldest = cells[this.#at + next];
      at = sorted;
      while (cells[at] < oldest) at++;
      for (const end = sorted + capacity - 1; at < end && cells[at + 1] < value; at++) {
        cells[at] = cells[at + 1];
      }
    }
    for (; at > sorted && cells[at - 1] > value; at--) cells[at] = cells[at - 1];
    cells[at] = value;
    cells[this.#at + next] = value;
    this.#next = next + 1 === capacity ? 0 : next + 1;
  }

  /** NaN when empty. */
  median(): number {
    const count = this.#count;
    if (count === 0) return Number.NaN;
    const middle = this.#at + this.#capacity + (count >> 1);
    const cells = this.#room.floats;
    return count % 2 === 1 ? cells[middle] : (cells[middle - 1] + cells[middle]) / 2;
  }

  clear(): void {
    this.#count = 0;
    this.#next = 0;
  }

  save(out: StateWriter): void {
    const capacity = this.#capacity;
    out.int(this.#count);
    const first = (this.#next - this.#count + capacity) % capacity;
    for (let i = 0; i < this.#count; i++) {
      out.float(this.#room.floats[this.#at + ((first + i) % capacity)]);
    }
  }

  load(state: StateReader): void {
    this.clear();
    for (let left = state.int(); left > 0; left--) this.push(state.float());
  }
}
