/*
 * Snappy's block format, as remote write wants it: the length, then literals and copies of what came within
 * the last 64 KiB. Blocks of that size know nothing of each other.
 */
const BLOCK = 65_536;
const TABLE_BITS = 14;
const LONGEST_COPY = 64;
const SHORTEST_COPY = 4;
const MULTIPLIER = 0x1e_35_a7_bd;

/** The bytes, packed. */
export function packSnappy(bytes: Uint8Array): Uint8Array {
  const out = new Output(bytes.length);
  out.length(bytes.length);
  const table = new Int32Array(1 << TABLE_BITS);
  for (let from = 0; from < bytes.length; from += BLOCK) {
    packBlock(bytes, { from, to: Math.min(bytes.length, from + BLOCK), table }, out);
  }
  return out.bytes();
}

function packBlock(
  bytes: Uint8Array,
  { from, to, table }: { readonly from: number; readonly to: number; readonly table: Int32Array },
  out: Output,
): void {
  table.fill(-1);
  let literalFrom = from;
  let at = from;
  while (at + SHORTEST_COPY <= to) {
    const word = wordAt(bytes, at);
    const slot = Math.imul(word, MULTIPLIER) >>> (32 - TABLE_BITS);
    const before = table[slot] ?? -1;
    table[slot] = at;
    if (before < from || wordAt(bytes, before) !== word) {
      at++;
      continue;
    }
    let length = SHORTEST_COPY;
    while (at + length < to && bytes[before + length] === bytes[at + length]) length++;
    out.literal(bytes, literalFrom, at);
    out.copy(at - before, length);
    at += length;
    literalFrom = at;
  }
  out.literal(bytes, literalFrom, to);
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

/** Elements one after the other, in room for the worst case. */
class Output {
  readonly #bytes: Uint8Array;
  #end = 0;

  constructor(inputLength: number) {
    this.#bytes = new Uint8Array(32 + inputLength + Math.ceil(inputLength / 6));
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#end);
  }

  length(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) this.#put((rest & 0x7f) | 0x80);
    this.#put(rest);
  }

  literal(from: Uint8Array, start: number, end: number): void {
    const less = end - start - 1;
    if (less < 0) return;
    if (less < 60) this.#put(less << 2);
    else if (less < 256) this.#put(60 << 2, less);
    else this.#put(61 << 2, less & 0xff, less >> 8);
    this.#bytes.set(from.subarray(start, end), this.#end);
    this.#end += end - start;
  }

  copy(distance: number, length: number): void {
    for (let rest = length; rest > 0; rest -= LONGEST_COPY) {
      const part = Math.min(rest, LONGEST_COPY);
      this.#put(((part - 1) << 2) | 2, distance & 0xff, distance >> 8);
    }
  }

  #put(...values: readonly number[]): void {
    for (const value of values) this.#bytes[this.#end++] = value;
  }
}
