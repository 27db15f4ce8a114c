import type { IncidentMessage } from '../core/routing/incident-message.ts';
import type { Database, Queryable } from './database.ts';
import { arrayText, isoTime, isoTimeOrNull } from './parameters.ts';

/** What a channel answered the last time: where its message is. Of the channel's own making. */
export type Reference = Readonly<Record<string, unknown>>;

/** A message that this process is to send now; nobody else does until its lease ends. */
export interface Claimed {
  readonly id: number;
  readonly channel: string;
  readonly dedupKey: string;
  /** With this one. */
  readonly attempts: number;
  readonly createdAtMs: number;
  readonly message: IncidentMessage;
  readonly reference: Reference | null;
}

export interface ClaimOptions {
  readonly nowMs: number;
  readonly leaseMs: number;
  readonly limit: number;
}

/**
 * Takes messages of a channel that are due, oldest first, of each incident only the first that is not sent yet. Updates that a
 * later message makes needless are skipped, and ends of what the channel was never told.
 */
export async function claimNotifications(
  db: Database,
  channel: string,
  { nowMs, leaseMs, limit }: ClaimOptions,
): Promise<Claimed[]> {
  return db.transaction(async (tx) => {
    await tx.query(skipSql, [channel, isoTime(nowMs)]);
    const taken = await tx.query<{ id: number }>(claimSql, [
      channel,
      isoTime(nowMs),
      isoTime(nowMs + leaseMs),
      limit,
    ]);
    return tx.query<Claimed>(
      `select n.id, n.channel, n.dedup_key as "dedupKey", n.attempts, n.created_at as "createdAtMs",
         n.payload as message, t.reference
       from notifications n
       left join notification_threads t on t.incident_id = n.incident_id and t.channel = n.channel
       where n.id = any($1::bigint[]) order by n.id`,
      [arrayText(taken.map(({ id }) => id))],
    );
  });
}

const free = `status = 'queued' and (leased_until is null or leased_until <= $2)`;

const skipSql = `update notifications n set status = 'skipped', next_try_at = null,
    reason = case kind when 'updated' then 'a later message says more'
      else 'the channel was never told of the beginning' end
  where channel = $1 and ${free} and case kind
    when 'updated' then exists (select from notifications l where l.incident_id = n.incident_id
      and l.channel = n.channel and l.status = 'queued' and l.id > n.id)
    when 'resolved' then not exists (select from notifications e where e.incident_id = n.incident_id
      and e.channel = n.channel and e.status in ('queued', 'sent') and e.id < n.id)
    else false end`;

const claimSql = `update notifications set leased_until = $3, attempts = attempts + 1
  where id in (
    select id from notifications c where channel = $1 and ${free} and next_try_at <= $2
      and not exists (select from notifications e where e.incident_id = c.incident_id
        and e.channel = c.channel and e.status = 'queued' and e.id < c.id)
    order by next_try_at, id limit $4 for update skip locked)
  returning id`;

