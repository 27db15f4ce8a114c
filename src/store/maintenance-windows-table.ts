import type { Labels } from '../core/labels.ts';
import type { Database, Queryable } from './database.ts';
import { only } from './only.ts';
import type { Page, PageRequest } from './page.ts';
import { isoTimeOrNull } from './parameters.ts';

export type DeclaredOrigin = 'config' | 'api';

/** Once, or `weekly` (`sun 02:00-04:00`); the other is null. */
export interface MaintenanceDraft {
  readonly title: string;
  readonly matchers: Labels;
  readonly startsAtMs: number | null;
  readonly endsAtMs: number | null;
  readonly weekly: string | null;
  readonly reason: string;
  readonly createdBy: string;
}

export interface StoredMaintenance extends MaintenanceDraft {
  readonly id: number;
  readonly origin: DeclaredOrigin;
  readonly createdAtMs: number;
}

const columns = `id, title, matchers, starts_at as "startsAtMs", ends_at as "endsAtMs", weekly, origin, reason,
  created_by as "createdBy", created_at as "createdAtMs"`;

export async function addMaintenance(
  db: Queryable,
  origin: DeclaredOrigin,
  draft: MaintenanceDraft,
): Promise<StoredMaintenance> {
  const rows = await db.query<StoredMaintenance>(
    `insert into maintenance_windows (title, matchers, starts_at, ends_at, weekly, origin, reason, created_by)
     values ($1, $2::jsonb, $3, $4, $5, $6, $7, $8) returning ${columns}`,
    [
      draft.title,
      JSON.stringify(draft.matchers),
      isoTimeOrNull(draft.startsAtMs),
      isoTimeOrNull(draft.endsAtMs),
      draft.weekly,
      origin,
      draft.reason,
      draft.createdBy,
    ],
  );
  return only(rows);
}

export async function findMaintenance(
  db: Queryable,
  id: number,
): Promise<StoredMaintenance | undefined> {
  const rows = await db.query<StoredMaintenance>(
    `select ${columns} from maintenance_windows where id = $1 and removed_at is null`,
    [id],
  );
  return rows[0];
}

export async function listMaintenance(
  db: Queryable,
  { skip, limit }: PageRequest,
): Promise<Page<StoredMaintenance>> {
  const [rows, counted] = await Promise.all([
    db.query<StoredMaintenance>(
      `select ${columns} from maintenance_windows where removed_at is null
       order by id desc offset $1 limit $2`,
      [skip, limit],
    ),
    db.query<{ total: number }>(
      'select count(*) as total from maintenance_windows where removed_at is null',
    ),
  ]);
  return { total: counted[0]?.total ?? 0, rows };
}

/** Those that recur or have not ended before `sinceMs`. */
export async function listMaintenanceSince(
  db: Queryable,
  sinceMs: number,
): Promise<StoredMaintenance[]> {
  return db.query<StoredMaintenance>(
    `select ${columns} from maintenance_windows
     where removed_at is null and (weekly is not null or ends_at > $1) order by id`,
    [isoTimeOrNull(sinceMs)],
  );
}

/** Takes a window back; false when there is none. */
export async function removeMaintenance(db: Queryable, id: number, user: string): Promise<boolean> {
  const rows = await db.query(
    `update maintenance_windows set removed_by = $2, removed_at = now()
     where id = $1 and removed_at is null returning id`,
    [id, user],
  );
  return rows.length > 0;
}

/** Makes the windows of the configuration exactly these; those that are there already keep their rows. */
export async function setConfiguredMaintenance(
  db: Database,
  drafts: readonly MaintenanceDraft[],
): Promise<void> {
  const { gone, missing } = await compareConfigured(db, drafts);
  if (gone.length === 0 && missing.length === 0) return;
  await db.transaction(async (tx) => {
    // Processes that start at once take turns.
    await tx.query('lock table maintenance_windows in share row exclusive mode');
    const difference = await compareConfigured(tx, drafts);
    for (const { id, createdBy } of difference.gone) await removeMaintenance(tx, id, createdBy);
    for (const draft of difference.missing) await addMaintenance(tx, 'config', draft);
  });
}

async function compareConfigured(db: Queryable, drafts: readonly MaintenanceDraft[]) {
  const there = await db.query<StoredMaintenance>(
    `select ${columns} from maintenance_windows where removed_at is null and origin = 'config'`,
  );
  const missing = new Map(drafts.map((draft) => [sameness(draft), draft]));
  const gone = there.filter((row) => !missing.delete(sameness(row)));
  return { gone, missing: [...missing.values()] };
}

function sameness({ title, matchers, startsAtMs, endsAtMs, weekly }: MaintenanceDraft): string {
  const labels = Object.entries(matchers).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([title, labels, startsAtMs, endsAtMs, weekly]);
}
