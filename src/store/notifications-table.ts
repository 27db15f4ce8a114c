import type { Queryable } from './database.ts';
import { only } from './only.ts';
import type { Page, PageRequest } from './page.ts';
import { isoTime, isoTimeOrNull } from './parameters.ts';

export type NotificationStatus = 'waiting' | 'withheld' | 'queued' | 'sent' | 'failed' | 'skipped';

/** One message to one channel, from its decision on. */
export interface StoredNotification {
  readonly id: number;
  /** Null for a test message. */
  readonly incidentId: number | null;
  readonly channel: string;
  readonly kind: 'firing' | 'updated' | 'resolved' | 'test';
  readonly status: NotificationStatus;
  /** Why it was not sent, or what the channel remarked. */
  readonly reason: string | null;
  readonly title: string | null;
  readonly dedupKey: string | null;
  readonly attempts: number;
  readonly nextTryAtMs: number | null;
  readonly createdAtMs: number;
  readonly sentAtMs: number | null;
}

export interface NotificationFilter {
  readonly incidentId?: number | undefined;
  readonly channel?: string | undefined;
  readonly status?: NotificationStatus | undefined;
}

const columns = `n.id, n.incident_id as "incidentId", n.channel, n.kind, n.status, n.reason,
  coalesce(n.payload->>'title', (select i.title from incidents i where i.id = n.incident_id)) as title,
  n.dedup_key as "dedupKey", n.attempts, n.next_try_at as "nextTryAtMs", n.created_at as "createdAtMs",
  n.sent_at as "sentAtMs"`;

export async function listNotifications(
  db: Queryable,
  { incidentId, channel, status }: NotificationFilter,
  { skip, limit }: PageRequest,
): Promise<Page<StoredNotification>> {
  const chosen = `from notifications n where ($1::bigint is null or n.incident_id = $1)
    and ($2::text is null or n.channel = $2) and ($3::text is null or n.status = $3)`;
  const parameters = [incidentId ?? null, channel ?? null, status ?? null];
  const [rows, counted] = await Promise.all([
    db.query<StoredNotification>(
      `select ${columns} ${chosen} order by n.id desc offset $4 limit $5`,
      [...parameters, skip, limit],
    ),
    db.query<{ total: number }>(`select count(*) as total ${chosen}`, parameters),
  ]);
  return { total: counted[0]?.total ?? 0, rows };
}

export async function findNotification(
  db: Queryable,
  id: number,
): Promise<StoredNotification | undefined> {
  const rows = await db.query<StoredNotification>(
    `select ${columns} from notifications n where n.id = $1`,
    [id],
  );
  return rows[0];
}

/** Sends a message again that was given up, unless the channel has been told more since; false when nothing changed. */
export async function retryNotification(
  db: Queryable,
  id: number,
  nowMs: number,
): Promise<boolean> {
  const rows = await db.query(
    `update notifications n set status = 'queued', attempts = 0, reason = null, next_try_at = $2, created_at = $2
     where id = $1 and status = 'failed' and kind <> 'test' and not exists (
       select from notifications l where l.incident_id = n.incident_id and l.channel = n.channel
         and l.id > n.id and l.status = 'sent')
     returning id`,
    [id, isoTime(nowMs)],
  );
  return rows.length > 0;
}

/** Keeps what became of a test message. */
export async function addTestNotification(
  db: Queryable,
  {
    channel,
    sentAtMs,
    reason,
    nowMs,
  }: {
    readonly channel: string;
    readonly sentAtMs: number | null;
    readonly reason: string | null;
    readonly nowMs: number;
  },
): Promise<number> {
  const rows = await db.query<{ id: number }>(
    `insert into notifications (channel, kind, status, reason, attempts, created_at, sent_at)
     values ($1, 'test', $2, $3, 1, $4, $5) returning id`,
    [
      channel,
      sentAtMs === null ? 'failed' : 'sent',
      reason,
      isoTime(nowMs),
      isoTimeOrNull(sentAtMs),
    ],
  );
  return only(rows).id;
}

/** Deletes test messages; the others go with their incidents. */
export async function deleteTestsBefore(db: Queryable, beforeMs: number): Promise<void> {
  await db.query('delete from notifications where incident_id is null and created_at < $1', [
    isoTime(beforeMs),
  ]);
}

/** How the messages of a channel went. */
export interface ChannelStanding {
  readonly channel: string;
  readonly queued: number;
  readonly failed: number;
  readonly lastSentAtMs: number | null;
  /** Why the last message that was tried was not sent; null when it was. */
  readonly problem: string | null;
}

export async function channelStandings(db: Queryable): Promise<ChannelStanding[]> {
  return db.query<ChannelStanding>(
    `select channel, count(*) filter (where status = 'queued') as queued,
       count(*) filter (where status = 'failed') as failed, max(sent_at) as "lastSentAtMs",
       (array_agg(case status when 'sent' then null else reason end order by id desc)
         filter (where attempts > 0))[1] as problem
     from notifications group by channel`,
  );
}
