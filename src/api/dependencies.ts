import type { Registry } from 'prom-client';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Source } from '../sources/source.ts';
import type { Cache } from '../store/cache.ts';
import type { Database } from '../store/database.ts';

/** What happened in the engine, by row id: whoever wants more reads the row. */
export type LiveEvent =
  | {
      readonly kind: 'anomaly';
      readonly change: 'opened' | 'updated' | 'closed';
      readonly anomalyId: number;
    }
  | {
      readonly kind: 'series';
      readonly seriesId: number;
      readonly state: 'warm-up' | 'learning' | 'ready' | 'stale';
      readonly reason: string;
    }
  | {
      readonly kind: 'training';
      readonly jobId: number;
      readonly seriesId: number | null;
      readonly status: 'queued' | 'running' | 'completed' | 'failed';
    };

/** The latest judgement of one series, for /metrics. */
export interface LatestJudgement {
  readonly alias: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly timeMs: number;
  readonly value: number;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  readonly ratio: number;
}

/** What the API asks of the engine, in this process or, through the database, in another one. */
export interface EngineControl {
  /** Calls `listener` for every event from now on; the answer ends it. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
  /** One for each series judged by this process; none where the engine runs elsewhere. */
  latestJudgements(): Iterable<LatestJudgement>;
  /** The database holds something new for it (a queued training, another active version, other queries): look soon. */
  wake(): void;
}

/** What the server is made of. It closes none of these. */
export interface ApiDependencies {
  readonly database: Database;
  readonly cache: Cache;
  readonly source: Source;
  readonly engine: EngineControl;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
  /** Samples a series needs before its model is trusted. */
  readonly minSamples: number;
  /** Origins that may call from a browser; none when empty. */
  readonly corsOrigins: readonly string[];
  /** Reads the configuration anew; its error's message is shown to the caller. */
  readonly reload: () => Promise<void>;
  /** Whether migrations and the first check of the source are done. */
  readonly ready: () => boolean;
}
