import type { EmbeddedDatabase } from './pglite.ts';

/** Writes the whole embedded database to `file`, which appears only when it is complete. Gives its size in bytes. */
export async function backupDatabase(_db: EmbeddedDatabase, _file: string): Promise<number> {
  throw new Error('not yet');
}

/**
 * Makes `dataDir` from a backup after checking that the backup opens. Refuses a folder that holds a database
 * unless `force`; then the old one is kept beside it until the new one stands.
 */
export async function restoreDatabase(
  _file: string,
  _options: { readonly dataDir: string; readonly force?: boolean },
): Promise<void> {
  throw new Error('not yet');
}
