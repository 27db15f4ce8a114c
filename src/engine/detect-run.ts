import type { Clock } from '../base/clock.ts';
import type { Limit } from '../base/limit.ts';
import type { Logger } from '../base/logger.ts';
import type { Samples } from '../core/series.ts';
import { SourceError } from '../sources/errors.ts';
import type { RangeAnswer, SeriesSamples, Source } from '../sources/source.ts';
import type { Database } from '../store/database.ts';
import type { SeriesDetection } from '../store/detection.ts';
import { noteAbsences, othersWentOn } from './absences.ts';
import type { DeclaredContext } from './declared-context.ts';
import {
  endEpisodes,
  hasNews,
  type Learned,
  replaySamples,
  type StrictnessAt,
  scoreSamples,
} from './detect-slice.ts';
import type { DetectionWriter } from './detection-writer.ts';
import type { EngineOptions } from './engine-options.ts';
import type { Entities } from './entities.ts';
import type { LiveSeries } from './live-series.ts';
import { Pace } from './pace.ts';
import { readRange } from './read-range.ts';
import { ResultRecorder, type ResultSink } from './results.ts';
import { type Roster, takeOverVersions } from './roster.ts';
import { isStale } from './series-state.ts';
import type { Telemetry } from './telemetry.ts';
import { messageOf } from './trouble.ts';

export interface DetectRunOptions {
  readonly database: Database;
  readonly source: Source;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly writer: DetectionWriter;
  readonly declared: DeclaredContext;
  readonly entities: Entities;
  readonly strictnessAt: StrictnessAt;
  readonly results?: ResultSink;
  readonly options: EngineOptions;
  /** Held while models move and their rows are written: detection and training take turns. */
  readonly turn: Limit;
  readonly signal: AbortSignal;
  /** Series that all queries together may still make. */
  readonly room: () => number;
}

/** Values asked for at once: about 25 bytes each on the wire. */
const VALUES_A_SLICE = 500_000;
const MOST_STEPS = 11_000;
/** Series written in one transaction. */
const SERIES_A_WRITE = 100;
/** How far a query that was never read is looked at, to see which series it has. */
const FIRST_LOOK_STEPS = 5;

/**
 * One detection run over one query: every sample of every series since its checkpoint, in order, once. Throws SourceError
 * when the source fails; what was written by then stands, and the next run goes on from there.
 */
export async function detectQuery(roster: Roster, run: DetectRunOptions): Promise<void> {
  const { clock, options, signal } = run;
  const { stepMs } = roster.query;
  const untilMs = Math.floor((clock.now() - options.settleMs) / stepMs) * stepMs;
  await reloadBroken(roster, run);
  let fromMs = roster.nextMs(untilMs, options.retention.samplesMs);
  if (!roster.opened) fromMs = Math.min(fromMs, untilMs - FIRST_LOOK_STEPS * stepMs);
  // One that is opened while answers are on their way has learned less than they begin with: it waits for the next run.
  const unopened = new Set(roster.unopened());
  while (fromMs <= untilMs) {
    signal.throwIfAborted();
    const steps = Math.floor(VALUES_A_SLICE / Math.max(1, roster.size));
    const endMs = Math.min(
      untilMs,
      fromMs + (Math.min(MOST_STEPS, Math.max(60, steps)) - 1) * stepMs,
      // No slice holds samples of two versions.
      (Math.ceil(roster.nextVersionMs(fromMs) / stepMs) - 1) * stepMs,
    );
    const answer = await readRange(run, {
      expr: roster.query.expr,
      startMs: fromMs,
      endMs,
      stepMs,
    });
    await run.turn(() => admitNew(roster, answer, run));
    for (let at = 0; at < answer.series.length; at += SERIES_A_WRITE) {
      const some = answer.series.slice(at, at + SERIES_A_WRITE);
      await run.turn(() => detectSome(some, { roster, unopened, fromMs, answer, run }));
    }
    await run.turn(async () => {
      const absences = noteAbsences(roster, endMs, options.severityLevels);
      const unwritten = await run.writer.write(absences, signal);
      if (unwritten.size > 0) await roster.load(run.database, unwritten);
    });
    fromMs = endMs + stepMs;
  }
  roster.readUntilMs = Math.max(roster.readUntilMs, untilMs);
  await run.turn(() => endVanished(roster, run));
}

async function reloadBroken(roster: Roster, { database }: DetectRunOptions): Promise<void> {
  const broken = [...roster.all()].filter((series) => series.broken).map(({ id }) => id);
  if (broken.length > 0) await roster.load(database, new Set(broken));
}

