import { runsOf } from './vus-pr.ts';

const LEAST_GAP_MS = 900_000;
const LEAST_TOLERANCE_MS = 300_000;

/** Something that is known to have happened, as rows of a frame. */
export interface TruthEvent {
  readonly first: number;
  readonly last: number;
  /** First and last rows at which an alert still belongs to it. */
  readonly from: number;
  readonly to: number;
}

/** From and to, both included, epoch milliseconds. */
export type TruthWindow = readonly [fromMs: number, toMs: number];

export interface TruthOptions {
  readonly stepMs: number;
  /** Official windows, taken as they are; without them the runs of labelled rows are the events. */
  readonly windows?: readonly TruthWindow[] | undefined;
}

/**
 * The events that rows of ascending `times` (epoch ms) are labelled with: runs of `labels` (1 = anomalous) no further apart than
 * 15 minutes or 3 steps are one event, which an alert may miss by 5 minutes or 2 steps. Windows that hold no row are left out.
 */
export function truthEvents(
  times: Float64Array,
  labels: Uint8Array,
  { stepMs, windows }: TruthOptions,
): TruthEvent[] {
  if (windows) return windows.flatMap((window) => rowsWithin(times, window));
  const gapMs = Math.max(LEAST_GAP_MS, 3 * stepMs);
  const toleranceMs = Math.max(LEAST_TOLERANCE_MS, 2 * stepMs);
  const joined: { first: number; last: number }[] = [];
  for (const { first, last } of runsOf(labels)) {
    const previous = joined.at(-1);
    if (previous && times[first] - times[previous.last] <= gapMs) previous.last = last;
    else joined.push({ first, last });
  }
  return joined.map(({ first, last }) => {
    let from = first;
    let to = last;
    while (from > 0 && times[from - 1] >= times[first] - toleranceMs) from--;
    while (to + 1 < times.length && times[to + 1] <= times[last] + toleranceMs) to++;
    return { first, last, from, to };
  });
}

/** First to last row within a window; times may step back. */
function rowsWithin(times: Float64Array, [fromMs, toMs]: TruthWindow): TruthEvent[] {
  const isWithin = (timeMs: number): boolean => timeMs >= fromMs && timeMs <= toMs;
  const first = times.findIndex(isWithin);
  if (first < 0) return [];
  const last = times.findLastIndex(isWithin);
  return [{ first, last, from: first, to: last }];
}
