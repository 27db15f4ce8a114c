import { finite, lowerBound } from '../series.ts';

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
  return quantileSorted(finite(values).toSorted(), q);
}

/**
 * Distances of ascending values from `center`, which lies among them, ascending: both sides ascend from it, so that they need
 * only be merged.
 */
export function sortedDistances(sorted: Float64Array, center: number): Float64Array {
  let above = lowerBound(sorted, center);
  let below = above - 1;
  const distances = new Float64Array(sorted.length);
  for (let i = 0; i < distances.length; i++) {
    const left = below >= 0 ? center - sorted[below] : Number.POSITIVE_INFINITY;
    const right = above < sorted.length ? sorted[above] - center : Number.POSITIVE_INFINITY;
    if (left < right) below--;
    else above++;
    distances[i] = Math.abs(Math.min(left, right));
  }
  return distances;
}
