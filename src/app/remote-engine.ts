import type { EngineControl } from '../api/dependencies.ts';
import { type WatchOptions, watchDatabase } from '../api/watch-database.ts';
import { enqueueTrainingJobs } from '../store/training-jobs-table.ts';

const MINUTE_MS = 60_000;

/** The engine of another process on the same database: it finds there what was asked for. */
export function createRemoteEngine(parts: WatchOptions): EngineControl {
  const { database, clock } = parts;
  return {
    subscribe: (listener) => watchDatabase(parts, listener),
    latestJudgements: () => [],
    status: () => ({ running: false, problems: [] }),
    async requestTraining(seriesId, reason = 'request') {
      const minute = new Date(Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS).toISOString();
      await enqueueTrainingJobs(database, [{ seriesId, occasion: `${reason} ${minute}` }]);
    },
    notifyModelActivated() {},
    notifyQueriesChanged() {},
    notifyContextChanged() {},
    notifyRoutingChanged() {},
  };
}
