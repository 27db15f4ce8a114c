import type { EngineControl } from '../api/dependencies.ts';
import { type WatchOptions, watchDatabase } from '../api/watch-database.ts';

/** The engine of another process on the same database: it finds there what was asked for. */
export function createRemoteEngine(parts: WatchOptions): EngineControl {
  return {
    subscribe: (listener) => watchDatabase(parts, listener),
    latestJudgements: () => [],
    status: () => ({ running: false, problems: [] }),
    notifyTrainingRequested() {},
    notifyModelActivated() {},
    notifyQueriesChanged() {},
    notifyContextChanged() {},
    notifyRoutingChanged() {},
  };
}
