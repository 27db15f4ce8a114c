import { type GroupingRules, groupMembers } from '../core/incidents/group-members.ts';
import type { IncidentGroup } from '../core/incidents/incident-group.ts';
import { type LifeRules, lifeOf } from '../core/incidents/incident-life.ts';
import { incidentTitle } from '../core/incidents/incident-title.ts';
import { learnedTies, type PairRules, pairsToCompare } from '../core/incidents/learned-pairs.ts';
import type { LearnedTie } from '../core/incidents/tie.ts';
import type { Database, Queryable } from './database.ts';
import { addEntry } from './incident-entries-table.ts';
import { loadGroupable, loadIncidents, type StoredIncident } from './incidents-table.ts';
import { isoTime, isoTimeOrNull } from './parameters.ts';
import { loadProfiles } from './profiles-table.ts';

export interface IncidentRules extends LifeRules, Pick<GroupingRules, 'sharedLabels'> {
  /** Whether series that moved together in the past tie; absent: they do not. */
  readonly correlation?: boolean;
}

/** Any number will do: whoever changes incidents takes turns. */
const INCIDENT_LOCK = 5_104_413;

/** Changes incidents while nobody else does. */
export async function withIncidents<T>(
  db: Database,
  work: (tx: Queryable) => Promise<T>,
): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [INCIDENT_LOCK]);
    return work(tx);
  });
}

/**
 * Brings incidents up to what anomalies say, and `also` those of these ids: inside `withIncidents`. It follows from the
 * anomalies alone, so that a run that was lost is made good by the next one. Gives how many anomalies were in no incident
 * before: more may be left until that is 0.
 */
export async function regroupIncidents(
  tx: Queryable,
  { gapMs, sharedLabels, correlation = false, ...life }: IncidentRules,
  also: readonly number[] = [],
): Promise<number> {
  const members = await loadGroupable(tx, { gapMs, also });
  const ids = members.flatMap(({ incidentId }) => (incidentId === null ? [] : [incidentId]));
  const stored = new Map(
    (await loadIncidents(tx, [...new Set(ids)])).map((incident) => [incident.id, incident]),
  );
  const endedByHandMs = new Map(
    [...stored.values()].flatMap(({ id, resolvedBy, resolvedAtMs }) =>
      resolvedBy === null || resolvedAtMs === null ? [] : [[id, resolvedAtMs] as const],
    ),
  );
  const rules = { gapMs, sharedLabels, endedByHandMs };
  const known = groupMembers(members, rules);
  const learned = correlation ? await learnFromThePast(tx, known, rules) : [];
  const groups = learned.length === 0 ? known : groupMembers(members, { ...rules, learned });
  const fresh = await newIds(tx, groups.filter((group) => group.incidentIds.length === 0).length);
  const numbered = groups.map((group) => ({
    ...group,
    id: group.incidentIds[0] ?? fresh.shift() ?? 0,
  }));
  const drafts = numbered.map((group) => draftIncident(group, stored, { ...life, gapMs }));
  await writeIncidents(
    tx,
    drafts.filter((draft) => differs(draft, stored.get(draft.id))),
  );
  await writeMemberships(tx, numbered);
  await writeMerges(tx, numbered, life.nowMs);
  await endEmptied(tx, life.nowMs);
  return members.filter(({ incidentId }) => incidentId === null).length;
}

/** What the past of their series says of anomalies that nothing else ties. */
async function learnFromThePast(
  tx: Queryable,
  groups: readonly IncidentGroup[],
  rules: PairRules,
): Promise<LearnedTie[]> {
  const pairs = pairsToCompare(groups, rules);
  if (pairs.length === 0) return [];
  const ids = pairs.flatMap(({ earlier, later }) => [earlier.seriesId, later.seriesId]);
  return learnedTies(pairs, await loadProfiles(tx, [...new Set(ids)]));
}

interface IncidentDraft extends Omit<StoredIncident, 'mergedInto' | 'createdAtMs'> {}

