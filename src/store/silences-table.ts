import type { Matcher } from '../core/routing/matcher.ts';
import type { Silence } from '../core/routing/route.ts';
import type { Queryable } from './database.ts';
import { only } from './only.ts';
import type { Page, PageRequest } from './page.ts';
import { isoTime } from './parameters.ts';

export interface SilenceDraft {
  readonly matchers: readonly Matcher[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly comment: string;
  readonly createdBy: string;
}

export interface StoredSilence extends SilenceDraft {
  readonly id: number;
  readonly createdAtMs: number;
  /** Who ended it before its time; null when nobody did. */
  readonly expiredBy: string | null;
}

const columns = `id, matchers, starts_at as "startsAtMs", ends_at as "endsAtMs", comment,
  created_by as "createdBy", created_at as "createdAtMs", expired_by as "expiredBy"`;

export async function addSilence(db: Queryable, draft: SilenceDraft): Promise<StoredSilence> {
  const rows = await db.query<StoredSilence>(
    `insert into silences (matchers, starts_at, ends_at, comment, created_by)
     values ($1::jsonb, $2, $3, $4, $5) returning ${columns}`,
    [
      JSON.stringify(draft.matchers),
      isoTime(draft.startsAtMs),
      isoTime(draft.endsAtMs),
      draft.comment,
      draft.createdBy,
    ],
  );
  return only(rows);
}

export async function findSilence(db: Queryable, id: number): Promise<StoredSilence | undefined> {
  const rows = await db.query<StoredSilence>(`select ${columns} from silences where id = $1`, [id]);
  return rows[0];
}

/** Silences by their number, newest first; with `sinceMs` those that have not ended by then. */
export async function listSilences(
  db: Queryable,
  { sinceMs }: { readonly sinceMs?: number | undefined },
  { skip, limit }: PageRequest,
): Promise<Page<StoredSilence>> {
  const chosen = 'from silences where ($1::timestamptz is null or ends_at > $1)';
  const since = sinceMs === undefined ? null : isoTime(sinceMs);
  const [rows, counted] = await Promise.all([
    db.query<StoredSilence>(`select ${columns} ${chosen} order by id desc offset $2 limit $3`, [
      since,
      skip,
      limit,
    ]),
    db.query<{ total: number }>(`select count(*) as total ${chosen}`, [since]),
  ]);
  return { total: counted[0]?.total ?? 0, rows };
}

/** Those in force at a time. */
export async function listSilencesAt(db: Queryable, timeMs: number): Promise<Silence[]> {
  return db.query<Silence>(
    `select id, matchers, starts_at as "startsAtMs", ends_at as "endsAtMs" from silences
     where starts_at <= $1 and ends_at > $1 order by id`,
    [isoTime(timeMs)],
  );
}

/** Ends a silence now; undefined when there is none that goes on or is to come. */
export async function expireSilence(
  db: Queryable,
  id: number,
  { user, nowMs }: { readonly user: string; readonly nowMs: number },
): Promise<StoredSilence | undefined> {
  const rows = await db.query<StoredSilence>(
    `update silences set ends_at = $2, starts_at = least(starts_at, $2), expired_by = $3
     where id = $1 and ends_at > $2 returning ${columns}`,
    [id, isoTime(nowMs), user],
  );
  return rows[0];
}

/** Deletes silences that ended before `beforeMs`. */
export async function deleteSilencesBefore(db: Queryable, beforeMs: number): Promise<void> {
  await db.query('delete from silences where ends_at < $1', [isoTime(beforeMs)]);
}
