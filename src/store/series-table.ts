import { type Labels, labelsKey } from '../core/labels.ts';
import type { Database, Queryable } from './database.ts';
import type { Page, PageRequest } from './page.ts';
import { isoTimeOrNull } from './parameters.ts';

export type SeriesState = 'warm-up' | 'learning' | 'ready' | 'stale';

export interface StoredSeries {
  readonly id: number;
  readonly queryId: number;
  /** Alias, expression and unit of its query. */
  readonly metricName: string;
  readonly expr: string;
  readonly unit: string;
  readonly labels: Labels;
  readonly labelsKey: string;
  readonly state: SeriesState;
  /** Why it is in this state, for people. */
  readonly reason: string;
  readonly stepMs: number;
  readonly samplesSeen: number;
  readonly firstSeenAtMs: number;
  readonly lastSampleAtMs: number | null;
}

export interface SeriesUpdate {
  readonly id: number;
  readonly state: SeriesState;
  readonly reason: string;
  /** Left as it stands when absent. */
  readonly samplesSeen?: number;
  readonly lastSampleAtMs?: number;
}

export interface SeriesFilter {
  readonly state?: SeriesState | undefined;
  readonly metricName?: string | undefined;
  /** Labels that a series must carry, among others. */
  readonly labels?: Labels | undefined;
  /** Part of the alias or of a label, upper and lower case alike. */
  readonly search?: string | undefined;
  /** Anomalies are counted from here on; absent: all. */
  readonly sinceMs?: number | undefined;
  readonly minAnomalies?: number | undefined;
}

export interface CountedSeries extends StoredSeries {
  /** Anomalies that began since a time that was asked for. */
  readonly anomalies: number;
}

const columns = `s.id, s.query_id as "queryId", q.alias as "metricName", q.expr, q.unit, s.labels,
  s.labels_key as "labelsKey", s.state, s.reason, s.step_ms as "stepMs",
  s.samples_seen as "samplesSeen", s.first_seen_at as "firstSeenAtMs",
  s.last_sample_at as "lastSampleAtMs"`;

/** Makes the series of a query exist, with their step; gives the rows in the order asked. */
export async function ensureSeries(
  db: Database,
  queryId: number,
  wanted: readonly { readonly labels: Labels; readonly stepMs: number }[],
): Promise<StoredSeries[]> {
  if (wanted.length === 0) return [];
  const keyed = new Map(wanted.map((one) => [labelsKey(one.labels), one]));
  const rowsText = JSON.stringify([...keyed].map(([key, one]) => ({ key, ...one })));
  await db.query(
    `insert into series as s (query_id, labels, labels_key, step_ms)
     select $1, labels, key, "stepMs"
     from jsonb_to_recordset($2::jsonb) as w(key text, labels jsonb, "stepMs" integer)
     on conflict (query_id, labels_key) do update set step_ms = excluded.step_ms
     where s.step_ms <> excluded.step_ms`,
    [queryId, rowsText],
  );
  const rows = await db.query<StoredSeries>(
    `select ${columns} from series s join queries q on q.id = s.query_id
     where s.query_id = $1 and s.labels_key in (select jsonb_array_elements_text($2::jsonb))`,
    [queryId, JSON.stringify([...keyed.keys()])],
  );
  const byKey = new Map(rows.map((row) => [row.labelsKey, row]));
  return wanted.flatMap((one) => byKey.get(labelsKey(one.labels)) ?? []);
}

/** Writes state, reason and progress of many series at once. */
export async function updateSeries(db: Queryable, updates: readonly SeriesUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  const rows = updates.map(({ lastSampleAtMs, ...update }) => ({
    ...update,
    lastSampleAt: isoTimeOrNull(lastSampleAtMs),
  }));
  await db.query(
    `update series s set state = u.state, reason = u.reason,
       samples_seen = coalesce(u."samplesSeen", s.samples_seen),
       last_sample_at = coalesce(u."lastSampleAt", s.last_sample_at)
     from jsonb_to_recordset($1::jsonb)
       as u(id integer, state text, reason text, "samplesSeen" bigint, "lastSampleAt" timestamptz)
     where s.id = u.id`,
    [JSON.stringify(rows)],
  );
}

/** How many anomalies of a series began since a time. */
export async function countAnomaliesOf(
  db: Queryable,
  seriesId: number,
  sinceMs: number,
): Promise<number> {
  const rows = await db.query<{ found: number }>(
    `select ${anomaliesSince} as found from series s where s.id = $2`,
    [isoTimeOrNull(sinceMs), seriesId],
  );
  return rows[0]?.found ?? 0;
}

export async function findSeries(db: Queryable, id: number): Promise<StoredSeries | undefined> {
  const rows = await db.query<StoredSeries>(
    `select ${columns} from series s join queries q on q.id = s.query_id where s.id = $1`,
    [id],
  );
  return rows[0];
}

export async function listSeriesOfQuery(db: Queryable, queryId: number): Promise<StoredSeries[]> {
  return db.query<StoredSeries>(
    `select ${columns} from series s join queries q on q.id = s.query_id
     where s.query_id = $1 order by s.id`,
    [queryId],
  );
}

/** How many anomalies of a series `s` began since `$1`; none ends before it begins, so that the index serves. */
const anomaliesSince = `(select count(*) from anomalies a where a.series_id = s.id
  and a.timestamp >= $1::timestamptz and a.started_at >= $1::timestamptz)`;

/** Series, newest first, with the number of their anomalies. */
export async function listSeries(
  db: Queryable,
  filter: SeriesFilter,
  { skip, limit }: PageRequest,
): Promise<Page<CountedSeries>> {
  const chosen = `from series s join queries q on q.id = s.query_id
    where ($2::text is null or s.state = $2) and ($3::text is null or q.alias = $3)
      and ($4::jsonb is null or s.labels @> $4)
      and ($5::text is null or strpos(lower(q.alias || s.labels_key), lower($5)) > 0)
      and ($6::integer is null or ${anomaliesSince} >= $6)`;
  const parameters = [
    isoTimeOrNull(filter.sinceMs) ?? '-infinity',
    filter.state ?? null,
    filter.metricName ?? null,
    filter.labels === undefined ? null : JSON.stringify(filter.labels),
    filter.search ?? null,
    filter.minAnomalies ?? null,
  ];
  const [rows, counted] = await Promise.all([
    db.query<CountedSeries>(
      `select ${columns}, ${anomaliesSince} as anomalies ${chosen} order by s.id desc offset $7 limit $8`,
      [...parameters, skip, limit],
    ),
    db.query<{ total: number }>(`select count(*) as total ${chosen}`, parameters),
  ]);
  return { total: counted[0]?.total ?? 0, rows };
}

/** How many series of active queries are in each state. */
export async function countSeriesByState(db: Queryable): Promise<Record<SeriesState, number>> {
  const rows = await db.query<{ state: SeriesState; series: number }>(
    `select s.state, count(*) as series from series s join queries q on q.id = s.query_id
     where q.active group by s.state`,
  );
  const counts: Record<SeriesState, number> = { 'warm-up': 0, learning: 0, ready: 0, stale: 0 };
  for (const row of rows) counts[row.state] = row.series;
  return counts;
}

/** Time of the newest sample of all series of active queries; null before there is one. */
export async function newestSampleTime(db: Queryable): Promise<number | null> {
  const rows = await db.query<{ newest: number | null }>(
    `select max(s.last_sample_at) as newest from series s join queries q on q.id = s.query_id
     where q.active`,
  );
  return rows[0]?.newest ?? null;
}
