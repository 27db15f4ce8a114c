import type { Samples } from '../../core/series.ts';

/** The samples `from`..`to` (exclusive) in the window that ends at `endMs`. */
export interface SampleWindow extends Samples {
  readonly from: number;
  readonly to: number;
  readonly endMs: number;
  readonly rangeMs: number;
}

/** The value of a window that holds at least one sample; undefined: none. */
export type RangeFunction = (window: SampleWindow) => number | undefined;

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
]);

/** Functions that leave the metric name. */
export const KEEPS_NAME: ReadonlySet<string> = new Set(['last_over_time']);

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
