import type { BacktestRows } from '../core/backtest/backtest-rows.ts';

/** Judged rows of one series. */
export interface JudgedColumns {
  readonly times: Float64Array;
  readonly value: Float32Array;
  readonly expected: Float32Array;
  readonly lower: Float32Array;
  readonly upper: Float32Array;
  /** 0..1 */
  readonly score: Float32Array;
}

const TIME_BYTES = Float64Array.BYTES_PER_ELEMENT;
const VALUE_BYTES = Float32Array.BYTES_PER_ELEMENT;
const NAMES = ['value', 'expected', 'lower', 'upper', 'score'] as const;
const ROW_BYTES = TIME_BYTES + NAMES.length * VALUE_BYTES;

/** Rows to keep: times, then each column in single precision. */
export function packColumns(times: Float64Array, rows: BacktestRows): Uint8Array {
  const bytes = new Uint8Array(times.length * ROW_BYTES);
  new Float64Array(bytes.buffer, 0, times.length).set(times);
  for (const [at, name] of NAMES.entries()) columnOf(bytes, times.length, at).set(rows[name]);
  return bytes;
}

/** RangeError when the bytes are no rows. */
export function unpackColumns(packed: Uint8Array): JudgedColumns {
  const length = packed.byteLength / ROW_BYTES;
  if (!Number.isInteger(length)) {
    throw new RangeError(
      `Cannot read judged rows: ${packed.byteLength} bytes, expected a multiple of ${ROW_BYTES}`,
    );
  }
  // A copy of its own: columns must begin at a multiple of their size.
  const bytes = Uint8Array.from(packed);
  const column = (name: (typeof NAMES)[number]) => columnOf(bytes, length, NAMES.indexOf(name));
  return {
    times: new Float64Array(bytes.buffer, 0, length),
    value: column('value'),
    expected: column('expected'),
    lower: column('lower'),
    upper: column('upper'),
    score: column('score'),
  };
}

function columnOf({ buffer }: Uint8Array, length: number, at: number): Float32Array {
  return new Float32Array(buffer, length * (TIME_BYTES + at * VALUE_BYTES), length);
}

/** The rows to draw of `startMs` to `endMs`: of each of so many steps the one with the highest score, so that no anomaly is lost. */
export function thinnedRows(
  { times, score }: JudgedColumns,
  {
    startMs,
    endMs,
    points,
  }: { readonly startMs: number; readonly endMs: number; readonly points: number },
): number[] {
  const stepMs = Math.max(1, (endMs - startMs) / points);
  const chosen: number[] = [];
  let step = Number.NaN;
  for (let row = 0; row < times.length; row++) {
    const timeMs = times[row] ?? Number.NaN;
    if (timeMs < startMs || timeMs > endMs) continue;
    const at = Math.floor((timeMs - startMs) / stepMs);
    const last = chosen.length - 1;
    if (at !== step) chosen.push(row);
    else if ((score[row] ?? 0) > (score[chosen[last] ?? 0] ?? 0)) chosen[last] = row;
    step = at;
  }
  return chosen;
}
