import type { PagedAnomaly } from '../core/backtest/pages.ts';
import type { Queryable } from './database.ts';
import { memberColumns, memberTables } from './incidents-table.ts';
import { arrayText, isoTime } from './parameters.ts';

/** Anomalies read at once for a report. */
const MOST_REPORTED = 50_000;

/** Anomalies that opened in a range, with whether they alerted, oldest first. Those that no rule quiets, and that detection found itself. */
export async function pagedAnomalies(
  db: Queryable,
  {
    startMs,
    endMs,
    seriesIds,
  }: {
    readonly startMs: number;
    readonly endMs: number;
    /** Absent: all. */
    readonly seriesIds?: readonly number[];
  },
): Promise<PagedAnomaly[]> {
  return db.query<PagedAnomaly>(
    `select ${memberColumns}, a.opened_at as "openedAtMs",
       exists (select from alerts where anomaly_id = a.id) as alerts
     from ${memberTables}
     where a.opened_at >= $1 and a.opened_at < $2 and a.quieted_by is null and a.series_id is not null
       and ($4::integer[] is null or a.series_id = any($4))
     order by a.opened_at, a.id limit $3`,
    [isoTime(startMs), isoTime(endMs), MOST_REPORTED, seriesIds ? arrayText(seriesIds) : null],
  );
}

/** When the first series was met; undefined when there is none. */
export async function watchedSince(db: Queryable): Promise<number | undefined> {
  const rows = await db.query<{ firstMs: number | null }>(
    'select min(first_seen_at) as "firstMs" from series',
  );
  return rows[0]?.firstMs ?? undefined;
}
