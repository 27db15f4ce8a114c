import { labelsKey } from '../core/labels.ts';
import type { DetectRunOptions } from './detect-run.ts';
import type { LiveSeries } from './live-series.ts';
import { Pace } from './pace.ts';
import { readRange } from './read-range.ts';
import type { Roster } from './roster.ts';
import type { GridHistory } from './workers/training-task.ts';

type PastRun = Pick<DetectRunOptions, 'source' | 'telemetry' | 'signal' | 'clock' | 'options'>;

/** Values asked for at once: about 25 bytes each on the wire. */
const VALUES_A_SLICE = 1_000_000;
const MOST_STEPS = 11_000;

/**
 * Reads the past of some series of a query, by series id. PromQL cannot be narrowed to some series of an expression, so
 * the whole query is read in slices of time and the rest is dropped: memory is bounded by the series asked for, 8 bytes
 * per step each.
 */
export async function readHistory(
  roster: Roster,
  series: readonly LiveSeries[],
  range: { readonly startMs: number; readonly endMs: number },
  run: Pick<DetectRunOptions, 'source' | 'telemetry' | 'signal'>,
): Promise<Map<number, GridHistory>> {
  const { stepMs, expr } = roster.query;
  const { startMs, endMs } = range;
  const steps = Math.floor((endMs - startMs) / stepMs) + 1;
  const wanted = new Map(series.map((one) => [one.key, one.id]));
  const histories = new Map<number, GridHistory>();
  const stepsASlice = Math.floor(VALUES_A_SLICE / Math.max(1, roster.size));
  const spanMs = (Math.min(MOST_STEPS, Math.max(60, stepsASlice)) - 1) * stepMs;
  const pace = new Pace();
  for (let fromMs = startMs; fromMs <= endMs; fromMs += spanMs + stepMs) {
    run.signal.throwIfAborted();
    const sliceEndMs = Math.min(endMs, fromMs + spanMs);
    const answer = await readRange(run, { expr, startMs: fromMs, endMs: sliceEndMs, stepMs });
    for (const { labels, samples } of answer.series) {
      const id = wanted.get(labelsKey(labels));
      if (id === undefined) continue;
      let history = histories.get(id);
      if (history === undefined) {
        history = { startMs, stepMs, values: new Float64Array(steps).fill(Number.NaN) };
        histories.set(id, history);
      }
      for (let i = 0; i < samples.times.length; i++) {
        const step = Math.round(((samples.times[i] ?? Number.NaN) - startMs) / stepMs);
        if (step >= 0 && step < steps) history.values[step] = samples.values[i] ?? Number.NaN;
      }
      await pace.rest();
    }
  }
  return histories;
}

/** How many series of a query may be read together within a memory budget. */
export function seriesInBudget(bytes: number, spanMs: number, stepMs: number): number {
  return Math.max(1, Math.floor(bytes / (8 * (spanMs / stepMs + 1))));
}

/** The same, for so long up to the latest step that has closed, or to the last one before `untilMs`. */
export function readPast(
  roster: Roster,
  series: readonly LiveSeries[],
  { spanMs, untilMs }: { readonly spanMs: number; readonly untilMs: number | null },
  run: PastRun,
): Promise<Map<number, GridHistory>> {
  const { stepMs } = roster.query;
  const closedMs = Math.floor((run.clock.now() - run.options.settleMs) / stepMs) * stepMs;
  const endMs = untilMs === null ? closedMs : (Math.ceil(untilMs / stepMs) - 1) * stepMs;
  const startMs = endMs - Math.floor(spanMs / stepMs) * stepMs;
  return readHistory(roster, series, { startMs, endMs }, run);
}
