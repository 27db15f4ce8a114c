import type { OwnIncident } from '../core/backtest/incident-report.ts';
import type { Labels } from '../core/labels.ts';
import type { Queryable } from './database.ts';
import type { Page, PageRequest } from './page.ts';
import { isoTime, isoTimeOrNull } from './parameters.ts';

export interface TruthIncidentDraft {
  readonly name: string;
  readonly labels: Labels;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly source: 'api' | 'csv' | 'alertmanager';
  /** Told again with the same key it is the same incident: its end may be known now. */
  readonly sourceKey: string;
  readonly createdBy: string;
}

export interface StoredTruthIncident extends Omit<TruthIncidentDraft, 'sourceKey'> {
  readonly id: number;
  readonly createdAtMs: number;
}

export interface SavedTruthIncident extends StoredTruthIncident {
  readonly isNew: boolean;
  /** It is new, or its end is known now. */
  readonly isChanged: boolean;
  /** Somebody took it back before. */
  readonly removed: boolean;
}

const columns = `id, name, labels, started_at as "startedAtMs", ended_at as "endedAtMs", source,
  created_by as "createdBy", created_at as "createdAtMs"`;

/** Incidents read at once for a report. */
const MOST_REPORTED = 10_000;

/** Keeps incidents; those known already only learn a later end. One that somebody removed stays removed. */
export async function saveTruthIncidents(
  db: Queryable,
  drafts: readonly TruthIncidentDraft[],
): Promise<SavedTruthIncident[]> {
  if (drafts.length === 0) return [];
  const unique = new Map<string, TruthIncidentDraft>();
  for (const draft of drafts) {
    const key = `${draft.source} ${draft.sourceKey}`;
    unique.set(key, withLaterEnd(draft, unique.get(key)));
  }
  const rows = [...unique.values()].map((draft) => ({
    name: draft.name,
    labels: draft.labels,
    started_at: isoTime(draft.startedAtMs),
    ended_at: isoTimeOrNull(draft.endedAtMs),
    source: draft.source,
    source_key: draft.sourceKey,
    created_by: draft.createdBy,
  }));
  return db.query(
    `insert into truth_incidents as t (name, labels, started_at, ended_at, source, source_key, created_by)
     select name, labels, started_at, ended_at, source, source_key, created_by
     from jsonb_populate_recordset(null::truth_incidents, $1::jsonb) order by started_at
     on conflict (source, source_key) do update set ended_at = greatest(t.ended_at, excluded.ended_at)
     returning ${columns}, xmax = 0 as "isNew", removed_at is not null as removed,
       -- Asked of the table as it was before this statement.
       not exists (select from truth_incidents was
         where was.id = t.id and was.ended_at is not distinct from t.ended_at) as "isChanged"`,
    [JSON.stringify(rows)],
  );
}

export async function findTruthIncident(
  db: Queryable,
  id: number,
): Promise<StoredTruthIncident | undefined> {
  const rows = await db.query<StoredTruthIncident>(
    `select ${columns} from truth_incidents where id = $1 and removed_at is null`,
    [id],
  );
  return rows[0];
}

/** Incidents that went on at some time from `startMs` to `endMs`, newest first. */
export async function listTruthIncidents(
  db: Queryable,
  {
    startMs,
    endMs,
  }: { readonly startMs?: number | undefined; readonly endMs?: number | undefined },
  { skip, limit }: PageRequest,
): Promise<Page<StoredTruthIncident>> {
  const chosen = `from truth_incidents where removed_at is null
    and ($1::timestamptz is null or coalesce(ended_at, 'infinity') >= $1)
    and ($2::timestamptz is null or started_at <= $2)`;
  const range = [isoTimeOrNull(startMs), isoTimeOrNull(endMs)];
  const [rows, counted] = await Promise.all([
    db.query<StoredTruthIncident>(
      `select ${columns} ${chosen} order by started_at desc, id desc offset $3 limit $4`,
      [...range, skip, limit],
    ),
    db.query<{ total: number }>(`select count(*) as total ${chosen}`, range),
  ]);
  return { total: counted[0]?.total ?? 0, rows };
}

/** All that went on in a range, for a report; of very many the newest. */
export async function truthIncidentsWithin(
  db: Queryable,
  range: { readonly startMs: number; readonly endMs: number },
): Promise<OwnIncident[]> {
  const { rows } = await listTruthIncidents(db, range, { skip: 0, limit: MOST_REPORTED });
  return rows.map(({ name, labels, startedAtMs: startMs, endedAtMs: endMs }) => {
    return { name, labels, startMs, endMs };
  });
}

/** Takes an incident back; false when there is none. */
export async function removeTruthIncident(
  db: Queryable,
  id: number,
  user: string,
): Promise<boolean> {
  const rows = await db.query(
    `update truth_incidents set removed_by = $2, removed_at = now()
     where id = $1 and removed_at is null returning id`,
    [id, user],
  );
  return rows.length > 0;
}

function withLaterEnd(draft: TruthIncidentDraft, before?: TruthIncidentDraft): TruthIncidentDraft {
  const ends = [draft.endedAtMs, before?.endedAtMs].filter((end) => typeof end === 'number');
  return { ...draft, endedAtMs: ends.length === 0 ? null : Math.max(...ends) };
}