/** The oldest of several goes on; only if people ended all of them it stays ended. */
function draftIncident(
  { id, incidentIds, members }: IncidentGroup & { readonly id: number },
  stored: ReadonlyMap<number, StoredIncident>,
  rules: LifeRules,
): IncidentDraft {
  const before = stored.get(id);
  const isEnded = incidentIds.every((one) => (stored.get(one)?.resolvedBy ?? null) !== null);
  const endedByHandMs = isEnded ? (before?.resolvedAtMs ?? null) : null;
  const acknowledgedAtMs = before?.acknowledgedAtMs ?? null;
  const { formed, ...life } = lifeOf(members, { acknowledgedAtMs, endedByHandMs }, rules);
  return {
    id,
    title: incidentTitle(members),
    ...life,
    members: members.length,
    formedAtMs: before?.formedAtMs ?? (formed ? rules.nowMs : null),
    acknowledgedBy: before?.acknowledgedBy ?? null,
    acknowledgedAtMs,
    resolvedBy: isEnded ? (before?.resolvedBy ?? null) : null,
  };
}

function differs(draft: IncidentDraft, before: StoredIncident | undefined): boolean {
  if (!before) return true;
  const { mergedInto, createdAtMs } = before;
  const after: StoredIncident = { ...draft, mergedInto, createdAtMs };
  return Object.entries(after).some(([name, value]) => Reflect.get(before, name) !== value);
}

async function newIds(tx: Queryable, count: number): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `select nextval(pg_get_serial_sequence('incidents', 'id')) as id from generate_series(1, $1::integer)`,
    [count],
  );
  return rows.map(({ id }) => id);
}

async function writeIncidents(tx: Queryable, drafts: readonly IncidentDraft[]): Promise<void> {
  if (drafts.length === 0) return;
  const rows = drafts.map((draft) => ({
    id: draft.id,
    title: draft.title,
    status: draft.status,
    severity: draft.severity,
    members: draft.members,
    started_at: isoTime(draft.startedAtMs),
    last_at: isoTime(draft.lastAtMs),
    ended_at: isoTimeOrNull(draft.endedAtMs),
    formed_at: isoTimeOrNull(draft.formedAtMs),
    resolved_by: draft.resolvedBy,
    resolved_at: isoTimeOrNull(draft.resolvedAtMs),
  }));
  const written = Object.keys(rows[0] ?? {});
  await tx.query(
    `insert into incidents (${written.join(', ')}, created_at)
     select ${written.join(', ')}, now() from jsonb_populate_recordset(null::incidents, $1::jsonb)
     on conflict (id) do update set ${written.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    [JSON.stringify(rows)],
  );
}

async function writeMemberships(
  tx: Queryable,
  groups: readonly (IncidentGroup & { readonly id: number })[],
): Promise<void> {
  const moved = groups.flatMap(({ id, members, joined }) =>
    members
      .filter((one) => one.incidentId !== id || joined.has(one.id))
      .map((one) => ({ id: one.id, incident: id, ties: one.ties })),
  );
  if (moved.length === 0) return;
  await tx.query(
    `update anomalies a set incident_id = m.incident, tied_by = m.ties
     from jsonb_to_recordset($1::jsonb) as m(id bigint, incident bigint, ties jsonb) where a.id = m.id`,
    [JSON.stringify(moved)],
  );
}

async function writeMerges(
  tx: Queryable,
  groups: readonly (IncidentGroup & { readonly id: number })[],
  nowMs: number,
): Promise<void> {
  for (const { id, incidentIds } of groups) {
    for (const absorbed of incidentIds.slice(1))
      await absorbIncident(tx, { id, absorbed, nowMs, user: 'saimon' });
  }
}

export interface Absorption {
  readonly id: number;
  readonly absorbed: number;
  readonly nowMs: number;
  readonly user: string;
}

/** Marks an incident as a part of another one, which takes over what was written of it. */
export async function absorbIncident(
  tx: Queryable,
  { id, absorbed, nowMs, user }: Absorption,
): Promise<void> {
  await tx.query(
    `update incidents set merged_into = $1, status = 'resolved',
       resolved_at = coalesce(resolved_at, $3::timestamptz)
     where id = $2 or merged_into = $2`,
    [id, absorbed, isoTime(nowMs)],
  );
  await tx.query('update incident_entries set incident_id = $1 where incident_id = $2', [
    id,
    absorbed,
  ]);
  await addEntry(tx, id, {
    kind: 'merged',
    atMs: nowMs,
    user,
    text: `Incident ${absorbed} became a part of it`,
  });
}

/** Ends incidents whose anomalies went with their series. */
async function endEmptied(tx: Queryable, nowMs: number): Promise<void> {
  await tx.query(
    `update incidents i set status = 'resolved', resolved_at = $1 where status <> 'resolved'
       and not exists (select from anomalies a where a.incident_id = i.id)`,
    [isoTime(nowMs)],
  );
}
