import { expect, test } from 'vitest';
import { curveColumns } from './curve-columns.ts';

const bands = {
  series_id: 1,
  start: '',
  end: '',
  step: '10ms',
  times: [100, 110, 120],
  value: [1, 2, 3],
  expected: [1, 1, 1],
  lower: [0, 0, 0],
  upper: [2, 2, 2],
  ratio: [0, 0, 0],
  score: [0, 0, 0],
  warnings: [],
};

test('curveColumns() carries on with what is expected after the last step', () => {
  const ahead = {
    times: [115, 125, 135],
    expected: [7, 8, 9],
    lower: [6, 7, 8],
    upper: [8, 9, 10],
  };
  const { times, expected, value, past } = curveColumns(bands, { ahead, beforeMs: 70 });
  expect(times).toEqual([100, 110, 120, 125, 135]);
  expect(expected).toEqual([1, 1, 1, 8, 9]);
  expect(value).toEqual([1, 2, 3, null, null]);
  expect(past).toBeUndefined();
});

test('curveColumns() lays what was before over each step, where it is known', () => {
  // Steps of 10 that begin at 28: 100 - 70 = 30 lies in the first of them, 110 - 70 in the second.
  const before = { times: [28, 38], value: [5, 6] };
  expect(curveColumns(bands, { before, beforeMs: 70 }).past).toEqual([5, 6, null]);
});
