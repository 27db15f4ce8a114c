import { expect, test } from 'vitest';
import { NO_SAMPLES } from '../core/series.ts';
import { onlyLabels } from '../engine/series-samples.ts';
import { chartColumns } from './bands.ts';

const MINUTE_MS = 60_000;
const bands = {
  times: Float64Array.of(0, MINUTE_MS, 2 * MINUTE_MS, 4 * MINUTE_MS),
  expected: Float32Array.of(1, 2, 3, 5),
  lower: Float32Array.of(0, 1, 2, 4),
  upper: Float32Array.of(2, 3, 4, 6),
  ratio: Float32Array.of(0.5, 3, 0.25, 0),
};

test('chartColumns() keeps the minute with the highest ratio of a longer step', () => {
  const range = { startMs: 0, endMs: 6 * MINUTE_MS, stepMs: 3 * MINUTE_MS };
  const columns = chartColumns(range, { bands, peaks: [], samples: NO_SAMPLES });
  expect(columns.times).toEqual([0, 3 * MINUTE_MS, 6 * MINUTE_MS]);
  expect(columns.ratio).toEqual([3, 0, null]);
  expect(columns.expected).toEqual([2, 5, null]);
  expect(columns.upper).toEqual([3, 6, null]);
  // s = 1 - 0.3^3
  expect(columns.score).toEqual([0.973, 0, null]);
});

test('chartColumns() shows the peak of an anomaly that no step would hit', () => {
  // A spike of one sample in a year at steps of a day, of which the source gives the last sample.
  const DAY_MS = 1440 * MINUTE_MS;
  const range = { startMs: 0, endMs: 364 * DAY_MS, stepMs: DAY_MS };
  const times = Float64Array.from({ length: 365 }, (_, day) => day * DAY_MS);
  const samples = { times, values: new Float64Array(365).fill(1) };
  const peak = { value: 90, expectedValue: 1, lower: 0, upper: null, deviationRatio: 5 };
  const spikes = [
    { ...peak, timestampMs: 99 * DAY_MS + 7 * MINUTE_MS },
    { ...peak, timestampMs: 99 * DAY_MS + 9 * MINUTE_MS, value: 50, deviationRatio: 4 },
  ];
  const columns = chartColumns(range, { bands, samples, peaks: spikes });
  expect(columns.value.flatMap((value, day) => (value === 1 ? [] : [[day, value]]))).toEqual([
    [99, 90],
  ]);
  expect(columns.ratio[99]).toBe(5);
  expect([columns.lower[99], columns.upper[99]]).toEqual([0, null]);
});

test('chartColumns() repeats a minute over shorter steps and leaves gaps empty', () => {
  const range = { startMs: MINUTE_MS, endMs: 3 * MINUTE_MS, stepMs: MINUTE_MS / 2 };
  const { lower, ratio } = chartColumns(range, { bands, peaks: [], samples: NO_SAMPLES });
  expect(ratio).toEqual([3, 3, 0.25, 0.25, null]);
  expect(lower).toEqual([1, 1, 2, 2, null]);
});

test('chartColumns() puts values at their step, NaN as null', () => {
  const samples = {
    times: Float64Array.of(0, MINUTE_MS, 2 * MINUTE_MS),
    values: Float64Array.of(7, Number.NaN, 9),
  };
  const range = { startMs: 0, endMs: 2 * MINUTE_MS, stepMs: MINUTE_MS };
  expect(chartColumns(range, { bands, peaks: [], samples }).value).toEqual([7, null, 9]);
});

test('onlyLabels() joins the expression with its labels and escapes them', () => {
  expect(onlyLabels('up', { job: 'a"$1' })).toBe(
    '(up\n) and on (job) label_replace(vector(1), "job", "a\\"$$1", "", "")',
  );
  expect(onlyLabels('sum(up)', {})).toBe('sum(up)');
});
