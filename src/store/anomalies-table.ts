import type { EpisodeEnding, EpisodeKind } from '../core/anomalies/episode.ts';
import type { Severity } from '../core/anomalies/severity.ts';
import type { Labels } from '../core/labels.ts';
import type { Queryable } from './database.ts';
import { only } from './only.ts';
import type { Page, PageRequest } from './page.ts';
import { arrayText, isoTime, isoTimeOrNull } from './parameters.ts';

export interface StoredAnomaly {
  readonly id: number;
  readonly seriesId: number | null;
  readonly metricId: number | null;
  readonly modelId: number | null;
  /** Alias and expression of its query. */
  readonly metricName: string | null;
  readonly query: string | null;
  /** The sample with the highest ratio, and what was expected of it. */
  readonly timestampMs: number;
  readonly value: number;
  readonly expectedValue: number;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly deviationRatio: number;
  readonly anomalyScore: number;
  readonly severity: Severity;
  readonly confidence: number | null;
  readonly kind: EpisodeKind;
  readonly direction: string | null;
  readonly algorithm: string;
  readonly modelVersion: string | null;
  readonly explanation: string | null;
  readonly labels: Labels;
  readonly context: Readonly<Record<string, unknown>>;
  readonly status: 'open' | 'closed';
  readonly openedAtMs: number;
  readonly startedAtMs: number;
  readonly lastAtMs: number;
  readonly endedAtMs: number | null;
  readonly incidentId: number | null;
  /** The rule that keeps it quiet, and what that says; null when none does. */
  readonly quietedBy: number | null;
  readonly quietReason: string | null;
  readonly isConfirmed: boolean | null;
  readonly confirmedBy: string | null;
  readonly confirmedAtMs: number | null;
  readonly createdAtMs: number;
}

export interface AnomalyFilter {
  readonly metricName?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly status?: 'open' | 'closed' | undefined;
  /** Time of the sample with the highest ratio: startMs <= time <= endMs. */
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
  readonly minScore?: number | undefined;
  readonly seriesId?: number | undefined;
  /** Whether a rule keeps it quiet. */
  readonly quieted?: boolean | undefined;
}

/** An anomaly that another program found: one sample, closed at once. */
export interface ReportedAnomaly {
  /** Id of the query of its metric name. */
  readonly metricId: number | null;
  readonly timestampMs: number;
  readonly value: number;
  readonly expectedValue: number;
  readonly anomalyScore: number;
  readonly deviationRatio: number;
  readonly severity: Severity;
  readonly algorithm: string;
  readonly labels: Labels;
  readonly explanation?: string;
}

export interface AnomalyStats {
  readonly total: number;
  readonly bySeverity: Record<Severity, number>;
  readonly confirmed: number;
  readonly falsePositives: number;
  readonly pendingReview: number;
}

/** Of an anomaly `a` with its query `q`. */
export const anomalyColumns = `a.id, a.series_id as "seriesId", a.metric_id as "metricId", a.model_id as "modelId",
  q.alias as "metricName", q.expr as query, a.timestamp as "timestampMs", a.value,
  a.expected_value as "expectedValue", a.lower, a.upper, a.deviation_ratio as "deviationRatio",
  a.anomaly_score as "anomalyScore", a.severity, a.confidence, a.kind, a.direction, a.algorithm,
  a.model_version as "modelVersion", a.explanation, a.labels, a.context, a.status,
  a.opened_at as "openedAtMs", a.started_at as "startedAtMs", a.last_at as "lastAtMs",
  a.ended_at as "endedAtMs", a.incident_id as "incidentId",
  a.quieted_by as "quietedBy", a.quiet_reason as "quietReason", a.is_confirmed as "isConfirmed",
  a.confirmed_by as "confirmedBy", a.confirmed_at as "confirmedAtMs", a.created_at as "createdAtMs"`;

export async function findAnomaly(db: Queryable, id: number): Promise<StoredAnomaly | undefined> {
  const rows = await db.query<StoredAnomaly>(
    `select ${anomalyColumns} from anomalies a left join queries q on q.id = a.metric_id where a.id = $1`,
    [id],
  );
  return rows[0];
}

