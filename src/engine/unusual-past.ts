import type { Span } from '../core/context/maintenance.ts';
import { unusualSpans } from '../core/model/fit-history.ts';
import { listAnomaliesSince } from '../store/anomalies-table.ts';
import type { Queryable } from '../store/database.ts';
import type { LiveSeries } from './live-series.ts';
import { excludedFromTraining } from './surroundings.ts';
import { type GridHistory, rangeOf } from './workers/training-task.ts';

/** What of the histories is kept out of fitting, by series id: recorded anomalies, planned work and what follows events. */
export async function readUnusual(
  series: readonly LiveSeries[],
  histories: ReadonlyMap<number, GridHistory>,
  db: Queryable,
): Promise<Map<number, Span[]>> {
  const known = series.flatMap((one) => {
    const history = histories.get(one.id);
    return history ? [{ one, range: rangeOf(history) }] : [];
  });
  if (known.length === 0) return new Map();
  const ids = known.map(({ one }) => one.id);
  const sinceMs = Math.min(...known.map(({ range }) => range.startMs));
  const anomalies = await listAnomaliesSince(db, ids, sinceMs);
  return new Map(
    known.map(({ one, range }) => {
      const past = anomalies.filter(({ seriesId }) => seriesId === one.id);
      return [one.id, unusualSpans(past, excludedFromTraining(one, range), range)];
    }),
  );
}
