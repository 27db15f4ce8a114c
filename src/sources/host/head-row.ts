import { deflateRawSync, inflateRawSync } from 'node:zlib';

/*
 * One scrape as a row: version (1 byte), then deflated: its time (a double), series ids (32 bits each),
 * values (doubles), all of them little-endian.
 */
const VERSION = 1;
/** Fast: the ids repeat their high bytes, and many values are 0. */
const DEFLATE_LEVEL = 1;
const BYTES_PER_SAMPLE = 12;

export interface HeadScrape {
  readonly timeMs: number;
  readonly seriesIds: Uint32Array;
  readonly values: Float64Array;
}

export function encodeHead({ timeMs, seriesIds, values }: HeadScrape): Uint8Array {
  const count = seriesIds.length;
  const raw = new Uint8Array(8 + count * BYTES_PER_SAMPLE);
  const view = new DataView(raw.buffer);
  view.setFloat64(0, timeMs, true);
  const bits = new BigUint64Array(values.buffer, values.byteOffset, count);
  for (let i = 0; i < count; i++) {
    view.setUint32(8 + i * 4, seriesIds[i] ?? 0, true);
    // As bits: a staleness mark is a NaN whose payload a number may lose.
    view.setBigUint64(8 + count * 4 + i * 8, bits[i] ?? 0n, true);
  }
  const packed = deflateRawSync(raw, { level: DEFLATE_LEVEL });
  const bytes = new Uint8Array(1 + packed.length);
  bytes[0] = VERSION;
  bytes.set(packed, 1);
  return bytes;
}

/** Throws RangeError when the bytes are no such row. */
export function decodeHead(bytes: Uint8Array): HeadScrape {
  if (bytes[0] !== VERSION) {
    throw new RangeError(`Cannot read a scrape: version ${bytes[0]}, expected ${VERSION}`);
  }
  const raw = inflateRawSync(bytes.subarray(1));
  const count = (raw.length - 8) / BYTES_PER_SAMPLE;
  if (!Number.isInteger(count)) {
    throw new RangeError(`Cannot read a scrape: ${raw.length} bytes are no whole samples`);
  }
  const view = new DataView(raw.buffer, raw.byteOffset);
  const seriesIds = new Uint32Array(count);
  const bits = new BigUint64Array(count);
  for (let i = 0; i < count; i++) {
    seriesIds[i] = view.getUint32(8 + i * 4, true);
    bits[i] = view.getBigUint64(8 + count * 4 + i * 8, true);
  }
  return { timeMs: view.getFloat64(0, true), seriesIds, values: new Float64Array(bits.buffer) };
}
