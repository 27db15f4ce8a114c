import type { Queryable } from './database.ts';
import { arrayText } from './parameters.ts';
import type { SeriesState } from './series-table.ts';
import type { TrainingJobStatus } from './training-jobs-table.ts';

/** Most series that are watched for a change of state at once. */
const MOST_SERIES = 5000;

/** The part of the tables that may change from moment to moment: small, whatever is stored. */
export interface LiveRows {
  /** Open anomalies and those after `afterAnomalyId`, by id. */
  readonly anomalies: readonly {
    readonly id: number;
    readonly open: boolean;
    readonly updatedAtMs: number;
  }[];
  /** Jobs that run now. */
  readonly running: readonly { readonly id: number; readonly seriesId: number | null }[];
  /** Series that are not ready; absent when they are too many to be watched. */
  readonly unready?: readonly {
    readonly id: number;
    readonly state: SeriesState;
    readonly reason: string;
  }[];
}

export async function latestAnomalyId(db: Queryable): Promise<number> {
  const rows = await db.query<{ id: number }>('select coalesce(max(id), 0) as id from anomalies');
  return rows[0]?.id ?? 0;
}

export async function readLiveRows(db: Queryable, afterAnomalyId: number): Promise<LiveRows> {
  const [anomalies, running, unready] = await Promise.all([
    db.query<LiveRows['anomalies'][number]>(
      `select id, status = 'open' as open, updated_at as "updatedAtMs" from anomalies
       where status = 'open'
       union select id, status = 'open', updated_at from anomalies where id > $1 order by id`,
      [afterAnomalyId],
    ),
    db.query<LiveRows['running'][number]>(
      `select id, series_id as "seriesId" from training_jobs where status = 'running'`,
    ),
    db.query<NonNullable<LiveRows['unready']>[number]>(
      `select id, state, reason from series where state <> 'ready' limit $1`,
      [MOST_SERIES + 1],
    ),
  ]);
  return unready.length > MOST_SERIES ? { anomalies, running } : { anomalies, running, unready };
}

/** Where jobs ended up. */
export async function jobStatuses(
  db: Queryable,
  ids: readonly number[],
): Promise<{ id: number; seriesId: number | null; status: TrainingJobStatus }[]> {
  if (ids.length === 0) return [];
  return db.query(
    `select id, series_id as "seriesId", status from training_jobs where id = any($1::integer[])`,
    [arrayText(ids)],
  );
}
