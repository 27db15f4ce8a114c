import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Source } from '../sources/source.ts';
import type { Database } from '../store/database.ts';
import type { DispatcherParts } from './dispatcher.ts';
import type { EngineOptions } from './engine-options.ts';
import type { ResultSink } from './results.ts';
import type { Telemetry } from './telemetry.ts';
import type { TrainingWorkers } from './workers/training-workers.ts';

/** What an engine is given; who gives it closes it. */
export interface EngineDependencies {
  readonly database: Database;
  readonly source: Source;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly workers: TrainingWorkers;
  /** Where results go beside the database. */
  readonly results?: ResultSink;
  /** Instead of what the settings of a channel make: for tests. */
  readonly notifierOf?: DispatcherParts['notifierOf'];
  /** What differs from DEFAULT_ENGINE_OPTIONS. */
  readonly options?: Partial<EngineOptions>;
}
