import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Judgement } from '../core/model/judgement.ts';
import type { Source } from '../sources/source.ts';
import type { Database } from '../store/database.ts';
import type { SeriesState } from '../store/series-table.ts';
import type { EngineOptions } from './engine-options.ts';
import type { LiveListener } from './live-events.ts';
import type { Telemetry } from './telemetry.ts';
import type { TrainingWorkers } from './workers/training-workers.ts';

export interface EngineDependencies {
  readonly database: Database;
  readonly source: Source;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly workers: TrainingWorkers;
  /** What differs from DEFAULT_ENGINE_OPTIONS. */
  readonly options?: Partial<EngineOptions>;
}

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
  /** What is wrong with source or database, for people. */
  readonly problems: readonly string[];
}

/** Turns samples into rows, until it is stopped. It closes none of what it was given. */
export interface Engine {
  /** Begins to detect and to train, in the background. */
  start(): void;
  /** Ends within moments; what was learned is kept. */
  stop(): Promise<void>;
  /** One detection run; resolves when it is done. Two never overlap. */
  detectOnce(): Promise<void>;
  /** Reads histories, queues what is due and works off all queued trainings. Two never overlap. */
  trainOnce(): Promise<void>;
  /** Deletes what is older than the retention. */
  tidyOnce(): Promise<void>;
  /** Takes over other options from the next run on. */
  reconfigure(options: Partial<EngineOptions>): Promise<void>;
  status(): EngineStatus;
  subscribe(listener: LiveListener): () => void;
  latestJudgements(): Iterable<LatestJudgement>;
  seriesProgress(seriesId: number): SeriesProgress | undefined;
  /** Asks for a training soon; asked again within the minute it is the same job. */
  requestTraining(seriesId: number, reason?: string): Promise<void>;
  notifyModelActivated(seriesId: number): void;
  notifyQueriesChanged(): void;
}

export function createEngine(_dependencies: EngineDependencies): Engine {
  throw new Error('not yet');
}
