import type { SeriesModel } from '../core/model/series-model.ts';
import { loadCheckpoints } from '../store/checkpoints-table.ts';
import type { Queryable } from '../store/database.ts';
import { loadSnapshots } from '../store/models-table.ts';
import { findQueryById } from '../store/queries-table.ts';
import type { StoredSeries } from '../store/series-table.ts';
import type { EngineOptions } from './engine-options.ts';
import { basisOf, LiveSeries, modelIdsOf } from './live-series.ts';
import { watchQuery } from './watched-query.ts';

/**
 * The model of a series as the database holds it, at most an hour of samples old, in whatever process asks; undefined
 * when nothing was learned yet, or of something else. RangeError when its state cannot be read.
 */
export async function reviveModel(
  db: Queryable,
  stored: StoredSeries,
  defaults: Pick<EngineOptions, 'stepMs' | 'zone' | 'policy'>,
): Promise<SeriesModel | undefined> {
  const [query, [checkpoint]] = await Promise.all([
    findQueryById(db, stored.queryId),
    loadCheckpoints(db, [stored.id], { withState: true }),
  ]);
  if (!query || !checkpoint || checkpoint.state === null) return undefined;
  const watched = watchQuery(query, defaults);
  if (basisOf(checkpoint) !== watched.basis) return undefined;
  const series = new LiveSeries(stored, watched);
  series.resume(checkpoint, await loadSnapshots(db, modelIdsOf(checkpoint)));
  return series.model;
}
