import type { Samples } from '../../core/series.ts';
import { quantileOfValues } from './quantile-of-values.ts';
import { varianceOf } from './variance.ts';

/** The samples `from`..`to` (exclusive) in the window that ends at `endMs`. */
export interface SampleWindow extends Samples {
  readonly from: number;
  readonly to: number;
  readonly endMs: number;
  readonly rangeMs: number;
}

/** The value of a window that holds at least one sample; undefined: none. */
export type RangeFunction = (window: SampleWindow, parameter: number) => number | undefined;

/** An extrapolation reaches at most this many times the usual distance of samples. */
const EXTRAPOLATION_LIMIT = 1.1;
const MS_PER_SECOND = 1000;

/** Functions over a window of samples, with the meaning that they have in Prometheus. */
export const RANGE_FUNCTIONS: ReadonlyMap<string, RangeFunction> = new Map<string, RangeFunction>([
  ['rate', (window) => divide(extrapolatedIncrease(window, true), window.rangeMs / MS_PER_SECOND)],
  ['increase', (window) => extrapolatedIncrease(window, true)],
  ['delta', (window) => extrapolatedIncrease(window, false)],
  ['irate', instantRate],
  ['avg_over_time', (window) => exactSum(window) / (window.to - window.from)],
  ['sum_over_time', exactSum],
  ['min_over_time', (window) => extreme(window, (value, best) => value < best)],
  ['max_over_time', (window) => extreme(window, (value, best) => value > best)],
  ['count_over_time', ({ from, to }) => to - from],
  ['last_over_time', ({ values, to }) => values[to - 1]],
  ['present_over_time', () => 1],
  ['stddev_over_time', (window) => Math.sqrt(variance(window))],
  ['stdvar_over_time', variance],
  ['quantile_over_time', quantileOfWindow],
  ['changes', (window) => countPairs(window, (before, value) => !same(before, value))],
  ['resets', (window) => countPairs(window, (before, value) => value < before)],
  ['deriv', (window) => regression(window)?.slope],
  ['predict_linear', predictLinear],
]);

/** Functions that leave the metric name. */
export const KEEPS_NAME: ReadonlySet<string> = new Set(['last_over_time']);

/** Where the number stands that some of them take beside their window. */
export const RANGE_PARAMETERS: ReadonlyMap<string, 'first' | 'last'> = new Map([
  ['quantile_over_time', 'first'],
  ['predict_linear', 'last'],
]);

/**
 * By how much the series rose in the whole window, as Prometheus estimates it: the rise between the
 * first and the last sample, stretched to the window's ends where samples come that near, otherwise by
 * half a sample distance; a counter is not stretched to before it was 0.
 */
function extrapolatedIncrease(window: SampleWindow, isCounter: boolean): number | undefined {
  const { times, values, from, to, endMs, rangeMs } = window;
  if (to - from < 2) return undefined;
  const first = values[from] ?? Number.NaN;
  let rise = (values[to - 1] ?? Number.NaN) - first;
  if (isCounter) rise += lostByResets(window);
  const firstMs = times[from] ?? Number.NaN;
  const lastMs = times[to - 1] ?? Number.NaN;
  const sampledMs = lastMs - firstMs;
  const distanceMs = sampledMs / (to - from - 1);
  const limitMs = distanceMs * EXTRAPOLATION_LIMIT;
  const gapBeforeMs = firstMs - (endMs - rangeMs);
  const gapAfterMs = endMs - lastMs;
  let beforeMs = gapBeforeMs < limitMs ? gapBeforeMs : distanceMs / 2;
  const afterMs = gapAfterMs < limitMs ? gapAfterMs : distanceMs / 2;
  if (isCounter && rise > 0 && first >= 0)
    beforeMs = Math.min(beforeMs, sampledMs * (first / rise));
  return rise * ((sampledMs + beforeMs + afterMs) / sampledMs);
}

/** A counter that falls was set back to 0: what it had counted before. */
function lostByResets({ values, from, to }: SampleWindow): number {
  let lost = 0;
  let last = values[from] ?? Number.NaN;
  for (let i = from + 1; i < to; i++) {
    const value = values[i] ?? Number.NaN;
    if (value < last) lost += last;
    last = value;
  }
  return lost;
}

/** The rise a second between the last two samples. */
function instantRate({ times, values, from, to }: SampleWindow): number | undefined {
  if (to - from < 2) return undefined;
  const before = values[to - 2] ?? Number.NaN;
  const last = values[to - 1] ?? Number.NaN;
  const seconds = ((times[to - 1] ?? Number.NaN) - (times[to - 2] ?? Number.NaN)) / MS_PER_SECOND;
  return (last < before ? last : last - before) / seconds;
}

/** Sum with the rounding error carried along (Neumaier, 1974). */
function exactSum({ values, from, to }: SampleWindow): number {
  let sum = 0;
  let error = 0;
  for (let i = from; i < to; i++) {
    const value = values[i] ?? Number.NaN;
    const next = sum + value;
    error += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return Number.isFinite(sum) ? sum + error : sum;
}

function variance({ values, from, to }: SampleWindow): number {
  return varianceOf(values.subarray(from, to));
}

function quantileOfWindow({ values, from, to }: SampleWindow, quantile: number): number {
  return quantileOfValues(values.slice(from, to), quantile);
}

function countPairs(
  { values, from, to }: SampleWindow,
  counts: (before: number, value: number) => boolean,
): number {
  let count = 0;
  for (let i = from + 1; i < to; i++) {
    if (counts(values[i - 1] ?? Number.NaN, values[i] ?? Number.NaN)) count++;
  }
  return count;
}

function same(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** The straight line through the samples: its value at the end of the window and its rise a second. */
function regression({
  times,
  values,
  from,
  to,
  endMs,
}: SampleWindow): { readonly level: number; readonly slope: number } | undefined {
  const count = to - from;
  if (count < 2) return undefined;
  let [sumX, sumY, sumXY, sumXX] = [0, 0, 0, 0];
  for (let i = from; i < to; i++) {
    const x = ((times[i] ?? 0) - endMs) / MS_PER_SECOND;
    const y = values[i] ?? Number.NaN;
    sumX += x;
    sumY += y;
    sumXY += x * y;
    sumXX += x * x;
  }
  const slope = (sumXY - (sumX * sumY) / count) / (sumXX - (sumX * sumX) / count);
  return { slope, level: sumY / count - (slope * sumX) / count };
}

function predictLinear(window: SampleWindow, seconds: number): number | undefined {
  const line = regression(window);
  return line && line.level + line.slope * seconds;
}

/** NaN only when there is nothing else. */
function extreme(
  { values, from, to }: SampleWindow,
  better: (value: number, best: number) => boolean,
): number {
  let best = Number.NaN;
  for (let i = from; i < to; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(best) || better(value, best)) best = value;
  }
  return best;
}

function divide(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value / by;
}
