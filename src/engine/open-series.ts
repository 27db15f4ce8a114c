import type { SeriesDetection } from '../store/detection.ts';
import type { TrainingWish } from '../store/training-jobs-table.ts';
import { readPast, seriesInBudget } from './history.ts';
import type { LiveSeries } from './live-series.ts';
import { Pace } from './pace.ts';
import type { Roster } from './roster.ts';
import { workOff } from './train-run.ts';
import type { TrainRunOptions } from './train-run-options.ts';
import { enqueue, firstWish } from './training-wishes.ts';
import { countSamples, type GridHistory, samplesOf } from './workers/training-task.ts';

interface Pupil {
  readonly series: LiveSeries;
  readonly history: GridHistory | undefined;
}

/**
 * Reads the past of series that were not met before: with enough samples they are trained, the others begin to learn.
 * A query whose source fails does not stop the others; the first error is thrown at the end.
 */
export async function openSeries(run: TrainRunOptions): Promise<void> {
  const { options } = run;
  const failures: unknown[] = [];
  for (const roster of run.rosters()) {
    const unopened = roster.unopened();
    const together = seriesInBudget(options.historyBytes, options.historyMs, roster.query.stepMs);
    try {
      for (let at = 0; at < unopened.length; at += together) {
        await openSome(roster, unopened.slice(at, at + together), run);
      }
      if (roster.unopened().length === 0 && roster.size > 0) roster.opened = true;
    } catch (error) {
      run.signal.throwIfAborted();
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function openSome(
  roster: Roster,
  some: readonly LiveSeries[],
  run: TrainRunOptions,
): Promise<void> {
  const { options } = run;
  const histories = await readPast(roster, some, { spanMs: options.historyMs, untilMs: null }, run);
  const wishes: TrainingWish[] = [];
  const young: Pupil[] = [];
  const tails: Pupil[] = [];
  for (const series of some) {
    run.declared.tell(series);
    const history = histories.get(series.id);
    if (history && countSamples(history) >= options.minSamples) {
      wishes.push(firstWish(series, run.clock.now()));
      tails.push({ series, history: tailOf(history, 2 * options.minSamples) });
    } else young.push({ series, history });
  }
  await run.turn(() => beginLearning(young, run));
  await run.onProgress();
  await enqueue(run, wishes);
  await workOff(run, histories);
  // What could not be trained learns from its latest samples on and is tried again.
  const untrained = tails.filter(({ series }) => !series.opened);
  for (const { series } of untrained) series.firstFailedMs = run.clock.now();
  await run.turn(() => beginLearning(untrained, run));
}

/** Learns what little history there is, without judging it: from now on samples are learned as they come. */
async function beginLearning(pupils: readonly Pupil[], run: TrainRunOptions): Promise<void> {
  const pace = new Pace();
  const detections: SeriesDetection[] = [];
  for (const { series, history } of pupils) {
    series.opened = true;
    if (history === undefined) continue;
    const samples = samplesOf(history);
    for (let i = 0; i < samples.times.length; i++) {
      series.model.absorb(samples.times[i] ?? Number.NaN, samples.values[i] ?? Number.NaN);
      if (i % 128 === 0) await pace.rest();
    }
    series.model.settle();
    series.samplesSeen = series.model.samplesSeen;
    series.learnedUntilMs = samples.times.at(-1) ?? Number.NEGATIVE_INFINITY;
    series.lastSampleMs = Math.max(series.lastSampleMs, series.learnedUntilMs);
    if (samples.times.length === 0) continue;
    detections.push({
      ...series.checkpoint(series.learnedUntilMs, series.learnedState()),
      metricId: series.query.id,
      labels: series.labels,
      episodes: [],
      bands: [],
    });
  }
  const unwritten = await run.writer.write(detections, run.signal);
  for (const { series } of pupils) {
    if (unwritten.has(series.id)) series.broken = true;
    series.scoredUntilMs = series.learnedUntilMs;
    series.stateSavedMs = series.learnedUntilMs;
  }
}

function tailOf({ startMs, stepMs, values }: GridHistory, steps: number): GridHistory {
  const from = Math.max(0, values.length - steps);
  return { startMs: startMs + from * stepMs, stepMs, values: values.slice(from) };
}
