import type { StateReader, StateWriter } from '../state.ts';
import { modulo } from './modulo.ts';
import { Room } from './room.ts';
import { smallMedian } from './small-median.ts';

/** Entries that share a centre and a unit. */
const BLOCK = 48;
const LAST_CODE = 127;
const MISSING = -128;
const FEWEST_BLOCKS = 12;
const SCRATCH = new Float64Array(BLOCK);

/**
 * The newest values of a stream, by number, in a byte each; NaN for missing. Blocks of 48 keep their median and, of each
 * value, the signed root of its distance from it: a distance d comes back within √(dD) / 100, where D is the largest of
 * the block, so that a spike does not coarsen the calm around it. The block that is being filled is kept as it is.
 */
export class PackedRing {
  readonly #mostBlocks: number;
  #codes: Int8Array = new Int8Array(0);
  /** Median, then what a code of one is worth, of each block. */
  #scales: Float32Array = new Float32Array(0);
  readonly #room: Room;
  /** Where the open block begins among the singles. */
  readonly #openAt: number;
  /** Numbers of the first and of the open block; NaN before the first value. */
  #first = Number.NaN;
  #block = Number.NaN;

  /** Keeps at least `capacity` values. */
  constructor(capacity: number, room = new Room()) {
    this.#mostBlocks = Math.ceil(capacity / BLOCK);
    this.#room = room;
    this.#openAt = room.reserveSingles(BLOCK);
  }

  get #open(): Float32Array {
    return this.#room.singles.subarray(this.#openAt, this.#openAt + BLOCK);
  }

  /** The value of this number; NaN for what is no longer known, or not yet. */
  at(number: number): number {
    const block = Math.floor(number / BLOCK);
    const within = number - block * BLOCK;
    if (block === this.#block) return this.#room.singles[this.#openAt + within];
    if (!this.#holds(block)) return Number.NaN;
    const slot = this.#slotOf(block);
    const code = this.#codes[slot * BLOCK + within];
    if (code === MISSING) return Number.NaN;
    const scales = this.#scales;
    return scales[2 * slot] + code * Math.abs(code) * scales[2 * slot + 1];
  }

  /** How far what `at` gives for this number may be from what was put. */
  slack(number: number): number {
    const block = Math.floor(number / BLOCK);
    if (!this.#holds(block)) return 0;
    const slot = this.#slotOf(block);
    const code = this.#codes[slot * BLOCK + number - block * BLOCK];
    return (Math.abs(code) + 1) * this.#scales[2 * slot + 1];
  }

  /** Numbers must not step back; of a block that is left out nothing is known. */
  put(number: number, value: number): void {
    const block = Math.floor(number / BLOCK);
    if (block !== this.#block) this.#begin(block);
    this.#room.singles[this.#openAt + number - block * BLOCK] = value;
  }

  /** Makes the values from one number to before another missing; the last must have been put. */
  erase(from: number, to: number): void {
    for (let number = Math.max(from, to - this.#codes.length); number < to; number++) {
      const block = Math.floor(number / BLOCK);
      const within = number - block * BLOCK;
      if (block === this.#block) this.#room.singles[this.#openAt + within] = Number.NaN;
      else if (block >= this.#first) this.#codes[this.#slotOf(block) * BLOCK + within] = MISSING;
    }
  }

  save(out: StateWriter): void {
    out.float(this.#first);
    out.float(this.#block);
    out.singles(this.#open);
    out.singles(this.#scales);
    out.bytes(new Uint8Array(this.#codes.buffer, this.#codes.byteOffset, this.#codes.length));
  }

  load(state: StateReader): void {
    this.#first = state.float();
    this.#block = state.float();
    this.#open.set(state.singles());
    const saved = { scales: state.singles(), codes: state.bytes() };
    const { codes, scales } = roomFor(saved.scales.length >> 1);
    if (saved.codes.length !== codes.length)
      throw new RangeError('Cannot read a ring: its codes and scales are of different numbers');
    codes.set(new Int8Array(saved.codes.buffer));
    scales.set(saved.scales);
    this.#codes = codes;
    this.#scales = scales;
  }

  #begin(block: number): void {
    if (Number.isNaN(this.#block)) this.#first = block;
    else {
      this.#grow(block - this.#first);
      this.#close();
      const blocks = this.#scales.length >> 1;
      for (let left = Math.max(this.#block + 1, block - blocks); left < block; left++) {
        const start = this.#slotOf(left) * BLOCK;
        this.#codes.fill(MISSING, start, start + BLOCK);
      }
    }
    this.#block = block;
    this.#open.fill(Number.NaN);
  }

  /** Packs the open block. */
  #close(): void {
    const open = this.#open;
    let count = 0;
    for (const value of open) if (!Number.isNaN(value)) SCRATCH[count++] = value;
    const median = Math.fround(smallMedian(SCRATCH, count));
    let farthest = 0;
    for (let i = 0; i < count; i++) farthest = Math.max(farthest, Math.abs(SCRATCH[i] - median));
    const slot = this.#slotOf(this.#block);
    const unit = Math.fround(farthest / LAST_CODE ** 2);
    this.#scales[2 * slot] = median;
    this.#scales[2 * slot + 1] = unit;
    for (let i = 0; i < BLOCK; i++) {
      const distance = open[i] - median;
      const root = unit > 0 ? Math.round(Math.sqrt(Math.abs(distance) / unit)) : 0;
      const code = Math.sign(distance) * Math.min(root, LAST_CODE);
      this.#codes[slot * BLOCK + i] = Number.isNaN(distance) ? MISSING : code;
    }
  }

  /** Makes room for so many closed blocks. Young series take little: the room doubles until it holds all. */
  #grow(needed: number): void {
    const blocks = this.#scales.length >> 1;
    if (needed <= blocks || blocks === this.#mostBlocks) return;
    const more = Math.min(this.#mostBlocks, Math.max(needed, 2 * blocks, FEWEST_BLOCKS));
    const { codes, scales } = roomFor(more);
    for (let block = this.#block - blocks; block < this.#block; block++) {
      if (block < this.#first) continue;
      const [from, to] = [modulo(block, blocks), modulo(block, more)];
      codes.set(this.#codes.subarray(from * BLOCK, (from + 1) * BLOCK), to * BLOCK);
      scales.set(this.#scales.subarray(2 * from, 2 * from + 2), 2 * to);
    }
    this.#codes = codes;
    this.#scales = scales;
  }

  /** Whether a block is among the closed ones that are kept. */
  #holds(block: number): boolean {
    const oldest = Math.max(this.#first, this.#block - (this.#scales.length >> 1));
    return block >= oldest && block < this.#block;
  }

  #slotOf(block: number): number {
    return modulo(block, this.#scales.length >> 1);
  }
}

/** Codes and scales of so many blocks in one piece of memory. */
function roomFor(blocks: number): { readonly codes: Int8Array; readonly scales: Float32Array } {
  const bytesOfScales = 2 * Float32Array.BYTES_PER_ELEMENT * blocks;
  const memory = new ArrayBuffer(bytesOfScales + BLOCK * blocks);
  return {
    codes: new Int8Array(memory, bytesOfScales).fill(MISSING),
    scales: new Float32Array(memory, 0, 2 * blocks),
  };
}
