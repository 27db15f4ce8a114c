/**
 * Quantile `q` (0..1) of ascending `sorted` values, linear between order statistics (Hyndman and Fan, type 7);
 * NaN when empty.
 */
export function quantileSorted(sorted: ArrayLike<number>, q: number): number {
  const last = sorted.length - 1;
  if (last < 0) return Number.NaN;
  const position = q * last;
  const below = Math.floor(position);
  if (below >= last) return sorted[last];
  return sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]);
}

/** Quantile of finite values in any order; NaN and infinite values are left out. Does not reorder `values`. */
export function quantile(values: Float64Array, q: number): number {
  return quantileSorted(Float64Array.from(values.filter(Number.isFinite)).toSorted(), q);
}
