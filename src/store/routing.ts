import type {
  PendingMessage,
  RoutingPlan,
  SentDraft,
  Thread,
  ToRoute,
  WithheldDraft,
} from '../core/routing/plan-messages.ts';
import type { RoutedIncident, RoutedMember } from '../core/routing/routed-incident.ts';
import type { Queryable } from './database.ts';
import { memberColumns, memberTables } from './incidents-table.ts';
import { installationId } from './installation.ts';
import { arrayText, isoTime, isoTimeOrNull } from './parameters.ts';

/** Incidents decided in one transaction. */
const ROUTED_AT_ONCE = 500;

/** Whether routes are to be asked about an incident by `nowMs`. */
export async function anyToRoute(db: Queryable, nowMs: number): Promise<boolean> {
  const rows = await db.query('select from incidents where route_at <= $1 limit 1', [
    isoTime(nowMs),
  ]);
  return rows.length > 0;
}

/** Has routes asked about every incident that goes on: silences, channels or routes changed. */
export async function rerouteIncidents(db: Queryable): Promise<void> {
  await db.query(`update incidents set route_at = 'epoch' where status <> 'resolved'`);
}

/** The incidents about which routes are to be asked by `nowMs`, with everything that decides: inside `withIncidents`. */
export async function loadToRoute(tx: Queryable, nowMs: number): Promise<ToRoute> {
  const incidents = await tx.query<Omit<RoutedIncident, 'members'>>(
    `select id, title, status, severity, started_at as "startedAtMs", ended_at as "endedAtMs",
       formed_at as "formedAtMs", acknowledged_by as "acknowledgedBy", resolved_by as "resolvedBy",
       resolved_at as "resolvedAtMs", merged_into as "mergedInto"
     from incidents where route_at <= $1 order by id limit $2`,
    [isoTime(nowMs), ROUTED_AT_ONCE],
  );
  if (incidents.length === 0) return { incidents: [], threads: [], pending: [] };
  const ids = arrayText(incidents.map(({ id }) => id));
  const members = await tx.query<RoutedMember>(
    `select ${memberColumns}, coalesce(q.options->'tags', '{}') as tags, a.confidence, a.explanation,
       a.value, a.expected_value as expected, a.is_confirmed as "isConfirmed"
     from ${memberTables} where a.incident_id = any($1::bigint[]) order by a.id`,
    [ids],
  );
  const threads = await tx.query<Thread>(
    `select incident_id as "incidentId", channel, state, severity, members, acknowledged,
       told_at as "atMs", labels from notification_threads where incident_id = any($1::bigint[])`,
    [ids],
  );
  const pending = await tx.query<PendingMessage>(
    `select incident_id as "incidentId", channel, status, reason from notifications
     where status in ('waiting', 'withheld') and incident_id = any($1::bigint[])`,
    [ids],
  );
  return {
    incidents: incidents.map((one) => ({
      ...one,
      members: members.filter(({ incidentId }) => incidentId === one.id),
    })),
    threads,
    pending,
  };
}

/** Writes what was decided: inside the transaction of `loadToRoute`. */
export async function savePlan(
  tx: Queryable,
  { sent, withheld, dropped, again }: RoutingPlan,
  nowMs: number,
): Promise<void> {
  if (sent.length > 0) await writeSent(tx, sent, nowMs);
  if (withheld.length > 0) await writeWithheld(tx, withheld, nowMs);
  if (dropped.length > 0)
    await tx.query(
      `update notifications n set status = 'skipped', reason = n.reason || '; then there was nothing left to tell', next_try_at = null
       from jsonb_to_recordset($1::jsonb) as d("incidentId" bigint, channel text)
       where n.incident_id = d."incidentId" and n.channel = d.channel and n.status in ('waiting', 'withheld')`,
      [JSON.stringify(dropped)],
    );
  const rows = again.map(({ incidentId, atMs }) => ({ id: incidentId, at: isoTimeOrNull(atMs) }));
  await tx.query(
    `update incidents i set route_at = r.at
     from jsonb_to_recordset($1::jsonb) as r(id bigint, at timestamptz) where i.id = r.id`,
    [JSON.stringify(rows)],
  );
}

async function writeSent(tx: Queryable, sent: readonly SentDraft[], nowMs: number): Promise<void> {
  const installation = await installationId(tx);
  const rows = sent.map(({ channel, told, message }) => ({
    incident_id: message.incidentId,
    channel,
    dedup_key: `saimon-${installation}-incident-${message.incidentId}`,
    kind: message.kind,
    payload: message,
    state: told.state,
    severity: told.severity,
    members: told.members,
    acknowledged: told.acknowledged,
    told_at: isoTime(told.atMs),
    labels: message.labels,
  }));
  const json = JSON.stringify(rows);
  const thread = 'state, severity, members, acknowledged, told_at';
  await tx.query(
    `insert into notification_threads (incident_id, channel, dedup_key, labels, ${thread})
     select incident_id, channel, dedup_key, labels, ${thread}
     from jsonb_populate_recordset(null::notification_threads, $1::jsonb)
     on conflict (incident_id, channel) do update set (${thread})
       = row(${thread.replaceAll(/\w+/g, 'excluded.$&')}), resend_at = null`,
    [json],
  );
  // What was held back is the message that goes out now.
  await tx.query(
    `insert into notifications (incident_id, channel, kind, status, dedup_key, payload, next_try_at, created_at)
     select incident_id, channel, kind, 'queued', dedup_key, payload, $2, $2
     from jsonb_populate_recordset(null::notifications, $1::jsonb) order by incident_id, channel`,
    [json, isoTime(nowMs)],
  );
  await tx.query(
    `delete from notifications n using jsonb_to_recordset($1::jsonb) as s(incident_id bigint, channel text)
     where n.incident_id = s.incident_id and n.channel = s.channel and n.status = 'waiting'`,
    [json],
  );
  await tx.query(
    `update notifications n set status = 'skipped', next_try_at = null,
       reason = n.reason || '; sent at ' || to_char($2::timestamptz at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC'
     from jsonb_to_recordset($1::jsonb) as s(incident_id bigint, channel text)
     where n.incident_id = s.incident_id and n.channel = s.channel and n.status = 'withheld'`,
    [json, isoTime(nowMs)],
  );
}

async function writeWithheld(
  tx: Queryable,
  withheld: readonly WithheldDraft[],
  nowMs: number,
): Promise<void> {
  const rows = withheld.map(({ incidentId, channel, kind, status, reason, untilMs }) => ({
    incident_id: incidentId,
    channel,
    kind,
    status,
    reason,
    next_try_at: isoTimeOrNull(untilMs),
  }));
  await tx.query(
    `insert into notifications (incident_id, channel, kind, status, reason, next_try_at, created_at)
     select incident_id, channel, kind, status, reason, next_try_at, $2
     from jsonb_populate_recordset(null::notifications, $1::jsonb) order by incident_id, channel
     on conflict (incident_id, channel) where status in ('waiting', 'withheld')
       do update set kind = excluded.kind, status = excluded.status, reason = excluded.reason,
         next_try_at = excluded.next_try_at`,
    [JSON.stringify(rows), isoTime(nowMs)],
  );
}
