import type { StateReader, StateWriter } from '../state.ts';

/** The last `capacity` values in order of arrival and in order of size: a running median. */
export class SortedWindow {
  readonly #capacity: number;
  /** First in order of arrival, as a ring, then in order of size. */
  readonly #cells: Float64Array;
  #count = 0;
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#cells = new Float64Array(2 * capacity);
  }

  get count(): number {
    return this.#count;
  }

  /** Windows are short: moving values one by one is faster than a search and two block moves. */
  push(value: number): void {
    const cells = this.#cells;
    const capacity = this.#capacity;
    const next = this.#next;
    let at = capacity + this.#count;
    if (this.#count < capacity) this.#count++;
    else {
      const oldest = cells[next];
      at = capacity;
      while (cells[at] < oldest) at++;
      for (const end = 2 * capacity - 1; at < end && cells[at + 1] < value; at++) {
        cells[at] = cells[at + 1];
      }
    }
    for (; at > capacity && cells[at - 1] > value; at--) cells[at] = cells[at - 1];
    cells[at] = value;
    cells[next] = value;
    this.#next = next + 1 === capacity ? 0 : next + 1;
  }

  /** NaN when empty. */
  median(): number {
    const count = this.#count;
    if (count === 0) return Number.NaN;
    const middle = this.#capacity + (count >> 1);
    const cells = this.#cells;
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
    for (let i = 0; i < this.#count; i++) out.float(this.#cells[(first + i) % capacity]);
  }

  load(state: StateReader): void {
    this.clear();
    for (let left = state.int(); left > 0; left--) this.push(state.float());
  }
}
