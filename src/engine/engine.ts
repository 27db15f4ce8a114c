import type { Judgement } from '../core/model/judgement.ts';
import type { SeriesState } from '../store/series-table.ts';
import type { EngineDependencies } from './engine-dependencies.ts';
import { DEFAULT_ENGINE_OPTIONS, type EngineOptions } from './engine-options.ts';
import { EngineRuns } from './engine-runs.ts';
import type { LiveListener } from './live-events.ts';
import { runSchedule } from './schedule.ts';
import { countStates } from './series-rows.ts';

/** The latest judgement of one series. */
export interface LatestJudgement extends Readonly<Judgement> {
  readonly alias: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface SeriesProgress {
  readonly state: SeriesState;
  readonly reason: string;
  readonly samplesSeen: number;
  readonly samplesNeeded: number;
  /** Until the model is trusted, at the pace of the step; null when nothing is awaited. */
  readonly msLeft: number | null;
}

export interface EngineStatus {
  readonly running: boolean;
  readonly series: Readonly<Record<SeriesState, number>>;
  readonly queries: readonly {
    readonly alias: string;
    readonly series: number;
    /** Every sample up to here was asked for; null before the first answer. */
    readonly readUntilMs: number | null;
    /** What is wrong with it, for people. */
    readonly problem: string | null;
  }[];
  /** What is wrong at present, for people. */
  readonly problems: readonly string[];
}

/** Turns samples into rows, until it is stopped. It closes none of what it was given. */
export interface Engine {
  /** Begins to detect and to train, in the background. Once only: a stopped engine does not start again. */
  start(): void;
  /** Ends within moments; what was learned is kept. */
  stop(): Promise<void>;
  /** One detection run; resolves when it is done. Two never overlap: asked meanwhile, it is the one under way. */
  detectOnce(): Promise<void>;
  /** Reads histories, queues what is due and works off all queued trainings. Two never overlap. */
  trainOnce(): Promise<void>;
  /** Decides what channels are told and sends what is due; resolves when it was tried. */
  notifyOnce(): Promise<void>;
  /** Deletes what is older than the retention, and proposes rules for what was often called false. */
  tidyOnce(): Promise<void>;
  /** Takes over other options from the next run on. */
  reconfigure(options: Partial<EngineOptions>): Promise<void>;
  status(): EngineStatus;
  subscribe(listener: LiveListener): () => void;
  latestJudgements(): Iterable<LatestJudgement>;
  seriesProgress(seriesId: number): SeriesProgress | undefined;
  /** A training was queued. */
  notifyTrainingRequested(): void;
  notifyModelActivated(seriesId: number): void;
  notifyQueriesChanged(): void;
  /** Events, planned work or calendars changed. */
  notifyContextChanged(): void;
  /** Incidents, silences or channels changed. */
  notifyRoutingChanged(): void;
}

export function createEngine(dependencies: EngineDependencies): Engine {
  const runs = new EngineRuns(dependencies, { ...DEFAULT_ENGINE_OPTIONS, ...dependencies.options });
  const ending = new AbortController();
  let schedule: Promise<void> | undefined;
  return {
    start() {
      if (ending.signal.aborted) {
        throw new TypeError('Cannot start the engine: it was stopped, create another one');
      }
      schedule ??= runSchedule(runs, { ...dependencies, signal: ending.signal });
    },
    async stop() {
      if (ending.signal.aborted) return;
      ending.abort();
      runs.abort();
      await schedule;
      await runs.finish();
    },
    detectOnce: () => runs.detect(),
    trainOnce: () => runs.train(),
    async notifyOnce() {
      await runs.dispatcher.dispatch();
      await runs.dispatcher.settled();
    },
    tidyOnce: () => runs.tidy(),
    async reconfigure(options) {
      runs.reconfigure({ ...DEFAULT_ENGINE_OPTIONS, ...options });
    },
    status: () => ({
      running: schedule !== undefined && !ending.signal.aborted,
      series: countStates(runs.watch.rosters()),
      queries: runs.watch.rosters().map((roster) => ({
        alias: roster.query.alias,
        series: roster.size,
        readUntilMs: Number.isFinite(roster.readUntilMs) ? roster.readUntilMs : null,
        problem: runs.trouble.of(`query ${roster.query.alias}`),
      })),
      problems: runs.trouble.problems,
    }),
    subscribe: (listener) => runs.hub.subscribe(listener),
    *latestJudgements() {
      for (const { state, query, labels, model } of runs.watch.series()) {
        if (state === 'stale' || Number.isNaN(model.last.timeMs)) continue;
        yield { ...model.last, alias: query.alias, labels };
      }
    },
    seriesProgress(seriesId) {
      const series = runs.watch.find(seriesId);
      if (series === undefined) return undefined;
      const { state, reason, samplesSeen, trained, query } = series;
      const samplesNeeded = runs.options.minSamples;
      const msLeft = trained ? null : Math.max(0, samplesNeeded - samplesSeen) * query.stepMs;
      return { state, reason, samplesSeen, samplesNeeded, msLeft };
    },
    // Every run looks for versions put in force, changed queries and what was declared: told, it comes at once.
    notifyModelActivated() {},
    notifyTrainingRequested: () => runs.wakeTraining(),
    notifyQueriesChanged: () => runs.wakeDetection(),
    notifyContextChanged: () => runs.wakeDetection(),
    notifyRoutingChanged: () => runs.dispatcher.wake(),
  };
}
