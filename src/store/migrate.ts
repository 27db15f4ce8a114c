import type { Database } from './database.ts';

/** Brings the tables up to this program's version; gives the names of the migrations applied. */
export async function migrate(_db: Database): Promise<string[]> {
  throw new Error('not yet');
}
