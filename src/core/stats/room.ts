/** Where several parts of one make live together, told apart by their number. */
export interface Lodging {
  readonly room: Room;
  readonly count: number;
}

/**
 * Memory of the parts of one series side by side: each reserves entries when it is made, and keeps where they begin. An array
 * of its own would take 200 bytes beside its entries, as much as most parts keep in it, and a series would have fifty.
 *
 * Reserving renews the arrays: they are asked for anew at every use.
 */
export class Room {
  #floats = new Float64Array(0);
  #singles = new Float32Array(0);
  #bytes = new Uint8Array(0);

  get floats(): Float64Array {
    return this.#floats;
  }

  get singles(): Float32Array {
    return this.#singles;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Reserves `count` entries of 0 among the floats; gives the place of the first. */
  reserveFloats(count: number): number {
    const before = this.#floats;
    this.#floats = new Float64Array(before.length + count);
    this.#floats.set(before);
    return before.length;
  }

  reserveSingles(count: number): number {
    const before = this.#singles;
    this.#singles = new Float32Array(before.length + count);
    this.#singles.set(before);
    return before.length;
  }

  reserveBytes(count: number): number {
    const before = this.#bytes;
    this.#bytes = new Uint8Array(before.length + count);
    this.#bytes.set(before);
    return before.length;
  }
}
