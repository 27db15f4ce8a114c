import type { Logger } from '../base/logger.ts';
import type { Database } from './database.ts';

/**
 * Vacuums and checkpoints on a timer, table by table, so that a question waits for one table at most.
 * The answer stops it and resolves when the clean-up that may be running has ended.
 */
export function keepMaintained(
  db: Database,
  { everyMs, logger }: { readonly everyMs: number; readonly logger: Logger },
): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const timer = setInterval(() => {
    running = running
      .then(() => maintain(db, () => stopped))
      .catch((error: unknown) => logger.warn({ err: error }, 'Cannot clean up the database'));
  }, everyMs);
  timer.unref();
  return async () => {
    stopped = true;
    clearInterval(timer);
    await running;
  };
}

/** Gives the space of deleted rows back, refreshes the planner's figures and shortens the log. */
export async function maintain(db: Database, stopped = (): boolean => false): Promise<void> {
  const tables = await db.query<{ name: string }>(
    `select quote_ident(relname) as name from pg_stat_user_tables
     where n_dead_tup + n_mod_since_analyze > 0 order by 1`,
  );
  for (const { name } of tables) {
    if (stopped()) return;
    await db.exec(`vacuum (analyze) ${name}`);
  }
  if (!stopped()) await db.exec('checkpoint');
}
