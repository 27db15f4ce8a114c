import type { Span } from '../core/context/maintenance.ts';
import { knownSpans, unusualSpans } from '../core/model/fit-history.ts';
import { listAnomaliesSince } from '../store/anomalies-table.ts';
import type { Queryable } from '../store/database.ts';
import type { LiveSeries } from './live-series.ts';
import { excludedFromTraining } from './planned-work.ts';
import { type GridHistory, rangeOf } from './workers/training-task.ts';

/** What of a series' past is not as usual. */
export interface UnusualPast {
  /** What detectors are not fitted on: see unusualSpans. */
  readonly unusual: readonly Span[];
  /** Where an anomaly is no false alarm: one was recorded, of any kind, or work was planned. */
  readonly known: readonly Span[];
  /** Planned work and what follows events. */
  readonly declared: readonly Span[];
}

/** What of the histories is not as usual, by series id: recorded anomalies, planned work and what follows events. */
export async function readUnusualPast(
  series: readonly LiveSeries[],
  histories: ReadonlyMap<number, GridHistory>,
  db: Queryable,
): Promise<Map<number, UnusualPast>> {
  const met = series.flatMap((one) => {
    const history = histories.get(one.id);
    return history ? [{ one, range: rangeOf(history) }] : [];
  });
  if (met.length === 0) return new Map();
  const ids = met.map(({ one }) => one.id);
  const sinceMs = Math.min(...met.map(({ range }) => range.startMs));
  const anomalies = await listAnomaliesSince(db, ids, sinceMs);
  return new Map(
    met.map(({ one, range }) => {
      const past = anomalies.filter(({ seriesId }) => seriesId === one.id);
      const declared = excludedFromTraining(one, range);
      const known = knownSpans(past, declared, range);
      return [one.id, { unusual: unusualSpans(past, declared, range), known, declared }];
    }),
  );
}
