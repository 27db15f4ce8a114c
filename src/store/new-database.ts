import { readFile } from 'node:fs/promises';

/** The empty database of a build: see make-new-database.ts. */
export const NEW_DATABASE = new URL(
  // Under a test runner this file is the .ts source.
  import.meta.url.endsWith('.ts') ? '../../dist/store/new-database.tgz' : './new-database.tgz',
  import.meta.url,
);

/**
 * An empty database to start from: unpacking it takes half of the time and of the memory of initdb, which wants 900 MB for a
 * moment. Undefined where the program was built without one.
 */
export async function readNewDatabase(file = NEW_DATABASE): Promise<Uint8Array | undefined> {
  return readFile(file).catch(() => undefined);
}
