import { anomalyColumns, type StoredAnomaly } from './anomalies-table.ts';
import type { Queryable } from './database.ts';
import { isoTime } from './parameters.ts';

/**
 * Anomalies of the same kind that opened before this one and may resemble it: the newest of its series, and the newest of
 * its metric; at most `most` of each.
 */
export async function earlierAnomalies(
  db: Queryable,
  { id, seriesId, metricId, kind, openedAtMs }: StoredAnomaly,
  most: number,
): Promise<StoredAnomaly[]> {
  return db.query<StoredAnomaly>(
    `select ${anomalyColumns} from anomalies a left join queries q on q.id = a.metric_id
     where a.id in ((${newest('a.series_id = $2')}) union (${newest('a.metric_id = $3')}))
     order by a.timestamp desc, a.id desc`,
    [id, seriesId, metricId, kind, isoTime(openedAtMs), most],
  );
}

function newest(of: string): string {
  return `select a.id from anomalies a
    where ${of} and a.kind = $4 and a.opened_at <= $5 and a.id <> $1
    order by a.timestamp desc, a.id desc limit $6`;
}
