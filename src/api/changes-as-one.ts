import { type JoinedDatabase, joinTransactions } from '../store/join-transactions.ts';
import type { ApiDependencies } from './dependencies.ts';

/**
 * The same dependencies, for handlers that run in one transaction: the engine is told of a change, and the cache forgets what
 * was before it, once it stands.
 */
export function changesAsOne(dependencies: ApiDependencies): ApiDependencies & JoinedDatabase {
  const joined = joinTransactions(dependencies.database);
  const { engine, cache } = dependencies;
  const { afterwards } = joined;
  return {
    ...dependencies,
    ...joined,
    cache: {
      kind: cache.kind,
      through: (key, load) => cache.through(key, load),
      drop: (group) => afterwards(() => cache.drop(group)),
      health: () => cache.health(),
      close: () => cache.close(),
    },
    engine: {
      subscribe: (listener) => engine.subscribe(listener),
      latestJudgements: () => engine.latestJudgements(),
      status: () => engine.status(),
      notifyTrainingRequested: () => void afterwards(() => engine.notifyTrainingRequested()),
      notifyModelActivated: (seriesId) =>
        void afterwards(() => engine.notifyModelActivated(seriesId)),
      notifyQueriesChanged: () => void afterwards(() => engine.notifyQueriesChanged()),
      notifyContextChanged: () => void afterwards(() => engine.notifyContextChanged()),
      notifyRoutingChanged: () => void afterwards(() => engine.notifyRoutingChanged()),
    },
  };
}
