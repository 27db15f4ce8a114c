import type { Samples } from '../series.ts';

/** A stretch of time in as many columns as can be told apart on the page. */
export interface Columns {
  readonly startMs: number;
  readonly endMs: number;
  readonly count: number;
}

export interface Point {
  readonly timeMs: number;
  readonly value: number;
}

/** The lowest and the highest sample of each column, in their order: no peak is lost, however many samples there are. */
export function extremes({ times, values }: Samples, columns: Columns): Point[] {
  const lowest = new Int32Array(columns.count).fill(-1);
  const highest = new Int32Array(columns.count).fill(-1);
  for (let row = 0; row < times.length; row++) {
    const column = columnOf(times[row], columns);
    if (column < 0 || Number.isNaN(values[row])) continue;
    if (lowest[column] < 0 || values[row] < values[lowest[column]]) lowest[column] = row;
    if (highest[column] < 0 || values[row] >= values[highest[column]]) highest[column] = row;
  }
  const points: Point[] = [];
  for (let column = 0; column < columns.count; column++) {
    const [low, high] = [lowest[column], highest[column]];
    if (low < 0) continue;
    const [first, second] = times[low] <= times[high] ? [low, high] : [high, low];
    points.push({ timeMs: times[first], value: values[first] });
    if (first !== second) points.push({ timeMs: times[second], value: values[second] });
  }
  return points;
}

/** The mean of each column at the mean of its times. */
export function means({ times, values }: Samples, columns: Columns): Point[] {
  const sums = new Float64Array(columns.count);
  const timeSums = new Float64Array(columns.count);
  const counts = new Uint32Array(columns.count);
  for (let row = 0; row < times.length; row++) {
    const column = columnOf(times[row], columns);
    if (column < 0 || !Number.isFinite(values[row])) continue;
    sums[column] += values[row];
    timeSums[column] += times[row] - columns.startMs;
    counts[column]++;
  }
  return Array.from(counts, (count, i) => ({
    timeMs: columns.startMs + timeSums[i] / count,
    value: sums[i] / count,
  })).filter((_, i) => counts[i] > 0);
}

/** -1 outside. */
function columnOf(timeMs: number, { startMs, endMs, count }: Columns): number {
  if (!(timeMs >= startMs && timeMs <= endMs)) return -1;
  return Math.min(count - 1, Math.floor(((timeMs - startMs) / (endMs - startMs)) * count));
}
