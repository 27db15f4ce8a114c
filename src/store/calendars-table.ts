import type { Database, Queryable } from './database.ts';
import type { DeclaredOrigin } from './maintenance-windows-table.ts';
import { only } from './only.ts';
import type { Page, PageRequest } from './page.ts';

export interface CalendarDraft {
  readonly name: string;
  /** iCalendar, CSV or YAML, as it was given. */
  readonly content: string;
  readonly reason: string;
  readonly createdBy: string;
}

export interface StoredCalendar extends CalendarDraft {
  readonly id: number;
  readonly origin: DeclaredOrigin;
  readonly createdAtMs: number;
}

const columns = `id, name, content, origin, reason, created_by as "createdBy", created_at as "createdAtMs"`;

/** Puts a calendar in the place of the one of that name. */
export async function putCalendar(
  db: Database,
  origin: DeclaredOrigin,
  draft: CalendarDraft,
): Promise<StoredCalendar> {
  return db.transaction(async (tx) => {
    await tx.query(
      'update calendars set removed_by = $2, removed_at = now() where name = $1 and removed_at is null',
      [draft.name, draft.createdBy],
    );
    return insertCalendar(tx, origin, draft);
  });
}

export async function findCalendar(db: Queryable, id: number): Promise<StoredCalendar | undefined> {
  const rows = await db.query<StoredCalendar>(
    `select ${columns} from calendars where id = $1 and removed_at is null`,
    [id],
  );
  return rows[0];
}

export async function findCalendarNamed(
  db: Queryable,
  name: string,
): Promise<StoredCalendar | undefined> {
  const rows = await db.query<StoredCalendar>(
    `select ${columns} from calendars where name = $1 and removed_at is null`,
    [name],
  );
  return rows[0];
}

export async function listCalendars(
  db: Queryable,
  { skip, limit }: PageRequest,
): Promise<Page<StoredCalendar>> {
  const [rows, counted] = await Promise.all([
    db.query<StoredCalendar>(
      `select ${columns} from calendars where removed_at is null order by id desc offset $1 limit $2`,
      [skip, limit],
    ),
    db.query<{ total: number }>('select count(*) as total from calendars where removed_at is null'),
  ]);
  return { total: counted[0]?.total ?? 0, rows };
}

/** Takes a calendar back; false when there is none. */
export async function removeCalendar(db: Queryable, id: number, user: string): Promise<boolean> {
  const rows = await db.query(
    'update calendars set removed_by = $2, removed_at = now() where id = $1 and removed_at is null returning id',
    [id, user],
  );
  return rows.length > 0;
}

/** Makes the calendars of the configuration exactly these; one of the same name and content keeps its row. */
export async function setConfiguredCalendars(
  db: Database,
  drafts: readonly CalendarDraft[],
): Promise<void> {
  const { gone, missing } = await compareConfigured(db, drafts);
  if (gone.length === 0 && missing.length === 0) return;
  await db.transaction(async (tx) => {
    // Processes that start at once take turns.
    await tx.query('lock table calendars in share row exclusive mode');
    const difference = await compareConfigured(tx, drafts);
    for (const { id, createdBy } of difference.gone) await removeCalendar(tx, id, createdBy);
    for (const draft of difference.missing) await insertCalendar(tx, 'config', draft);
  });
}

/** A calendar of the configuration takes the place of what somebody gave under its name. */
async function compareConfigured(db: Queryable, drafts: readonly CalendarDraft[]) {
  const there = await db.query<StoredCalendar>(
    `select ${columns} from calendars where removed_at is null`,
  );
  const missing = new Map(drafts.map((draft) => [draft.name, draft]));
  const gone = there.filter(({ name, content, origin }) => {
    const draft = missing.get(name);
    if (draft === undefined) return origin === 'config';
    if (origin !== 'config' || draft.content !== content) return true;
    missing.delete(name);
    return false;
  });
  return { gone, missing: [...missing.values()] };
}

async function insertCalendar(
  tx: Queryable,
  origin: DeclaredOrigin,
  { name, content, reason, createdBy }: CalendarDraft,
): Promise<StoredCalendar> {
  const rows = await tx.query<StoredCalendar>(
    `insert into calendars (name, content, origin, reason, created_by)
     values ($1, $2, $3, $4, $5) returning ${columns}`,
    [name, content, origin, reason, createdBy],
  );
  return only(rows);
}
