import type { Severity } from '../core/anomalies/severity.ts';
import type { IncidentStatus } from '../core/incidents/incident-life.ts';
import type { IncidentMember } from '../core/incidents/incident-member.ts';
import type { Queryable } from './database.ts';
import type { Page, PageRequest } from './page.ts';
import { arrayText, isoTime, isoTimeOrNull } from './parameters.ts';

export interface StoredIncident {
  readonly id: number;
  readonly title: string;
  readonly status: IncidentStatus;
  readonly severity: Severity;
  readonly members: number;
  readonly startedAtMs: number;
  readonly lastAtMs: number;
  /** Null while a member is open. */
  readonly endedAtMs: number | null;
  /** Null before it has as many members as an incident needs. */
  readonly formedAtMs: number | null;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAtMs: number | null;
  /** Null when it ended with its members. */
  readonly resolvedBy: string | null;
  readonly resolvedAtMs: number | null;
  /** The incident that it became a part of. */
  readonly mergedInto: number | null;
  readonly createdAtMs: number;
}

const columns = `id, title, status, severity, members, started_at as "startedAtMs",
  last_at as "lastAtMs", ended_at as "endedAtMs", formed_at as "formedAtMs",
  acknowledged_by as "acknowledgedBy", acknowledged_at as "acknowledgedAtMs",
  resolved_by as "resolvedBy", resolved_at as "resolvedAtMs", merged_into as "mergedInto",
  created_at as "createdAtMs"`;

export async function loadIncidents(
  db: Queryable,
  ids: readonly number[],
): Promise<StoredIncident[]> {
  return db.query<StoredIncident>(
    `select ${columns} from incidents where id = any($1::bigint[]) order by id`,
    [arrayText(ids)],
  );
}

export async function findIncident(db: Queryable, id: number): Promise<StoredIncident | undefined> {
  return (await loadIncidents(db, [id]))[0];
}

export interface IncidentFilter {
  readonly status?: IncidentStatus | undefined;
  readonly severity?: Severity | undefined;
  /** Those that were going on at some time from `startMs` to `endMs`. */
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
}

/** Incidents by their start, newest first, without those that became a part of another one. */
export async function listIncidents(
  db: Queryable,
  { status, severity, startMs, endMs }: IncidentFilter,
  { skip, limit }: PageRequest,
): Promise<Page<StoredIncident>> {
  const chosen = `from incidents where formed_at is not null and merged_into is null
    and ($1::text is null or status = $1) and ($2::text is null or severity = $2)
    and ($3::timestamptz is null or last_at >= $3) and ($4::timestamptz is null or started_at <= $4)`;
  const parameters = [
    status ?? null,
    severity ?? null,
    isoTimeOrNull(startMs),
    isoTimeOrNull(endMs),
  ];
  const [rows, counted] = await Promise.all([
    db.query<StoredIncident>(
      `select ${columns} ${chosen} order by started_at desc, id desc offset $5 limit $6`,
      [...parameters, skip, limit],
    ),
    db.query<{ total: number }>(`select count(*) as total ${chosen}`, parameters),
  ]);
  return { total: counted[0]?.total ?? 0, rows };
}

/** Of an anomaly `a` with its series `s` and query `q`. */
export const memberColumns = `a.id, a.series_id as "seriesId", q.alias as "metricName", a.labels, a.kind,
  a.severity, a.deviation_ratio as ratio, a.started_at as "startedAtMs", a.last_at as "lastAtMs",
  a.ended_at as "endedAtMs", coalesce(s.step_ms, 0) as "stepMs", a.incident_id as "incidentId",
  a.tied_by as ties`;

export const memberTables = `anomalies a left join series s on s.id = a.series_id
  left join queries q on q.id = a.metric_id`;

/** Anomalies grouped in one transaction: the first run over a long history is no burden. */
const GROUPED_AT_ONCE = 5000;

/**
 * What grouping must look at: the oldest anomalies that are in no incident and that no rule quiets, all members of incidents that are not resolved, of those
 * in `also`, and of those that end at most `gapMs` before the first anomaly that is in none.
 */
export async function loadGroupable(
  db: Queryable,
  { gapMs, also }: { readonly gapMs: number; readonly also: readonly number[] },
): Promise<IncidentMember[]> {
  return db.query<IncidentMember>(
    `with since as (
       select min(started_at) - $1::double precision * interval '1 ms' as at
       from anomalies where incident_id is null and quieted_by is null
     ), chosen as (
       select id from incidents where status <> 'resolved' or id = any($2::bigint[])
       union
       select incident_id from anomalies
       where last_at >= (select at from since) and incident_id is not null
     )
     select ${memberColumns} from ${memberTables}
     where a.incident_id in (select id from chosen)
       or a.id in (select id from anomalies where incident_id is null and quieted_by is null order by started_at, id limit $3)
     order by a.id`,
    [gapMs, arrayText(also), GROUPED_AT_ONCE],
  );
}

/** The anomalies of an incident, earliest start first. */
export async function listIncidentMembers(db: Queryable, id: number): Promise<IncidentMember[]> {
  return db.query<IncidentMember>(
    `select ${memberColumns} from ${memberTables} where a.incident_id = $1 order by a.started_at, a.id`,
    [id],
  );
}

/** How many incidents are not resolved, of each severity. */
export async function countOpenIncidents(
  db: Queryable,
): Promise<{ severity: Severity; found: number }[]> {
  return db.query(
    `select severity, count(*) as found from incidents
     where status <> 'resolved' and formed_at is not null group by severity`,
  );
}

/** Deletes what ended before `beforeMs` and has no anomaly any more; says how many. */
export async function deleteIncidentsBefore(db: Queryable, beforeMs: number): Promise<number> {
  const rows = await db.query<{ deleted: number }>(
    `with gone as (delete from incidents i where last_at < $1
       and not exists (select from anomalies a where a.incident_id = i.id) returning 1)
     select count(*) as deleted from gone`,
    [isoTime(beforeMs)],
  );
  return rows[0]?.deleted ?? 0;
}
