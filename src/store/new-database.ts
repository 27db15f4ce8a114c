import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { MIGRATIONS } from './migrate.ts';

/** Which tables there are: a build's database is only good for the program that has the same ones. */
const KEY = createHash('sha256')
  .update(MIGRATIONS.map(({ sql }) => sql).join())
  .digest('hex')
  .slice(0, 16);

/** The database of a build: see make-new-database.ts. */
export const NEW_DATABASE = new URL(
  // Under a test runner this file is the .ts source.
  `${import.meta.url.endsWith('.ts') ? '../../dist/store/' : './'}new-database-${KEY}.tgz`,
  import.meta.url,
);

/**
 * A database to start from, with all tables and no rows: unpacking it takes a fraction of the time and of the memory of initdb,
 * which wants 900 MB for a moment. Undefined where the program was built without one.
 */
export async function readNewDatabase(file = NEW_DATABASE): Promise<Uint8Array | undefined> {
  return readFile(file).catch(() => undefined);
}
