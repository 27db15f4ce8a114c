import type { StateReader, StateWriter } from '../state.ts';

/** The last `capacity` values in order of arrival and in order of size: a running median. */
export class SortedWindow {
  readonly #arrived: Float64Array;
  readonly #sorted: Float64Array;
  #count = 0;
  #next = 0;

  constructor(capacity: number) {
    this.#arrived = new Float64Array(capacity);
    this.#sorted = new Float64Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  push(value: number): void {
    const sorted = this.#sorted;
    const capacity = sorted.length;
    let end = this.#count;
    if (end === capacity) {
      const oldest = this.#arrived[this.#next];
      const at = this.#rank(oldest, end);
      sorted.copyWithin(at, at + 1, end);
      end--;
    }
    const at = this.#rank(value, end);
    sorted.copyWithin(at + 1, at, end);
    sorted[at] = value;
    this.#arrived[this.#next] = value;
    this.#next = (this.#next + 1) % capacity;
    this.#count = end + 1;
  }

  /** NaN when empty. */
  median(): number {
    const count = this.#count;
    if (count === 0) return Number.NaN;
    const middle = count >> 1;
    const sorted = this.#sorted;
    return count % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  clear(): void {
    this.#count = 0;
    this.#next = 0;
  }

  save(out: StateWriter): void {
    const capacity = this.#arrived.length;
    out.int(this.#count);
    const first = (this.#next - this.#count + capacity) % capacity;
    for (let i = 0; i < this.#count; i++) out.float(this.#arrived[(first + i) % capacity]);
  }

  load(state: StateReader): void {
    this.clear();
    for (let left = state.int(); left > 0; left--) this.push(state.float());
  }

  #rank(value: number, end: number): number {
    let low = 0;
    let high = end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
