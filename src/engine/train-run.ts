import { CivilTime, HOUR_MS } from '../core/civil-time.ts';
import { SourceError } from '../sources/errors.ts';
import type { SeriesDetection } from '../store/detection.ts';
import { type SeriesTraining, saveTrainings } from '../store/models-table.ts';
import {
  claimTrainingJobs,
  enqueueTrainingJobs,
  failTrainingJob,
  requeueTrainingJob,
  type StoredTrainingJob,
  type TrainingWish,
} from '../store/training-jobs-table.ts';
import type { DetectRunOptions } from './detect-run.ts';
import { occasionOf } from './fit-calendar.ts';
import { readHistory, seriesInBudget } from './history.ts';
import type { LiveHub } from './live-events.ts';
import type { LiveSeries } from './live-series.ts';
import { Pace } from './pace.ts';
import type { Roster } from './roster.ts';
import { messageOf } from './trouble.ts';
import { type GridHistory, samplesOf, type TrainingOutcome } from './workers/training-task.ts';
import type { TrainingWorkers } from './workers/training-workers.ts';

export interface TrainRunOptions extends DetectRunOptions {
  readonly workers: TrainingWorkers;
  readonly hub: LiveHub;
  readonly rosters: () => readonly Roster[];
}

interface Place {
  readonly series: LiveSeries;
  readonly roster: Roster;
}

type Histories = Map<number, GridHistory>;

/** Trainings whose outcomes are written together. */
const JOBS_A_WRITE = 32;

/** Queues the trainings that are due: the first of every series that has enough samples, and tonight's of all others. */
export async function queueDueTrainings(run: TrainRunOptions): Promise<void> {
  const { options, clock } = run;
  const now = clock.now();
  const civil = new CivilTime(options.zone);
  const times = { startMs: options.fitStartMs, everyMs: options.fitEveryMs };
  const tonight = occasionOf(now, civil, times);
  const wishes: TrainingWish[] = [];
  for (const { series } of places(run)) {
    if (!series.opened || series.state === 'stale') continue;
    if (!series.trained) {
      if (series.samplesSeen >= options.minSamples) wishes.push(firstWish(series, now));
    } else if (occasionOf(series.trainedAtMs, civil, times) !== tonight) {
      wishes.push({ seriesId: series.id, occasion: tonight });
    }
  }
  await enqueue(run, wishes);
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
  const histories = await readPast(roster, some, options.historyMs, run);
  const wishes: TrainingWish[] = [];
  const young: Pupil[] = [];
  const tails: Pupil[] = [];
  for (const series of some) {
    const history = histories.get(series.id);
    if (history && countValues(history) >= options.minSamples) {
      wishes.push(firstWish(series, run.clock.now()));
      tails.push({ series, history: tailOf(history, 2 * options.minSamples) });
    } else young.push({ series, history });
  }
  await run.turn(() => beginLearning(young, run));
  await enqueue(run, wishes);
  await workOff(run, histories);
  // What could not be trained learns from its latest samples on and is tried again.
  const untrained = tails.filter(({ series }) => !series.opened);
  for (const { series } of untrained) series.firstFailed = true;
  await run.turn(() => beginLearning(untrained, run));
}

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
  const byId = new Map(places(run).map((place) => [place.series.id, place]));
  const perRoster = new Map<Roster, Pair[]>();
  for (const job of jobs) {
    publish(run, job, 'running');
    const place = byId.get(job.seriesId ?? -1);
    if (place === undefined) {
      await fail(run, job, 'Cannot train a model: its query is no longer watched');
      undone.delete(job);
      continue;
    }
    const group = perRoster.get(place.roster) ?? [];
    group.push({ job, series: place.series });
    perRoster.set(place.roster, group);
  }
  let postponed: unknown;
  for (const [roster, pairs] of perRoster) {
    try {
      await readMissing(roster, pairs, { run, histories });
    } catch (error) {
      run.signal.throwIfAborted();
      // Jobs of a source that may come back stay undone.
      postponed ??= isRefused(error) ? undefined : error;
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
      const trained = await Promise.all(some.map((pair) => train(pair, histories, run)));
      run.signal.throwIfAborted();
      await run.turn(() =>
        saveSome(
          trained.filter((one) => one !== undefined),
          run,
        ),
      );
      for (const { job } of some) undone.delete(job);
    }
  }
  if (postponed !== undefined) throw postponed;
}

async function readMissing(
  roster: Roster,
  pairs: readonly Pair[],
  { run, histories }: { readonly run: TrainRunOptions; readonly histories: Histories },
): Promise<void> {
  const missing = pairs.map(({ series }) => series).filter(({ id }) => !histories.has(id));
  if (missing.length === 0) return;
  const past = await readPast(roster, missing, spanOf(missing, run), run);
  for (const [id, history] of past) histories.set(id, history);
}

interface Pair {
  readonly job: StoredTrainingJob;
  readonly series: LiveSeries;
}

interface Pupil {
  readonly series: LiveSeries;
  readonly history: GridHistory | undefined;
}

