import type { Labels } from '../core/labels.ts';
import type { Database, Queryable } from './database.ts';
import type { Page, PageRequest } from './page.ts';
import { isoTime, isoTimeOrNull } from './parameters.ts';

export type EventSource = 'api' | 'grafana' | 'github' | 'query';

export interface EventDraft {
  readonly kind: string;
  readonly title: string;
  readonly labels: Labels;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly source: EventSource;
  /** The same key told again is the same event: its end may become known. */
  readonly sourceKey: string;
  readonly reason: string;
  readonly createdBy: string;
}

export interface StoredEvent extends Omit<EventDraft, 'sourceKey'> {
  readonly id: number;
  readonly createdAtMs: number;
}

export interface EventFilter {
  readonly kind?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

/** Events in memory: one every two minutes of the eight days that a first training reads. */
const MOST_AT_ONCE = 5000;

const columns = `id, kind, title, labels, started_at as "startedAtMs", ended_at as "endedAtMs", source, reason,
  created_by as "createdBy", created_at as "createdAtMs"`;

/** Keeps events; those known already only learn their end. One that somebody removed stays removed. Gives the rows. */
export async function saveEvents(
  db: Queryable,
  drafts: readonly EventDraft[],
): Promise<(StoredEvent & { isNew: boolean })[]> {
  if (drafts.length === 0) return [];
  const unique = new Map(drafts.map((draft) => [`${draft.source} ${draft.sourceKey}`, draft]));
  const rows = [...unique.values()].map((draft) => ({
    ...draft,
    started_at: isoTime(draft.startedAtMs),
    ended_at: isoTimeOrNull(draft.endedAtMs),
    source_key: draft.sourceKey,
    created_by: draft.createdBy,
  }));
  return db.query<StoredEvent & { isNew: boolean }>(
    `insert into events as e (kind, title, labels, started_at, ended_at, source, source_key, reason, created_by)
     select kind, title, labels, started_at, ended_at, source, source_key, reason, created_by
     from jsonb_populate_recordset(null::events, $1::jsonb) order by started_at
     on conflict (source, source_key) do update
       set ended_at = case when excluded.ended_at < e.started_at then e.started_at
         else coalesce(excluded.ended_at, e.ended_at) end
     returning ${columns}, xmax = 0 as "isNew"`,
    [JSON.stringify(rows)],
  );
}

export async function findEvent(db: Queryable, id: number): Promise<StoredEvent | undefined> {
  const rows = await db.query<StoredEvent>(
    `select ${columns} from events where id = $1 and removed_at is null`,
    [id],
  );
  return rows[0];
}

export async function listEvents(
  db: Queryable,
  { kind, fromMs, untilMs }: EventFilter,
  { skip, limit }: PageRequest,
): Promise<Page<StoredEvent>> {
  const chosen = `where removed_at is null and ($1::text is null or kind = $1)
    and ($2::timestamptz is null or coalesce(ended_at, started_at) >= $2)
    and ($3::timestamptz is null or started_at <= $3)`;
  const parameters = [kind ?? null, isoTimeOrNull(fromMs), isoTimeOrNull(untilMs)];
  const [rows, counted] = await Promise.all([
    db.query<StoredEvent>(
      `select ${columns} from events ${chosen} order by started_at desc, id desc offset $4 limit $5`,
      [...parameters, skip, limit],
    ),
    db.query<{ total: number }>(`select count(*) as total from events ${chosen}`, parameters),
  ]);
  return { total: counted[0]?.total ?? 0, rows };
}

/** Events that had not ended before `sinceMs`, oldest first; of very many the newest. */
export async function listEventsSince(db: Queryable, sinceMs: number): Promise<StoredEvent[]> {
  const rows = await db.query<StoredEvent>(
    `select ${columns} from events
     where removed_at is null and (started_at >= $1 or ended_at >= $1)
     order by started_at desc, id desc limit ${MOST_AT_ONCE}`,
    [isoTimeOrNull(sinceMs)],
  );
  return rows.toReversed();
}

/** Takes an event back; false when there is none. */
export async function removeEvent(db: Queryable, id: number, user: string): Promise<boolean> {
  const rows = await db.query(
    'update events set removed_by = $2, removed_at = now() where id = $1 and removed_at is null returning id',
    [id, user],
  );
  return rows.length > 0;
}

/** How long after the end of an event an anomaly is said to follow it. */
export interface Relabelling {
  readonly lookbackMs: number;
}

/**
 * Puts events that were declared late beside the anomalies that opened after them and do not name them yet. Scores and
 * explanations stay as they were. Gives the ids of the anomalies.
 */
export async function relabelAnomalies(
  db: Database,
  eventIds: readonly number[],
  { lookbackMs }: Relabelling,
): Promise<number[]> {
  if (eventIds.length === 0) return [];
  const rows = await db.query<{ id: number }>(
    `with told as (
       select id, started_at, coalesce(ended_at, started_at) as ended_at, labels, jsonb_build_object(
         'id', id, 'kind', kind, 'title', title, 'started_at', ${iso('started_at')},
         'ended_at', ${iso('coalesce(ended_at, started_at)')}, 'labels', labels) as entry
       from events where id in (select jsonb_array_elements($1::jsonb)::bigint) and removed_at is null
     ), missing as (
       select a.id, jsonb_agg(t.entry order by t.started_at) as entries
       from anomalies a join told t
         on a.timestamp >= t.started_at and a.opened_at between t.started_at and t.ended_at + $2 * interval '1 millisecond'
       where not exists (select from jsonb_each_text(t.labels) l
                         where (coalesce(a.context -> 'tags', '{}') || a.labels) ->> l.key <> l.value)
         and not exists (select from jsonb_array_elements(coalesce(a.context -> 'events', '[]')) known
                         where (known ->> 'id')::bigint = t.id)
       group by a.id
     )
     update anomalies a set updated_at = now(), context =
       a.context || jsonb_build_object('events', coalesce(a.context -> 'events', '[]') || m.entries)
     from missing m where m.id = a.id returning a.id`,
    [JSON.stringify(eventIds), lookbackMs],
  );
  return rows.map(({ id }) => id);
}

function iso(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
