import type { Queryable } from './database.ts';

/** Resolves when the database answers. */
export async function ping(db: Queryable): Promise<void> {
  await db.query('select 1');
}

/** The database's own clock, epoch milliseconds. */
export async function databaseTimeMs(db: Queryable): Promise<number> {
  const rows = await db.query<{ now: number }>(
    'select extract(epoch from clock_timestamp())::double precision * 1000 as now',
  );
  return rows[0]?.now ?? Number.NaN;
}
