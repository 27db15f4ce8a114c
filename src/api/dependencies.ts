import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Finding } from '../contract/status.ts';
import type { Backtests } from '../engine/backtests.ts';
import type { Engine, EngineStatus } from '../engine/engine.ts';
import type { EngineOptions } from '../engine/engine-options.ts';
import type { Telemetry } from '../engine/telemetry.ts';
import type { Source } from '../sources/source.ts';
import type { Cache } from '../store/cache.ts';
import type { Database } from '../store/database.ts';

/** What the API asks of the engine, in this process or, through the database, in another one. */
export interface EngineControl
  extends Pick<
    Engine,
    | 'subscribe'
    | 'latestJudgements'
    | 'notifyTrainingRequested'
    | 'notifyModelActivated'
    | 'notifyQueriesChanged'
    | 'notifyContextChanged'
    | 'notifyRoutingChanged'
  > {
  /** What is wrong with detection, where this process runs it. */
  status(): Pick<EngineStatus, 'running' | 'problems'>;
}

/** What the server is made of. It closes none of these. */
export interface ApiDependencies {
  readonly database: Database;
  readonly cache: Cache;
  readonly source: Source;
  readonly engine: EngineControl;
  readonly telemetry: Telemetry;
  readonly backtests: Pick<Backtests, 'start' | 'remove' | 'giveUpAbandoned'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly version: string;
  /** How the engine watches queries that say nothing else, what it calls an incident, and whom it tells. */
  readonly watching: () => Pick<
    EngineOptions,
    'inferEveryMs' | 'stepMs' | 'zone' | 'policy' | 'incidents' | 'notify'
  >;
  /** Samples a series needs before its model is trusted. */
  readonly minSamples: number;
  /** What GitHub signs its webhooks with; empty when they need not be signed. */
  readonly githubSecret: () => string;
  /** What webhooks of Alertmanager must know; empty when they need not. */
  readonly alertmanagerSecret: () => string;
  /** Origins that may call from a browser; none when empty. */
  readonly corsOrigins: readonly string[];
  /** What only the process itself knows: node, its files, what detection suffers from. */
  readonly diagnose: () => Promise<readonly Finding[]>;
  /** The configuration in force, secrets as stars. */
  readonly configuration: () => string;
  /** Reads the configuration anew; its error's message is shown to the caller. */
  readonly reload: () => Promise<void>;
  /** Whether migrations and the first check of the source are done. */
  readonly ready: () => boolean;
}
