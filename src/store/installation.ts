import { randomUUID } from 'node:crypto';
import type { Queryable } from './database.ts';
import { only } from './only.ts';

/** What tells this installation from others: made once, with the database. */
export async function installationId(db: Queryable): Promise<string> {
  await db.query('insert into installation (id) values ($1) on conflict do nothing', [
    randomUUID().slice(0, 8),
  ]);
  return only(await db.query<{ id: string }>('select id from installation')).id;
}
