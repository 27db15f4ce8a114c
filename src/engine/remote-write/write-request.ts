import type { Labels } from '../../core/labels.ts';

/** One series of a request: its labels as encodeLabels() gives them, and samples in the order of time. */
export interface WrittenSeries {
  readonly labels: Uint8Array;
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/*
 * Protocol buffers of remote write 1.0, by hand, for there are four messages:
 * WriteRequest { 1: TimeSeries }, TimeSeries { 1: Label, 2: Sample }, Label { 1: name, 2: value },
 * Sample { 1: double value, 2: int64 milliseconds }.
 */
const FIRST_TEXT = 0x0a;
const SECOND_TEXT = 0x12;
const VALUE = 0x09;
const TIME = 0x10;
const SAMPLE_HEAD = 2;
const DOUBLE_BYTES = 8;

/** The labels of a series, ascending by name as receivers want them; those with an empty value are none. */
export function encodeLabels(labels: Labels): Uint8Array {
  const parts = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) =>
      field(FIRST_TEXT, Buffer.concat([text(FIRST_TEXT, name), text(SECOND_TEXT, value)])),
    );
  return Buffer.concat(parts);
}

/** A WriteRequest of these series. */
export function encodeWriteRequest(series: readonly WrittenSeries[]): Uint8Array {
  return Buffer.concat(
    series.map(({ labels, times, values }) => {
      const samples = Array.from(times, (timeMs, i) =>
        encodeSample(timeMs, values[i] ?? Number.NaN),
      );
      return field(FIRST_TEXT, Buffer.concat([labels, ...samples]));
    }),
  );
}

function encodeSample(timeMs: number, value: number): Uint8Array {
  const time = varint(timeMs);
  const length = 1 + DOUBLE_BYTES + 1 + time.length;
  const bytes = Buffer.alloc(SAMPLE_HEAD + length);
  bytes[0] = SECOND_TEXT;
  bytes[1] = length;
  bytes[SAMPLE_HEAD] = VALUE;
  bytes.writeDoubleLE(value, SAMPLE_HEAD + 1);
  bytes[SAMPLE_HEAD + 1 + DOUBLE_BYTES] = TIME;
  bytes.set(time, SAMPLE_HEAD + 2 + DOUBLE_BYTES);
  return bytes;
}

function text(tag: number, value: string): Uint8Array {
  return field(tag, Buffer.from(value));
}

function field(tag: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(tag), varint(bytes.length), bytes]);
}

/** Seven bits a byte. Numbers beyond 32 bits are divided: shifts would cut them. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
