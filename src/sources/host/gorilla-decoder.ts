import type { Samples } from '../../core/series.ts';
import { HIGH_WORD, LOW_WORD, wordsOf } from '../float-words.ts';

const VERSION = 1;

const scratch = new Float64Array(1);
const scratchWords = new Uint32Array(scratch.buffer);

/** The samples that a GorillaEncoder packed. A RangeError when the bytes are not such a stream. */
export function decodeSamples(bytes: Uint8Array): Samples {
  const count = countSamples(bytes);
  const samples = { times: new Float64Array(count), values: new Float64Array(count) };
  decodeInto(bytes, samples);
  return samples;
}

/** How many samples the packed stream says it holds. */
export function countSamples(bytes: Uint8Array): number {
  if (bytes.byteLength < 4) {
    throw new RangeError(`Cannot unpack samples: ${bytes.byteLength} bytes, expected 4 or more`);
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (header >>> 24 !== VERSION) {
    throw new RangeError(`Cannot unpack samples: version ${header >>> 24}, expected ${VERSION}`);
  }
  return header & 0xffffff;
}

/** Unpacks into columns that are long enough; fills `target` from its start. */
export function decodeInto(bytes: Uint8Array, target: Samples): void {
  const count = countSamples(bytes);
  const { times } = target;
  const words = wordsOf(target.values);
  const reader = new BitReader(bytes);
  let deltaMs = 0;
  let timeMs = 0;
  let high = 0;
  let low = 0;
  let leading = 0;
  let length = 0;
  for (let i = 0; i < count; i++) {
    if (i === 0) {
      timeMs = reader.readDouble();
      high = reader.read(32);
      low = reader.read(32);
    } else {
      const bits = reader.readTimeBits();
      if (bits === 64) {
        const next = reader.readDouble();
        deltaMs = next - timeMs;
        timeMs = next;
      } else {
        if (bits > 0) deltaMs += reader.read(bits) - (1 << (bits - 1));
        timeMs += deltaMs;
      }
      if (reader.read(1) === 1) {
        if (reader.read(1) === 1) {
          const window = reader.read(12);
          leading = window >>> 6;
          length = (window & 63) + 1;
        }
        const shift = 64 - leading - length;
        const top = length > 32 ? reader.read(length - 32) : 0;
        const bottom = reader.read(length > 32 ? 32 : length);
        if (shift === 0) {
          high ^= top;
          low ^= bottom;
        } else if (shift < 32) {
          high ^= (top << shift) | (bottom >>> (32 - shift));
          low ^= bottom << shift;
        } else {
          high ^= bottom << (shift - 32);
        }
      }
    }
    times[i] = timeMs;
    words[2 * i + HIGH_WORD] = high;
    words[2 * i + LOW_WORD] = low;
  }
  reader.checkEnd(count);
}

class BitReader {
  readonly #view: DataView;
  readonly #words: number;
  #next = 1;
  #word = 0;
  #left = 0;

  constructor(bytes: Uint8Array) {
    this.#words = bytes.byteLength >>> 2;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, this.#words * 4);
  }

  /** The next `bits` (1..32) as an unsigned number. */
  read(bits: number): number {
    if (bits <= this.#left) {
      this.#left -= bits;
      return (this.#word << (32 - this.#left - bits)) >>> (32 - bits);
    }
    const missing = bits - this.#left;
    const top = this.#left === 0 ? 0 : (this.#word << (32 - this.#left)) >>> (32 - this.#left);
    // Beyond the end come zeros; checkEnd() then tells.
    this.#word = this.#next < this.#words ? this.#view.getUint32(this.#next * 4) : 0;
    this.#next++;
    this.#left = 32 - missing;
    const bottom = this.#word >>> this.#left;
    return missing === 32 ? bottom : ((top << missing) | bottom) >>> 0;
  }

  /** Bits of the delta of deltas that follows, by its prefix; 0 none, 64 a whole time instead. */
  readTimeBits(): number {
    if (this.read(1) === 0) return 0;
    if (this.read(1) === 0) return 7;
    if (this.read(1) === 0) return 12;
    return this.read(1) === 0 ? 20 : 64;
  }

  readDouble(): number {
    scratchWords[HIGH_WORD] = this.read(32);
    scratchWords[LOW_WORD] = this.read(32);
    return scratch[0] ?? 0;
  }

  checkEnd(count: number): void {
    if (this.#next <= this.#words) return;
    throw new RangeError(
      `Cannot unpack samples: ${this.#words * 4} bytes end before the last of ${count} samples`,
    );
  }
}
