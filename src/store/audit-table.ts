import type { Queryable } from './database.ts';
import type { Page, PageRequest } from './page.ts';
import { isoTime, isoTimeOrNull } from './parameters.ts';

type Fields = Readonly<Record<string, unknown>> | null;

/** One change: who, what, when, and what was different. Holds no secret. */
export interface AuditEntry {
  readonly atMs: number;
  readonly user: string;
  /** `api`, `cli`, `ui`, `slack` or `hook`. */
  readonly via: string;
  /** `DELETE /api/v1/silences/:id` */
  readonly action: string;
  /** `silences/3` */
  readonly subject: string;
  readonly before: Fields;
  readonly after: Fields;
}

export interface StoredAuditEntry extends AuditEntry {
  readonly id: number;
}

export interface AuditFilter {
  readonly user?: string | undefined;
  /** Itself, and everything below it: `silences` finds `silences/3`. */
  readonly subject?: string | undefined;
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
}

export async function addAuditEntry(db: Queryable, entry: AuditEntry): Promise<void> {
  const { atMs, user, via, action, subject, before, after } = entry;
  await db.query(
    `insert into audit (at, by_user, via, action, subject, before, after)
     values ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb)`,
    [isoTime(atMs), user, via, action, subject, jsonOrNull(before), jsonOrNull(after)],
  );
}

/** Newest first. */
export async function listAudit(
  db: Queryable,
  { user, subject, startMs, endMs }: AuditFilter,
  { skip, limit }: PageRequest,
): Promise<Page<StoredAuditEntry>> {
  const chosen = `from audit where ($1::text is null or by_user = $1)
    and ($2::text is null or subject = $2 or starts_with(subject, $2 || '/'))
    and ($3::timestamptz is null or at >= $3) and ($4::timestamptz is null or at <= $4)`;
  const parameters = [user ?? null, subject ?? null, isoTimeOrNull(startMs), isoTimeOrNull(endMs)];
  const [rows, counted] = await Promise.all([
    db.query<StoredAuditEntry>(
      `select id, at as "atMs", by_user as "user", via, action, subject, before, after ${chosen}
       order by id desc offset $5 limit $6`,
      [...parameters, skip, limit],
    ),
    db.query<{ total: number }>(`select count(*) as total ${chosen}`, parameters),
  ]);
  return { total: counted[0]?.total ?? 0, rows };
}

export async function deleteAuditBefore(db: Queryable, beforeMs: number): Promise<void> {
  await db.query('delete from audit where at < $1', [isoTime(beforeMs)]);
}

function jsonOrNull(fields: Fields): string | null {
  return fields === null ? null : JSON.stringify(fields);
}