/** What became of a try. */
export type Settlement =
  | {
      readonly kind: 'sent';
      readonly reference?: Reference | undefined;
      readonly note?: string | undefined;
      /** When a channel that forgets is to be told again. */
      readonly resendAtMs: number | null;
    }
  | { readonly kind: 'again'; readonly reason: string; readonly atMs: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** Writes what became of a message, with what its alerts then say. */
export async function settleNotification(
  db: Database,
  { id, message, channel }: Claimed,
  { settlement, nowMs }: { readonly settlement: Settlement; readonly nowMs: number },
): Promise<void> {
  if (settlement.kind === 'again') {
    await db.query(
      `update notifications set reason = $2, next_try_at = $3, leased_until = null
       where id = $1 and status = 'queued'`,
      [id, settlement.reason, isoTime(settlement.atMs)],
    );
    return;
  }
  const { kind } = settlement;
  const reason = kind === 'sent' ? (settlement.note ?? null) : settlement.reason;
  await db.transaction(async (tx) => {
    await tx.query(
      `update notifications set status = $2, reason = $3, sent_at = $4, next_try_at = null, leased_until = null
       where id = $1`,
      [id, kind, reason, isoTimeOrNull(kind === 'sent' ? nowMs : null)],
    );
    if (kind === 'sent')
      await tx.query(
        `update notification_threads set reference = coalesce($3::jsonb, reference), resend_at = $4
         where incident_id = $1 and channel = $2`,
        [
          message.incidentId,
          channel,
          settlement.reference === undefined ? null : JSON.stringify(settlement.reference),
          isoTimeOrNull(message.kind === 'resolved' ? null : settlement.resendAtMs),
        ],
      );
    if (message.kind !== 'resolved') await tellAlerts(tx, { kind, message, channel, nowMs });
  });
}

/** Alerts say to which channels their incident went. */
async function tellAlerts(
  tx: Queryable,
  {
    kind,
    message,
    channel,
    nowMs,
  }: Pick<Claimed, 'message' | 'channel'> & {
    readonly kind: 'sent' | 'failed';
    readonly nowMs: number;
  },
): Promise<void> {
  const of = 'anomaly_id in (select id from anomalies where incident_id = $1)';
  if (kind === 'failed')
    await tx.query(`update alerts set status = 'failed' where status = 'pending' and ${of}`, [
      message.incidentId,
    ]);
  else
    await tx.query(
      `update alerts set sent_at = coalesce(sent_at, $3),
         channels = case when channels ? $2 then channels else channels || to_jsonb($2::text) end,
         status = case when status in ('pending', 'failed') then 'sent' else status end
       where ${of}`,
      [message.incidentId, channel, isoTime(nowMs)],
    );
}

/** Lets nothing of a channel wait beyond `byMs`: it takes messages again. */
export async function hastenRetries(db: Queryable, channel: string, byMs: number): Promise<void> {
  await db.query(
    `update notifications set next_try_at = $2
     where channel = $1 and status = 'queued' and next_try_at > $2`,
    [channel, isoTime(byMs)],
  );
}

/** Gives back what a process that is gone was sending: for a database that nobody else uses. */
export async function releaseLeases(db: Queryable): Promise<void> {
  await db.query('update notifications set leased_until = null where leased_until is not null');
}

/** Takes threads of a channel that forgets what it was told; they are due again after `everyMs`. */
export async function claimResends(
  db: Queryable,
  channel: string,
  {
    nowMs,
    everyMs,
    limit,
  }: { readonly nowMs: number; readonly everyMs: number; readonly limit: number },
): Promise<Claimed[]> {
  return db.query<Claimed>(
    `with due as (
       update notification_threads set resend_at = $3 where (incident_id, channel) in (
         select incident_id, channel from notification_threads
         where channel = $1 and state = 'firing' and resend_at <= $2
         order by resend_at limit $4 for update skip locked)
       returning *)
     select n.id, n.channel, n.dedup_key as "dedupKey", n.attempts, n.created_at as "createdAtMs",
       n.payload as message, due.reference
     from due, lateral (select * from notifications n where n.incident_id = due.incident_id
       and n.channel = due.channel and n.status = 'sent' order by n.id desc limit 1) n`,
    [channel, isoTime(nowMs), isoTime(nowMs + everyMs), limit],
  );
}

/** When the next message is due, or the next question to the routes; null when nothing waits. */
export async function nextDueMs(db: Queryable): Promise<number | null> {
  const rows = await db.query<{ at: number | null }>(
    `select least((select min(next_try_at) from notifications where status = 'queued'
         and leased_until is null),
       (select min(route_at) from incidents), (select min(resend_at) from notification_threads)) as at`,
  );
  return rows[0]?.at ?? null;
}

/** Channels that have a message that may be due. */
export async function dueChannels(db: Queryable, nowMs: number): Promise<string[]> {
  const rows = await db.query<{ channel: string }>(
    `select distinct channel from notifications
     where status = 'queued' and next_try_at <= $1 and (leased_until is null or leased_until <= $1)`,
    [isoTime(nowMs)],
  );
  return rows.map(({ channel }) => channel);
}