/** Anomalies newest first. An unknown metric name has none. */
export async function listAnomalies(
  db: Queryable,
  filter: AnomalyFilter,
  { skip, limit }: PageRequest,
): Promise<Page<StoredAnomaly>> {
  const metricId =
    filter.metricName === undefined ? undefined : await metricIdOf(db, filter.metricName);
  if (metricId === null) return { total: 0, rows: [] };
  const { where, parameters } = conditions(filter, metricId);
  const total = totalSql(filter, where);
  const next = parameters.length + 1;
  const rows = await db.query<StoredAnomaly & { total?: number }>(
    `select ${anomalyColumns}, (${total}) as total
     from anomalies a left join queries q on q.id = a.metric_id ${where}
     order by a.timestamp desc, a.id desc offset $${next} limit $${next + 1}`,
    [...parameters, skip, limit],
  );
  const first = rows[0];
  if (first?.total !== undefined) return { total: first.total, rows: rows.map(withoutTotal) };
  if (skip === 0 && limit > 0) return { total: 0, rows: [] };
  const counted = await db.query<{ total: number }>(`select (${total}) as total`, parameters);
  return { total: counted[0]?.total ?? 0, rows: [] };
}

function withoutTotal(row: StoredAnomaly & { total?: number }): StoredAnomaly {
  delete row.total;
  return row;
}

// Asked for itself: with the id as a plain parameter the planner knows how rare the metric is.
async function metricIdOf(db: Queryable, alias: string): Promise<number | null> {
  const rows = await db.query<{ id: number }>('select id from queries where alias = $1', [alias]);
  return rows[0]?.id ?? null;
}

/** One condition per given filter, so that the planner sees exactly what is asked. */
function conditions(
  filter: AnomalyFilter,
  metricId: number | undefined,
): { where: string; parameters: unknown[] } {
  const tests: string[] = [];
  const parameters: unknown[] = [];
  const test = (sql: string, parameter: unknown): void => {
    if (parameter === undefined || parameter === null) return;
    parameters.push(parameter);
    tests.push(sql.replace('?', `$${parameters.length}`));
  };
  test('a.metric_id = ?', metricId);
  test('a.severity = ?', filter.severity);
  test('a.status = ?', filter.status);
  test('a.timestamp >= ?', isoTimeOrNull(filter.startMs));
  test('a.timestamp <= ?', isoTimeOrNull(filter.endMs));
  test('a.anomaly_score >= ?', filter.minScore);
  test('a.series_id = ?', filter.seriesId);
  test('(a.quieted_by is not null) = ?', filter.quieted);
  return { where: tests.length === 0 ? '' : `where ${tests.join(' and ')}`, parameters };
}

/**
 * What metric, severity and status decide is counted already, row by row as anomalies are written
 * (row_counts); a time range, a score or a series is counted over its index range.
 */
function totalSql(filter: AnomalyFilter, where: string): string {
  const counted =
    filter.startMs === undefined &&
    filter.endMs === undefined &&
    filter.minScore === undefined &&
    filter.seriesId === undefined &&
    filter.quieted === undefined;
  if (!counted) return `select count(*) from anomalies a ${where}`;
  return `select coalesce(sum(a.rows), 0)::bigint from row_counts a
    ${where === '' ? 'where' : `${where} and`} a.table_name = 'anomalies'`;
}

/** Episodes that are open, newest first. */
export async function listOpenAnomalies(db: Queryable, limit: number): Promise<StoredAnomaly[]> {
  return db.query<StoredAnomaly>(
    `select ${anomalyColumns} from anomalies a left join queries q on q.id = a.metric_id
     where a.status = 'open' order by a.timestamp desc, a.id desc limit $1`,
    [limit],
  );
}

/** What training must know of an anomaly. */
export interface PastAnomaly {
  readonly seriesId: number;
  readonly kind: EpisodeKind;
  readonly openedAtMs: number;
  readonly startedAtMs: number;
  /** Null while it is open. */
  readonly endedAtMs: number | null;
  readonly ending: EpisodeEnding | null;
  /** Whether a person called it true. */
  readonly confirmed: boolean;
}