interface Trained extends Pair {
  readonly outcome: TrainingOutcome;
}

/** Undefined when the training failed; its job says why. The history is used up. */
async function train(
  { job, series }: Pair,
  histories: Histories,
  run: TrainRunOptions,
): Promise<Trained | undefined> {
  const { options, workers, signal } = run;
  const history = histories.get(series.id);
  histories.delete(series.id);
  try {
    const count = history ? countValues(history) : 0;
    const needed = series.trained ? 1 : options.minSamples;
    if (history === undefined || count < needed) {
      throw new RangeError(
        `Cannot train a model: its past holds ${count} of ${needed} samples, wait until they are there`,
      );
    }
    const state = series.trained ? { state: series.model.snapshot() } : {};
    const seed = hash(`${series.id} ${job.occasion}`);
    const { policy } = series.query;
    const { fitWindowMs } = options;
    const outcome = await workers.train({ policy, history, seed, fitWindowMs, ...state }, signal);
    return { job, series, outcome };
  } catch (error) {
    signal.throwIfAborted();
    run.logger.error({ err: error }, `Training of ${series.title} failed: ${messageOf(error)}`);
    if (!series.trained) series.firstFailed = true;
    await fail(run, job, messageOf(error));
    return undefined;
  }
}

/** Writes models, checkpoints and finished jobs in one transaction, then lets live detection go on with them. */
async function saveSome(trained: readonly Trained[], run: TrainRunOptions): Promise<void> {
  if (trained.length === 0) return;
  const { database, telemetry, options } = run;
  const trainedAtMs = run.clock.now();
  const trainings: SeriesTraining[] = [];
  for (const { job, series, outcome } of trained) {
    const { detectors, learned, samples, durationMs } = outcome;
    const metrics = { samples, duration_seconds: durationMs / 1000, models: detectors.length };
    trainings.push({
      seriesId: series.id,
      trainedAtMs,
      detectors,
      job: { id: job.id, metrics },
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

async function enqueue(run: TrainRunOptions, wishes: readonly TrainingWish[]): Promise<void> {
  const queued = await enqueueTrainingJobs(run.database, wishes);
  for (const job of queued) publish(run, job, 'queued');
}

/** A first training that failed is tried again at most once an hour: the same occasion is never queued twice. */
function firstWish(series: LiveSeries, nowMs: number): TrainingWish {
  const hour = new Date(Math.floor(nowMs / HOUR_MS) * HOUR_MS).toISOString().slice(0, 13);
  const occasion = series.firstFailed ? `first, again at ${hour}` : 'first';
  return { seriesId: series.id, occasion };
}

/** How far back the histories of some series are needed. */
function spanOf(series: readonly LiveSeries[], { options, clock }: TrainRunOptions): number {
  let spanMs = 0;
  for (const one of series) {
    // A series that is learning has hardly more past than it has seen.
    const ownMs = one.trained
      ? options.fitWindowMs
      : clock.now() - one.firstSeenAtMs + 2 * options.minSamples * one.query.stepMs;
    spanMs = Math.max(spanMs, Math.min(ownMs, options.historyMs));
  }
  return spanMs;
}

function readPast(
  roster: Roster,
  series: readonly LiveSeries[],
  spanMs: number,
  run: TrainRunOptions,
): Promise<Histories> {
  const { stepMs } = roster.query;
  const endMs = Math.floor((run.clock.now() - run.options.settleMs) / stepMs) * stepMs;
  const startMs = endMs - Math.floor(spanMs / stepMs) * stepMs;
  return readHistory(roster, series, { startMs, endMs }, run);
}

function places(run: TrainRunOptions): Place[] {
  return run.rosters().flatMap((roster) => [...roster.all()].map((series) => ({ series, roster })));
}

async function fail(
  run: TrainRunOptions,
  job: StoredTrainingJob,
  errorMessage: string,
): Promise<void> {
  await failTrainingJob(run.database, job.id, { errorMessage });
  publish(run, job, 'failed');
}

function publish(
  { hub }: TrainRunOptions,
  { id, seriesId }: StoredTrainingJob,
  status: StoredTrainingJob['status'],
): void {
  hub.publish({ kind: 'training', jobId: id, seriesId, status });
}

/** Whether the source will never answer this question. */
function isRefused(error: unknown): boolean {
  return error instanceof SourceError && ['rejected', 'too_many_series'].includes(error.code);
}

function tailOf({ startMs, stepMs, values }: GridHistory, steps: number): GridHistory {
  const from = Math.max(0, values.length - steps);
  return { startMs: startMs + from * stepMs, stepMs, values: values.slice(from) };
}

function countValues({ values }: GridHistory): number {
  let count = 0;
  for (const value of values) if (Number.isFinite(value)) count++;
  return count;
}

/** FNV-1a: the same occasion always gives the same forest. */
function hash(text: string): number {
  let hashed = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hashed = Math.imul(hashed ^ text.charCodeAt(i), 0x01000193);
  }
  return hashed >>> 0;
}
