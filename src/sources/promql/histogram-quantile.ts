import { type Labels, labelsKey } from '../../core/labels.ts';
import { type Column, emptyColumn, labelsWithout, type Scalar } from './columns.ts';

interface Bucket {
  readonly upperBound: number;
  readonly column: Column;
}

/**
 * The quantile of each histogram whose buckets are among the columns (label `le`), estimated as
 * Prometheus does: linear within the bucket that holds it.
 */
export function histogramQuantile(quantiles: Scalar, columns: readonly Column[]): Column[] {
  const histograms = new Map<string, { readonly labels: Labels; readonly buckets: Bucket[] }>();
  for (const column of columns) {
    const upperBound = readBound(column.labels['le']);
    if (Number.isNaN(upperBound)) continue;
    const labels = labelsWithout(column.labels, ['__name__', 'le']);
    const key = labelsKey(labels);
    const histogram = histograms.get(key) ?? { labels, buckets: [] };
    histogram.buckets.push({ upperBound, column });
    histograms.set(key, histogram);
  }
  return [...histograms.values()].map(({ labels, buckets }) => {
    const ascending = buckets.toSorted((a, b) => a.upperBound - b.upperBound);
    const column = emptyColumn(labels, columns[0]?.values.length ?? 0);
    for (let step = 0; step < column.values.length; step++) {
      const { bounds, counts } = bucketsAt(ascending, step);
      if (bounds.length === 0) continue;
      column.values[step] = quantileOf(quantiles[step] ?? Number.NaN, bounds, counts);
      column.present[step] = 1;
    }
    return column;
  });
}

function readBound(text: string | undefined): number {
  if (text === undefined || text === '') return Number.NaN;
  return Number(text.replace(/^\+?Inf$/i, 'Infinity'));
}

/** Buckets of one bound are one, and counts never fall: scrapes of several parts may disagree a little. */
function bucketsAt(
  ascending: readonly Bucket[],
  step: number,
): { readonly bounds: number[]; readonly counts: number[] } {
  const bounds: number[] = [];
  const counts: number[] = [];
  for (const { upperBound, column } of ascending) {
    if (column.present[step] !== 1) continue;
    const count = column.values[step] ?? Number.NaN;
    const last = bounds.length - 1;
    if (bounds[last] === upperBound) {
      counts[last] = (counts[last] ?? 0) + count;
    } else {
      bounds.push(upperBound);
      counts.push(count);
    }
  }
  for (let i = 1; i < counts.length; i++) {
    if ((counts[i] ?? 0) < (counts[i - 1] ?? 0)) counts[i] = counts[i - 1] ?? 0;
  }
  return { bounds, counts };
}

function quantileOf(
  quantile: number,
  bounds: readonly number[],
  counts: readonly number[],
): number {
  if (Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return -Infinity;
  if (quantile > 1) return Infinity;
  const last = bounds.length - 1;
  const all = counts[last] ?? 0;
  if (bounds[last] !== Infinity || last === 0 || all === 0) return Number.NaN;
  const rank = quantile * all;
  let at = 0;
  while (at < last && !((counts[at] ?? 0) >= rank)) at++;
  const end = bounds[at] ?? Number.NaN;
  // Above the highest bound nothing is known, nor below a lowest one of 0 or less.
  if (at === last) return bounds[last - 1] ?? Number.NaN;
  if (at === 0 && end <= 0) return end;
  const start = at === 0 ? 0 : (bounds[at - 1] ?? Number.NaN);
  const before = at === 0 ? 0 : (counts[at - 1] ?? 0);
  return start + (end - start) * ((rank - before) / ((counts[at] ?? 0) - before));
}