async function admitNew(roster: Roster, answer: RangeAnswer, run: DetectRunOptions): Promise<void> {
  const fresh = answer.series.filter(
    ({ labels, samples }) => samples.times.length > 0 && roster.find(labels) === undefined,
  );
  if (fresh.length === 0) return;
  if (fresh.length > run.room()) {
    throw new SourceError(
      'too_many_series',
      `Cannot watch ${fresh.length} more series of ${roster.query.alias}: ${run.options.maxSeries} are the most allowed, ` +
        'narrow the query or raise reader.max_series',
    );
  }
  await roster.admit(
    run.database,
    fresh.map(({ labels }) => labels),
  );
}

async function detectSome(
  answers: readonly SeriesSamples[],
  {
    roster,
    unopened,
    fromMs,
    answer,
    run,
  }: {
    readonly roster: Roster;
    readonly unopened: ReadonlySet<LiveSeries>;
    readonly fromMs: number;
    readonly answer: RangeAnswer;
    readonly run: DetectRunOptions;
  },
): Promise<void> {
  const { strictnessAt } = run;
  const pace = new Pace();
  const due: { series: LiveSeries; samples: Samples; state?: Learned }[] = [];
  for (const { labels, samples } of answers) {
    const series = roster.find(labels);
    if (series === undefined) continue;
    series.lastSampleMs = Math.max(series.lastSampleMs, samples.times.at(-1) ?? 0);
    if (!series.opened || series.broken || unopened.has(series)) continue;
    run.declared.tell(series);
    run.entities.listen(series);
    const learned = await succeeds(series, run, () =>
      replaySamples(series, samples, { pace, strictnessAt }),
    );
    if (!learned || !hasNews(series, samples)) continue;
    const keeps = series.versionsFor(fromMs).length > 0 || series.stateDue;
    due.push({ series, samples, ...(keeps && { state: series.learnedState() }) });
  }
  const warnings = await takeOverVersions(
    run.database,
    due.map(({ series }) => series),
    fromMs,
  );
  for (const warning of warnings) run.logger.warn({}, warning);
  const levels = run.options.severityLevels;
  const detections = new Map<LiveSeries, SeriesDetection>();
  const recorded = new Map<LiveSeries, ResultRecorder>();
  for (const { series, samples, state } of due) {
    await succeeds(series, run, async () => {
      const results = run.results && new ResultRecorder();
      const found = await scoreSamples(series, samples, {
        pace,
        levels,
        state,
        strictnessAt,
        wasMissed: othersWentOn(series, { roster, answer }),
        results,
      });
      if (found.detection) detections.set(series, found.detection);
      if (results) recorded.set(series, results);
      run.telemetry.samplesScored.inc(found.scored);
      if (found.late > 0) warnLate(series, run.logger);
      if (series.problem !== undefined) run.logger.info({}, `Recovered: ${series.title}`);
      series.problem = undefined;
      series.failures = 0;
    });
  }
  const unwritten = await run.writer.write([...detections.values()], run.signal);
  for (const [series, { scoredUntilMs, state }] of detections) {
    if (unwritten.has(series.id)) continue;
    series.scoredUntilMs = scoredUntilMs;
    if (state) series.stateSavedMs = state.untilMs;
    const results = recorded.get(series);
    if (results) run.results?.offer(results.of(series.query.alias, series.labels));
  }
  // Another process was first, or the row was refused: go on from what the database says.
  if (unwritten.size > 0) await roster.load(run.database, unwritten);
}

/** A model that throws concerns its own series only: it is read again from its checkpoint at the next run. */
async function succeeds(
  series: LiveSeries,
  { logger }: DetectRunOptions,
  work: () => Promise<void>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const problem = `Its model failed: ${messageOf(error)}`;
    if (series.problem !== problem) logger.error({ err: error }, `${series.title}: ${problem}`);
    series.problem = problem;
    series.failures++;
    series.broken = true;
    return false;
  }
}

function warnLate(series: LiveSeries, logger: Logger): void {
  if (series.warnedLate) return;
  series.warnedLate = true;
  logger.warn({}, `Ignoring late samples of ${series.title}: their time was scored already`);
}

async function endVanished(roster: Roster, run: DetectRunOptions): Promise<void> {
  const ended: SeriesDetection[] = [];
  for (const series of roster.all()) {
    if (series.state === 'stale' || !isStale(series, roster.readUntilMs)) continue;
    const detection = endEpisodes(series, run.options.severityLevels);
    if (detection) ended.push(detection);
  }
  await run.writer.write(ended, run.signal);
}
