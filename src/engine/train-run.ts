import { SourceError } from '../sources/errors.ts';
import { type SeriesTraining, saveTrainings } from '../store/save-trainings.ts';
import {
  claimTrainingJobs,
  requeueTrainingJob,
  type StoredTrainingJob,
} from '../store/training-jobs-table.ts';
import { comparisonMetrics, readChampions } from './champion.ts';
import { planOf } from './fit-calendar.ts';
import { readPast, seriesInBudget } from './history.ts';
import type { LiveSeries } from './live-series.ts';
import type { Roster } from './roster.ts';
import type { TrainRunOptions } from './train-run-options.ts';
import { fail, type Pair, type Trained, trainSeries } from './train-series.ts';
import { publish } from './training-wishes.ts';
import { messageOf } from './trouble.ts';
import { readUnusualPast } from './unusual-past.ts';
import type { GridHistory } from './workers/training-task.ts';

interface Place {
  readonly series: LiveSeries;
  readonly roster: Roster;
}

type Histories = Map<number, GridHistory>;

/** Trainings whose outcomes are written together. */
const JOBS_A_WRITE = 32;

/** Works off all queued trainings, whoever queued them. A training that fails does not stop the others. */
export async function workOff(
  run: TrainRunOptions,
  histories: Histories = new Map(),
): Promise<void> {
  const { options, database, signal } = run;
  const mostJobs = seriesInBudget(options.historyBytes, options.historyMs, options.stepMs);
  for (;;) {
    signal.throwIfAborted();
    const jobs = await claimTrainingJobs(database, mostJobs);
    if (jobs.length === 0) return;
    const undone = new Set(jobs);
    try {
      await workOffSome(jobs, undone, { run, histories });
    } catch (error) {
      // The world failed, not the training: the source, the database, or a stop.
      for (const job of undone) await requeueTrainingJob(database, job.id);
      throw error;
    }
  }
}

/** Takes jobs out of `undone` as they end, well or not. */
async function workOffSome(
  jobs: readonly StoredTrainingJob[],
  undone: Set<StoredTrainingJob>,
  { run, histories }: { readonly run: TrainRunOptions; readonly histories: Histories },
): Promise<void> {
  const byId = placesById(run);
  const groups = new Map<string, Group>();
  for (const job of jobs) {
    publish(run, job, 'running');
    const place = byId.get(job.seriesId ?? -1);
    if (place === undefined) {
      await fail(run, job, 'Cannot train a model: its query is no longer watched');
      undone.delete(job);
      continue;
    }
    const { roster, series } = place;
    const { untilMs } = planOf(job.config);
    const key = `${roster.query.id} ${untilMs}`;
    const group = groups.get(key) ?? { roster, untilMs, pairs: [] };
    group.pairs.push({ job, series });
    groups.set(key, group);
  }
  let postponed: Error | undefined;
  for (const group of groups.values()) {
    const { pairs } = group;
    try {
      await readMissing(group, { run, histories });
    } catch (error) {
      run.signal.throwIfAborted();
      // Jobs of a source that may come back stay undone.
      if (!isRefused(error)) postponed ??= asError(error);
      if (isRefused(error)) {
        for (const { job } of pairs) {
          await fail(run, job, messageOf(error));
          undone.delete(job);
        }
      }
      continue;
    }
    for (let at = 0; at < pairs.length; at += JOBS_A_WRITE) {
      const some = pairs.slice(at, at + JOBS_A_WRITE);
      const seriesOfThem = some.map(({ series }) => series);
      const pasts = await readUnusualPast(seriesOfThem, histories, run.database);
      const champions = await readChampions(seriesOfThem, run.database);
      const known = { histories, pasts, champions };
      const trained = await Promise.all(some.map((pair) => trainSeries(pair, known, run)));
      run.signal.throwIfAborted();
      await run.turn(() =>
        saveSome(
          trained.filter((one) => one !== undefined),
          run,
        ),
      );
      for (const { job } of some) undone.delete(job);
      await run.onProgress();
    }
  }
  if (postponed !== undefined) throw postponed;
}

