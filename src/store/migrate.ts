import type { Database, Queryable } from './database.ts';
import { StoreError } from './errors.ts';
import { foundation } from './migrations/0001-foundation.ts';
import { kinds } from './migrations/0002-kinds.ts';
import { events } from './migrations/0003-events.ts';
import { versionsInForce } from './migrations/0004-versions-in-force.ts';
import { versionTrials } from './migrations/0005-version-trials.ts';
import { entities } from './migrations/0006-entities.ts';
import { alertBudgets } from './migrations/0007-alert-budgets.ts';
import { incidents } from './migrations/0008-incidents.ts';
import { notifications } from './migrations/0009-notifications.ts';
import { silencesAudit } from './migrations/0010-silences-audit.ts';
import { rules } from './migrations/0011-rules.ts';
import { truthIncidents } from './migrations/0012-truth-incidents.ts';
import { backtests } from './migrations/0013-backtests.ts';
import { profiles } from './migrations/0014-profiles.ts';

interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** All there are, in the order in which they are applied. */
export const MIGRATIONS: readonly Migration[] = [
  foundation,
  kinds,
  events,
  versionsInForce,
  versionTrials,
  entities,
  alertBudgets,
  incidents,
  notifications,
  silencesAudit,
  rules,
  truthIncidents,
  backtests,
  profiles,
];

/** Any number will do, as long as every process takes the same one. */
const MIGRATION_LOCK = 5_104_411;

/**
 * Brings the tables up to this program's version; gives the names of the migrations applied. Each is one
 * transaction; processes that start at once take turns. Refuses the tables of a newer program.
 */
export async function migrate(
  db: Database,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<string[]> {
  const applied: string[] = [];
  for (const migration of migrations) {
    const isNew = await db.transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
      await tx.query(
        `create table if not exists migrations (
           name text primary key, applied_at timestamptz not null default now())`,
      );
      const stored = await storedNames(tx, migrations);
      if (stored.includes(migration.name)) return false;
      await tx.exec(migration.sql);
      await tx.query('insert into migrations (name) values ($1)', [migration.name]);
      return true;
    });
    if (isNew) applied.push(migration.name);
  }
  return applied;
}

/** Throws unless the tables are ours and of this program's version or an older one. */
export async function checkMigrations(db: Queryable): Promise<void> {
  const [table] = await db.query<{ found: boolean }>(
    `select to_regclass('migrations') is not null as found`,
  );
  if (!table?.found)
    throw new StoreError('failed', 'Cannot use the database: it is not one that SAIMon made');
  await storedNames(db, MIGRATIONS);
}

async function storedNames(db: Queryable, known: readonly Migration[]): Promise<string[]> {
  const rows = await db.query<{ name: string }>('select name from migrations order by name');
  const names = rows.map((row) => row.name);
  const unknown = names.find((name) => !known.some((one) => one.name === name));
  if (unknown !== undefined) throw tooNew(unknown);
  return names;
}

function tooNew(name: string): StoreError {
  return new StoreError(
    'failed',
    `Cannot use the database: it holds "${name}" of a newer SAIMon; run that version or restore an older backup`,
  );
}
