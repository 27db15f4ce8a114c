import type { StateReader, StateWriter } from '../state.ts';
import { Room } from './room.ts';
import { SortedValues } from './sorted-values.ts';

/** The last `capacity` values in order of arrival and in order of size: a running median. */
export class SortedWindow {
  readonly #capacity: number;
  readonly #room: Room;
  /** Where the values begin in the room in order of arrival, as a ring. */
  readonly #at: number;
  readonly #sorted: SortedValues;
  #next = 0;

  constructor(capacity: number, room = new Room()) {
    this.#capacity = capacity;
    this.#room = room;
    this.#at = room.reserveFloats(capacity);
    this.#sorted = new SortedValues(capacity, room);
  }

  get count(): number {
    return this.#sorted.count;
  }

  push(value: number): void {
    const cells = this.#room.floats;
    const at = this.#at + this.#next;
    this.#sorted.push(value, cells[at]);
    cells[at] = value;
    this.#next = this.#next + 1 === this.#capacity ? 0 : this.#next + 1;
  }

  /** NaN when empty. */
  median(): number {
    return this.#sorted.median();
  }

  clear(): void {
    this.#sorted.clear();
    this.#next = 0;
  }

  save(out: StateWriter): void {
    const { count } = this;
    const capacity = this.#capacity;
    out.int(count);
    const first = this.#next - count + capacity;
    for (let i = 0; i < count; i++) {
      out.float(this.#room.floats[this.#at + ((first + i) % capacity)]);
    }
  }

  load(state: StateReader): void {
    this.clear();
    for (let left = state.int(); left > 0; left--) this.push(state.float());
  }
}
