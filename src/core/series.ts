/**
 * The samples of one series as two columns of equal length.
 *
 * `times` are epoch milliseconds in the order of arrival, `values` are in the series' own unit;
 * `NaN` means missing.
 */
export interface Samples {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

export const NO_SAMPLES: Samples = { times: new Float64Array(0), values: new Float64Array(0) };

/** The samples with `startMs <= time < endMs` of time-ordered `samples`, as views on the same memory. */
export function sliceSamples(samples: Samples, startMs: number, endMs: number): Samples {
  const from = lowerBound(samples.times, startMs);
  const to = lowerBound(samples.times, endMs);
  return { times: samples.times.subarray(from, to), values: samples.values.subarray(from, to) };
}

/** First index of ascending `times` whose time is not below `timeMs`; its length when there is none. */
export function lowerBound(times: Float64Array, timeMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The finite ones of some values, in a new array. */
export function finite(values: Float64Array): Float64Array {
  const kept = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) kept[count++] = values[i];
  return kept.subarray(0, count);
}