/** Trainings that see the same past of one query. */
interface Group {
  readonly roster: Roster;
  readonly untilMs: number | null;
  readonly pairs: Pair[];
}

async function readMissing(
  { roster, untilMs, pairs }: Group,
  { run, histories }: { readonly run: TrainRunOptions; readonly histories: Histories },
): Promise<void> {
  const missing = pairs.map(({ series }) => series).filter(({ id }) => !histories.has(id));
  if (missing.length === 0) return;
  const spanMs = spanOf(missing, run);
  const past = await readPast(roster, missing, { spanMs, untilMs }, run);
  for (const [id, history] of past) histories.set(id, history);
}

/** Writes models, checkpoints and finished jobs in one transaction, then lets live detection go on with them. */
async function saveSome(trained: readonly Trained[], run: TrainRunOptions): Promise<void> {
  if (trained.length === 0) return;
  const { database, telemetry, options } = run;
  const trainedAtMs = run.clock.now();
  const trainings: SeriesTraining[] = [];
  for (const { job, series, outcome, verdict, trial } of trained) {
    const { learned, samples, leftOut, durationMs, profile } = outcome;
    const comparison = comparisonMetrics(outcome, verdict);
    const detectors = outcome.detectors.map((detector) => {
      return learned ? detector : { ...detector, metrics: { ...detector.metrics, comparison } };
    });
    const metrics = {
      samples,
      left_out: leftOut,
      duration_seconds: durationMs / 1000,
      models: detectors.length,
    };
    const logs = `Kept the models in force of ${series.title}: ${verdict.why}`;
    if (!verdict.wins) run.logger.info({}, logs);
    trainings.push({
      seriesId: series.id,
      trainedAtMs,
      inForceFromMs: planOf(job.config).inForceFromMs,
      detectors,
      wins: verdict.wins,
      ...(trial && { trial }),
      ...(profile && { profile }),
      job: { id: job.id, metrics, ...(!verdict.wins && { logs }) },
      ...(learned && {
        checkpoint: series.firstCheckpoint(
          { bytes: learned.state, untilMs: learned.untilMs },
          trainedAtMs,
        ),
      }),
    });
  }
  const saved = await saveTrainings(database, trainings, { keep: options.modelsKept });
  for (const { job, series, outcome } of trained) {
    const { learned, detectors, durationMs } = outcome;
    series.trainedAtMs = trainedAtMs;
    telemetry.modelRuns.inc({ stage: 'fit' });
    telemetry.modelsTrained.inc(detectors.length);
    telemetry.trainingDuration.observe(durationMs / 1000);
    publish(run, job, 'completed');
    if (!learned) continue;
    const models = saved.models.filter(({ seriesId }) => seriesId === series.id);
    if (saved.checkpointedSeriesIds.has(series.id)) {
      series.beginJudging(learned, detectors, models);
    } else series.broken = true;
  }
}

/** Whether the source will never answer this question. */
function isRefused(error: unknown): boolean {
  return error instanceof SourceError && ['rejected', 'too_many_series'].includes(error.code);
}

/** How far back the histories of some series are needed. */
function spanOf(series: readonly LiveSeries[], { options, clock }: TrainRunOptions): number {
  let spanMs = 0;
  for (const one of series) {
    // A series that is learning has hardly more past than it has seen.
    const ownMs = one.trained
      ? options.fitWindowMs
      : Math.max(0, clock.now() - one.firstSeenAtMs) + 2 * options.minSamples * one.query.stepMs;
    spanMs = Math.max(spanMs, Math.min(ownMs, options.historyMs));
  }
  return spanMs;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function placesById({ rosters }: TrainRunOptions): Map<number, Place> {
  const places = new Map<number, Place>();
  for (const roster of rosters()) {
    for (const series of roster.all()) places.set(series.id, { series, roster });
  }
  return places;
}
