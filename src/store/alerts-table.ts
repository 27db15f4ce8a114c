import type { Severity } from '../core/anomalies/severity.ts';
import type { Queryable } from './database.ts';
import type { SavedAlert, SavedEpisode, SeriesFindings } from './detection.ts';
import type { Page, PageRequest } from './page.ts';

export type AlertStatus = 'pending' | 'sent' | 'failed' | 'acknowledged' | 'resolved';

export interface StoredAlert {
  readonly id: number;
  readonly metricId: number | null;
  readonly anomalyId: number | null;
  /** The incident of its anomaly. */
  readonly incidentId: number | null;
  readonly alertType: string;
  readonly severity: Severity;
  readonly title: string;
  readonly message: string;
  readonly channels: readonly string[];
  readonly status: AlertStatus;
  readonly sentAtMs: number | null;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAtMs: number | null;
  readonly resolvedAtMs: number | null;
  readonly context: Readonly<Record<string, unknown>>;
  readonly createdAtMs: number;
}

export interface AlertFilter {
  readonly status?: AlertStatus | undefined;
  readonly severity?: Severity | undefined;
}

const columns = `id, metric_id as "metricId", anomaly_id as "anomalyId",
  (select a.incident_id from anomalies a where a.id = anomaly_id) as "incidentId", alert_type as "alertType",
  severity, title, message, channels, status, sent_at as "sentAtMs",
  acknowledged_by as "acknowledgedBy", acknowledged_at as "acknowledgedAtMs",
  resolved_at as "resolvedAtMs", context, created_at as "createdAtMs"`;

export async function findAlert(db: Queryable, id: number): Promise<StoredAlert | undefined> {
  const rows = await db.query<StoredAlert>(`select ${columns} from alerts where id = $1`, [id]);
  return rows[0];
}

export async function listAlerts(
  db: Queryable,
  filter: AlertFilter,
  { skip, limit }: PageRequest,
): Promise<Page<StoredAlert>> {
  const chosen = `where ($1::text is null or status = $1) and ($2::text is null or severity = $2)`;
  const parameters = [filter.status ?? null, filter.severity ?? null];
  const [rows, counted] = await Promise.all([
    db.query<StoredAlert>(
      `select ${columns} from alerts ${chosen} order by created_at desc, id desc offset $3 limit $4`,
      [...parameters, skip, limit],
    ),
    db.query<{ total: number }>(
      `select coalesce(sum(rows), 0)::bigint as total from row_counts ${chosen} and table_name = 'alerts'`,
      parameters,
    ),
  ]);
  return { total: counted[0]?.total ?? 0, rows };
}

/** Marks an alert as seen by someone, a resolved one stays resolved; undefined when there is none. */
export async function acknowledgeAlert(
  db: Queryable,
  id: number,
  user: string,
): Promise<StoredAlert | undefined> {
  const rows = await db.query<StoredAlert>(
    `update alerts set acknowledged_by = $2, acknowledged_at = now(),
       status = case status when 'resolved' then status else 'acknowledged' end
     where id = $1 returning ${columns}`,
    [id, user],
  );
  return rows[0];
}

/** Marks the alerts of an incident as seen by someone. */
export async function acknowledgeAlertsOf(
  tx: Queryable,
  incidentId: number,
  user: string,
): Promise<void> {
  await tx.query(
    `update alerts set acknowledged_by = $2, acknowledged_at = now(), status = 'acknowledged'
     where status <> 'resolved' and anomaly_id in (select id from anomalies where incident_id = $1)`,
    [incidentId, user],
  );
}

/** Ends the alerts of an incident. */
export async function resolveAlertsOf(
  tx: Queryable,
  incidentId: number,
  user: string,
): Promise<void> {
  await tx.query(
    `update alerts set status = 'resolved', resolved_at = now(),
       context = context || jsonb_build_object('resolved_by', $2::text)
     where status <> 'resolved' and anomaly_id in (select id from anomalies where incident_id = $1)`,
    [incidentId, user],
  );
}

/** Ends an alert by hand, whoever did it stands in its context; undefined when there is none. */
export async function resolveAlert(
  db: Queryable,
  id: number,
  user: string,
): Promise<StoredAlert | undefined> {
  const rows = await db.query<StoredAlert>(
    `update alerts set status = 'resolved', resolved_at = coalesce(resolved_at, now()),
       context = case status when 'resolved' then context
         else context || jsonb_build_object('resolved_by', $2::text) end
     where id = $1 returning ${columns}`,
    [id, user],
  );
  return rows[0];
}

/**
 * Alerts of a run's episodes: made when an episode is medium or more and no rule quiets it, raised when it grows worse,
 * resolved when it closes.
 */
export async function upsertAlerts(
  tx: Queryable,
  detections: readonly SeriesFindings[],
  saved: readonly SavedEpisode[],
): Promise<SavedAlert[]> {
  const idOf = new Map(
    saved.flatMap((one) =>
      one.quieted ? [] : [[`${one.seriesId} ${one.kind} ${one.openedAtMs}`, one.id] as const],
    ),
  );
  const drafts = detections.flatMap(({ seriesId, metricId, labels, episodes }) =>
    episodes.flatMap(({ kind, openedAtMs, severity, alert }) => {
      const id = idOf.get(`${seriesId} ${kind} ${openedAtMs}`);
      if (alert === undefined || severity === 'low' || id === undefined) return [];
      return [{ metric_id: metricId, anomaly_id: id, severity, ...alert, context: { labels } }];
    }),
  );
  const opened =
    drafts.length === 0 ? [] : await tx.query<SavedAlert>(upsertSql, [JSON.stringify(drafts)]);
  const closed = saved.filter((one) => !one.open).map((one) => one.id);
  const resolved =
    closed.length === 0 ? [] : await tx.query<SavedAlert>(resolveSql, [JSON.stringify(closed)]);
  return [...opened, ...resolved];
}

const upsertSql = `insert into alerts as a (metric_id, anomaly_id, severity, title, message, context)
  select metric_id, anomaly_id, severity, title, message, context
  from jsonb_populate_recordset(null::alerts, $1::jsonb) order by anomaly_id
  on conflict (anomaly_id) do update
    set severity = excluded.severity, title = excluded.title, message = excluded.message
    where a.status <> 'resolved' and a.severity <> excluded.severity
  returning id, anomaly_id as "anomalyId", case when xmax = 0 then 'opened' else 'raised' end as change`;

const resolveSql = `update alerts set status = 'resolved', resolved_at = now()
  where status <> 'resolved' and anomaly_id in (select jsonb_array_elements($1::jsonb)::bigint)
  returning id, anomaly_id as "anomalyId", 'resolved' as change`;