/** The anomalies of those series that were open after `sinceMs`, without what a person called a false alarm. */
export async function listAnomaliesSince(
  db: Queryable,
  seriesIds: readonly number[],
  sinceMs: number,
): Promise<PastAnomaly[]> {
  return db.query<PastAnomaly>(
    `select series_id as "seriesId", kind, opened_at as "openedAtMs",
       started_at as "startedAtMs", ended_at as "endedAtMs",
       context->>'ending' as ending, is_confirmed is true as confirmed
     from anomalies
     where series_id = any($1::integer[]) and (ended_at is null or ended_at > $2)
       and is_confirmed is distinct from false
     order by started_at`,
    [arrayText(seriesIds), isoTime(sinceMs)],
  );
}

/** The drift of a series that is open, as its context tells it; undefined when there is none. */
export async function findOpenDrift(db: Queryable, seriesId: number): Promise<unknown> {
  const rows = await db.query<{ drift: unknown }>(
    `select context->'drift' as drift from anomalies
     where series_id = $1 and kind = 'drift' and status = 'open' order by opened_at desc limit 1`,
    [seriesId],
  );
  return rows[0]?.drift ?? undefined;
}

/** The sample of an anomaly with the highest ratio. */
export type Peak = Pick<
  StoredAnomaly,
  'timestampMs' | 'value' | 'expectedValue' | 'lower' | 'upper' | 'deviationRatio'
>;

/** The peaks of a series from `startMs` to `endMs`, oldest first. */
export async function listPeaks(
  db: Queryable,
  seriesId: number,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): Promise<Peak[]> {
  return db.query<Peak>(
    `select timestamp as "timestampMs", value, expected_value as "expectedValue", lower, upper,
       deviation_ratio as "deviationRatio"
     from anomalies where series_id = $1 and kind = 'deviation' and timestamp >= $2 and timestamp <= $3
     order by timestamp`,
    [seriesId, isoTime(startMs), isoTime(endMs)],
  );
}

export async function insertAnomaly(db: Queryable, anomaly: ReportedAnomaly): Promise<number> {
  const rows = await db.query<{ id: number }>(
    `insert into anomalies (metric_id, timestamp, value, expected_value, deviation_ratio,
       anomaly_score, severity, algorithm, labels, explanation, status, opened_at, started_at,
       last_at, ended_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'closed', $2, $2, $2, $2) returning id`,
    [
      anomaly.metricId,
      isoTime(anomaly.timestampMs),
      anomaly.value,
      anomaly.expectedValue,
      anomaly.deviationRatio,
      anomaly.anomalyScore,
      anomaly.severity,
      anomaly.algorithm,
      JSON.stringify(anomaly.labels),
      anomaly.explanation ?? null,
    ],
  );
  return only(rows).id;
}

/** What was found since `sinceMs`, and what people said of it. */
export async function anomalyStats(db: Queryable, sinceMs: number): Promise<AnomalyStats> {
  const rows = await db.query<{ severity: Severity; isConfirmed: boolean | null; found: number }>(
    `select severity, is_confirmed as "isConfirmed", count(*) as found from anomalies
     where timestamp >= $1 group by severity, is_confirmed`,
    [isoTime(sinceMs)],
  );
  const sum = (chosen: (row: (typeof rows)[number]) => boolean): number =>
    rows.filter(chosen).reduce((total, row) => total + row.found, 0);
  return {
    total: sum(() => true),
    bySeverity: {
      low: sum((row) => row.severity === 'low'),
      medium: sum((row) => row.severity === 'medium'),
      high: sum((row) => row.severity === 'high'),
      critical: sum((row) => row.severity === 'critical'),
    },
    confirmed: sum((row) => row.isConfirmed === true),
    falsePositives: sum((row) => row.isConfirmed === false),
    pendingReview: sum((row) => row.isConfirmed === null),
  };
}

/** All anomalies stored, by severity and status: from the counters. */
export async function countAnomalies(
  db: Queryable,
): Promise<{ severity: Severity; status: 'open' | 'closed'; found: number }[]> {
  return db.query(
    `select severity, status, sum(rows)::bigint as found from row_counts
     where table_name = 'anomalies' group by severity, status`,
  );
}

/** Deletes closed anomalies that ended before `beforeMs`, with their alerts; says how many. */
export async function deleteAnomaliesBefore(db: Queryable, beforeMs: number): Promise<number> {
  const rows = await db.query<{ deleted: number }>(
    `with gone as (delete from anomalies where timestamp < $1 and status = 'closed' returning 1)
     select count(*) as deleted from gone`,
    [isoTime(beforeMs)],
  );
  return rows[0]?.deleted ?? 0;
}
