import type { Judgement } from './judgement.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const BINS = 60;
const COLUMNS = 4;
const VERSION = 1;
/** Version byte, then one bit per minute that is there. */
const HEAD_BYTES = 1 + Math.ceil(BINS / 8);
const RATIO = 3;

/** What the model expected over a span, one entry per minute that had a sample. */
export interface BandColumns {
  /** Start of each minute, epoch milliseconds, ascending. */
  readonly times: Float64Array;
  readonly expected: Float32Array;
  readonly lower: Float32Array;
  readonly upper: Float32Array;
  /** Highest deviation ratio of the minute. */
  readonly ratio: Float32Array;
}

/** Gathers judgements of one series into chunks: one per hour, one-minute bins, single precision. */
export class BandRecorder {
  readonly #hours = new Map<number, Float32Array>();

  /** Of a minute the band of its last sample counts, and the highest ratio. */
  add({ timeMs, expected, lower, upper, ratio }: Readonly<Judgement>): void {
    if (Number.isNaN(expected)) return;
    const hourMs = Math.floor(timeMs / HOUR_MS) * HOUR_MS;
    let bins = this.#hours.get(hourMs);
    if (bins === undefined) {
      bins = new Float32Array(BINS * COLUMNS).fill(Number.NaN);
      this.#hours.set(hourMs, bins);
    }
    const at = Math.floor((timeMs - hourMs) / MINUTE_MS) * COLUMNS;
    const before = bins[at + RATIO];
    bins[at] = expected;
    bins[at + 1] = lower;
    bins[at + 2] = upper;
    bins[at + RATIO] = before > ratio ? before : ratio;
  }

  /** The chunks gathered since the last call, oldest first. */
  drain(): { hourMs: number; bytes: Uint8Array }[] {
    const chunks = [...this.#hours].map(([hourMs, bins]) => ({ hourMs, bytes: pack(bins) }));
    this.#hours.clear();
    return chunks.toSorted((one, other) => one.hourMs - other.hourMs);
  }
}

/** Joins two chunks of the same hour: the later band of a minute counts, and the highest ratio. RangeError when one cannot be read. */
export function mergeBandChunks(stored: Uint8Array, added: Uint8Array): Uint8Array {
  const bins = unpack(stored);
  const later = unpack(added);
  for (let at = 0; at < later.length; at += COLUMNS) {
    if (Number.isNaN(later[at + RATIO])) continue;
    const before = bins[at + RATIO];
    bins.set(later.subarray(at, at + COLUMNS), at);
    if (before > bins[at + RATIO]) bins[at + RATIO] = before;
  }
  return pack(bins);
}

/** Chunks of one series, oldest first, as columns. RangeError when one cannot be read. */
export function readBandChunks(
  chunks: readonly { readonly hourMs: number; readonly bytes: Uint8Array }[],
): BandColumns {
  const hours = chunks.map(({ bytes }) => unpack(bytes));
  const there = (bins: Float32Array, bin: number): boolean =>
    !Number.isNaN(bins[bin * COLUMNS + RATIO]);
  let count = 0;
  for (const bins of hours) for (let bin = 0; bin < BINS; bin++) if (there(bins, bin)) count++;
  const times = new Float64Array(count);
  const [expected, lower, upper, ratio] = Array.from(
    { length: COLUMNS },
    () => new Float32Array(count),
  );
  let row = 0;
  hours.forEach((bins, i) => {
    for (let bin = 0; bin < BINS; bin++) {
      if (!there(bins, bin)) continue;
      const at = bin * COLUMNS;
      times[row] = chunks[i].hourMs + bin * MINUTE_MS;
      expected[row] = bins[at];
      lower[row] = bins[at + 1];
      upper[row] = bins[at + 2];
      ratio[row++] = bins[at + RATIO];
    }
  });
  return { times, expected, lower, upper, ratio };
}

/** Little-endian whatever the machine: a DataView writes every number. */
function pack(bins: Float32Array): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES + bins.length * 4);
  const view = new DataView(bytes.buffer);
  bytes[0] = VERSION;
  let end = HEAD_BYTES;
  for (let bin = 0; bin < BINS; bin++) {
    const at = bin * COLUMNS;
    if (Number.isNaN(bins[at + RATIO])) continue;
    bytes[1 + (bin >> 3)] |= 1 << (bin & 7);
    for (let i = 0; i < COLUMNS; i++, end += 4) view.setFloat32(end, bins[at + i], true);
  }
  return bytes.slice(0, end);
}

function unpack(bytes: Uint8Array): Float32Array {
  const bins = new Float32Array(BINS * COLUMNS).fill(Number.NaN);
  if (bytes[0] !== VERSION || bytes.length < HEAD_BYTES) {
    throw new RangeError(
      `Cannot read a chunk of bands of version ${bytes[0]}: this program knows ${VERSION}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let from = HEAD_BYTES;
  for (let bin = 0; bin < BINS; bin++) {
    if ((bytes[1 + (bin >> 3)] & (1 << (bin & 7))) === 0) continue;
    if (from + COLUMNS * 4 > bytes.length) {
      throw new RangeError(
        `Cannot read a chunk of bands of ${bytes.length} bytes: it is cut short`,
      );
    }
    for (let i = 0; i < COLUMNS; i++, from += 4) {
      bins[bin * COLUMNS + i] = view.getFloat32(from, true);
    }
  }
  return bins;
}
