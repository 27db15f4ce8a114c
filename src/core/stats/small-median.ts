/**
 * Median of the first `count` entries of `values`; NaN when `count` is 0. Reorders them.
 * Insertion sort: the fastest for the handful of values it is meant for.
 */
export function smallMedian(values: Float64Array, count: number): number {
  if (count === 0) return Number.NaN;
  for (let i = 1; i < count; i++) {
    const value = values[i];
    let j = i - 1;
    while (j >= 0 && values[j] > value) {
      values[j + 1] = values[j];
      j--;
    }
    values[j + 1] = value;
  }
  const middle = count >> 1;
  return count % 2 === 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}
