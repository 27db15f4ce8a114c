import type { Samples } from '../../core/series.ts';
import { HIGH_WORD, LOW_WORD, wordsOf } from '../float-words.ts';

/*
 * Time stamps as deltas of deltas and values as XOR with the one before, bit by bit: the scheme of
 * Gorilla (Pelkonen et al., 2015), with time buckets of our own, for milliseconds. The stream is a row
 * of big-endian 32-bit words. Word 0 holds the version (8 bits) and the number of samples (24 bits).
 */
const VERSION = 1;
const MOST_SAMPLES = 2 ** 24 - 1;

/** Prefix, its length, and the bits that follow for a delta of deltas within ±2^(bits − 1). */
const SHORT = { prefix: 0b10, prefixBits: 2, bits: 7 };
const MIDDLE = { prefix: 0b110, prefixBits: 3, bits: 12 };
const LONG = { prefix: 0b1110, prefixBits: 4, bits: 20 };

const scratch = new Float64Array(1);
const scratchWords = new Uint32Array(scratch.buffer);

/** Packs samples one after the other. Values keep every bit, those of NaN included. */
export class GorillaEncoder {
  #view = new DataView(new ArrayBuffer(256));
  #position = 4;
  #word = 0;
  #free = 32;
  #samples = 0;
  #startMs = 0;
  #timeMs = 0;
  #deltaMs = 0;
  #high = 0;
  #low = 0;
  /** The last window of meaningful bits; no window yet when the length is 0. */
  #leading = 0;
  #length = 0;

  get samples(): number {
    return this.#samples;
  }

  /** Time of the first sample; 0 before it. */
  get startMs(): number {
    return this.#startMs;
  }

  /** Time of the last sample; 0 before it. */
  get endMs(): number {
    return this.#timeMs;
  }

  append(timeMs: number, value: number): void {
    scratch[0] = value;
    this.appendBits(timeMs, scratchWords[HIGH_WORD] ?? 0, scratchWords[LOW_WORD] ?? 0);
  }

  /** Appends the double of these two words: a NaN keeps its payload, which a `number` may lose. */
  appendBits(timeMs: number, high: number, low: number): void {
    if (this.#samples === MOST_SAMPLES) {
      throw new RangeError(`Cannot pack another sample: a chunk holds at most ${MOST_SAMPLES}`);
    }
    if (this.#samples === 0) {
      this.#startMs = timeMs;
      this.#writeDouble(timeMs);
      this.#write(high, 32);
      this.#write(low, 32);
    } else {
      this.#writeTime(timeMs);
      this.#writeValue((this.#high ^ high) >>> 0, (this.#low ^ low) >>> 0);
    }
    this.#timeMs = timeMs;
    this.#high = high;
    this.#low = low;
    this.#samples++;
  }

  /** A copy of what is packed so far. */
  bytes(): Uint8Array {
    this.#reserve();
    this.#view.setUint32(0, ((VERSION << 24) | this.#samples) >>> 0);
    this.#view.setUint32(this.#position, this.#word);
    const length = this.#free === 32 ? this.#position : this.#position + 4;
    return new Uint8Array(this.#view.buffer.slice(0, length));
  }

  #writeTime(timeMs: number): void {
    const deltaMs = timeMs - this.#timeMs;
    const change = deltaMs - this.#deltaMs;
    this.#deltaMs = deltaMs;
    if (change === 0) return this.#write(0, 1);
    if (Number.isInteger(change)) {
      for (const { prefix, prefixBits, bits } of [SHORT, MIDDLE, LONG]) {
        const half = 2 ** (bits - 1);
        if (change < -half || change >= half) continue;
        this.#write(prefix, prefixBits);
        return this.#write(change + half, bits);
      }
    }
    this.#write(0b1111, 4);
    this.#writeDouble(timeMs);
  }

  #writeValue(high: number, low: number): void {
    if (high === 0 && low === 0) return this.#write(0, 1);
    const leading = high === 0 ? 32 + Math.clz32(low) : Math.clz32(high);
    const trailing = low === 0 ? 32 + trailingZeros(high) : trailingZeros(low);
    const end = this.#leading + this.#length;
    if (this.#length > 0 && leading >= this.#leading && 64 - trailing <= end) {
      this.#write(0b10, 2);
    } else {
      this.#leading = leading;
      this.#length = 64 - leading - trailing;
      this.#write(0b11, 2);
      this.#write((leading << 6) | (this.#length - 1), 12);
    }
    this.#writeWindow(high, low);
  }

  /** The bits of the current window of a 64-bit word. */
  #writeWindow(high: number, low: number): void {
    const shift = 64 - this.#leading - this.#length;
    const shiftedLow =
      shift === 0
        ? low
        : shift < 32
          ? (high << (32 - shift)) | (low >>> shift)
          : high >>> (shift - 32);
    if (this.#length > 32) {
      this.#write(maskLow(high >>> shift, this.#length - 32), this.#length - 32);
      this.#write(shiftedLow >>> 0, 32);
    } else {
      this.#write(maskLow(shiftedLow, this.#length), this.#length);
    }
  }

  #writeDouble(value: number): void {
    scratch[0] = value;
    const low = scratchWords[LOW_WORD] ?? 0;
    this.#write(scratchWords[HIGH_WORD] ?? 0, 32);
    this.#write(low, 32);
  }

  /** Writes the low `bits` (1..32) of `value`, which has no others set. */
  #write(value: number, bits: number): void {
    if (bits < this.#free) {
      this.#free -= bits;
      this.#word |= value << this.#free;
      return;
    }
    const over = bits - this.#free;
    this.#reserve();
    this.#view.setUint32(this.#position, this.#word | (value >>> over));
    this.#position += 4;
    this.#free = 32 - over;
    this.#word = over === 0 ? 0 : value << this.#free;
  }

  /** Makes room for the word at the current position. */
  #reserve(): void {
    if (this.#position + 4 <= this.#view.byteLength) return;
    const grown = new Uint8Array(this.#view.byteLength * 2);
    grown.set(new Uint8Array(this.#view.buffer));
    this.#view = new DataView(grown.buffer);
  }
}

export function encodeSamples(samples: Samples): Uint8Array {
  const { times, values } = samples;
  const words = wordsOf(values);
  const encoder = new GorillaEncoder();
  for (let i = 0; i < times.length; i++) {
    encoder.appendBits(times[i] ?? 0, words[2 * i + HIGH_WORD] ?? 0, words[2 * i + LOW_WORD] ?? 0);
  }
  return encoder.bytes();
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}

function maskLow(value: number, bits: number): number {
  return bits === 32 ? value >>> 0 : value & (2 ** bits - 1);
}
