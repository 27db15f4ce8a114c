import { expect, test } from 'vitest';
import { emptyRows } from '../core/backtest/backtest-rows.ts';
import { packColumns, thinnedRows, unpackColumns } from './backtest-columns.ts';

function packed(scores: readonly number[]): Uint8Array {
  const rows = emptyRows(scores.length, 1);
  rows.score.set(scores);
  rows.value.fill(3);
  rows.lower.fill(Number.NEGATIVE_INFINITY);
  return packColumns(
    Float64Array.from(scores, (_, row) => row * 10),
    rows,
  );
}

test('unpackColumns() gives back what packColumns() kept, also from the middle of other bytes', () => {
  const bytes = packed([0.25, 0.5]);
  const among = new Uint8Array(bytes.length + 3);
  among.set(bytes, 3);
  const { times, value, lower, score } = unpackColumns(among.subarray(3));
  expect([...times]).toEqual([0, 10]);
  expect([...value]).toEqual([3, 3]);
  expect([...lower]).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  expect([...score]).toEqual([0.25, 0.5]);
  expect(() => unpackColumns(bytes.subarray(1))).toThrow(/55 bytes, expected a multiple of 28/);
});

test('thinnedRows() keeps the row with the highest score of each step', () => {
  const columns = unpackColumns(packed([0, 0.9, 0, 0, 0.1, 0.2, 0]));
  // Steps of 30: rows 0 to 2, 3 to 5, 6.
  expect(thinnedRows(columns, { startMs: 0, endMs: 60, points: 2 })).toEqual([1, 5, 6]);
  expect(thinnedRows(columns, { startMs: 10, endMs: 20, points: 100 })).toEqual([1, 2]);
});
