import { existsSync } from 'node:fs';
import { access, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lockDirectory } from './directory-lock.ts';
import type { EmbeddedDatabase } from './embedded-database.ts';
import { createEmbeddedDatabase } from './embedded-database.ts';
import { StoreError } from './errors.ts';
import { checkMigrations } from './migrate.ts';
import { databaseFolder } from './pglite.ts';
import type { PgliteEngine } from './pglite-engine.ts';
import { startPgliteThread } from './pglite-thread.ts';
import { unpackImage } from './unpack-image.ts';

/** Writes the whole embedded database to `file`, which appears only when it is complete. Gives its size in bytes. */
export async function backupDatabase(db: EmbeddedDatabase, file: string): Promise<number> {
  const unfinished = `${file}.${process.pid}.part`;
  try {
    const handle = await open(unfinished, 'w');
    try {
      await handle.writeFile(await db.dump());
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
    return (await stat(file)).size;
  } catch (error) {
    await rm(unfinished, { force: true });
    if (error instanceof StoreError) throw error;
    const full = Object(error).code === 'ENOSPC';
    const message = `Cannot write the backup "${file}": ${full ? 'the disk is full, free space' : 'give a file in a folder that exists and may be written to'}`;
    throw new StoreError(full ? 'full' : 'failed', message, { cause: error });
  }
}

/**
 * Makes the database of `dataDir` from a backup, after the backup has been opened and checked. Refuses a
 * folder that holds a database unless `force`; the old one goes only when the new one stands.
 */
export async function restoreDatabase(
  file: string,
  { dataDir, force = false }: { readonly dataDir: string; readonly force?: boolean },
): Promise<void> {
  const image = await readFile(file).catch((cause: unknown) => {
    throw new StoreError('failed', `Cannot read the backup "${file}": give a file that exists`, {
      cause,
    });
  });
  const lock = await lockDirectory(dataDir);
  const folder = databaseFolder(dataDir);
  const fresh = `${folder}.restored`;
  try {
    if (existsSync(folder) && !force)
      throw new StoreError(
        'failed',
        `Cannot restore into "${dataDir}": it holds a database; give another folder, or --force to replace it`,
      );
    await rm(fresh, { recursive: true, force: true });
    await unpack(image, { file, directory: fresh });
    const old = `${folder}.old`;
    await rm(old, { recursive: true, force: true });
    if (existsSync(folder)) await rename(folder, old);
    await rename(fresh, folder);
    await rm(old, { recursive: true, force: true });
  } finally {
    await rm(fresh, { recursive: true, force: true });
    lock.release();
  }
}

async function unpack(
  image: Uint8Array,
  { file, directory }: { readonly file: string; readonly directory: string },
): Promise<void> {
  const engine = await openImage(image, directory).catch((cause: unknown) => {
    throw new StoreError(
      'failed',
      `Cannot restore the backup "${file}": expected a file that saimon backup wrote`,
      { cause },
    );
  });
  const database = createEmbeddedDatabase(engine);
  try {
    await checkMigrations(database);
  } finally {
    await database.close();
  }
}

async function openImage(image: Uint8Array, directory: string): Promise<PgliteEngine> {
  await mkdir(directory, { recursive: true });
  await unpackImage(image, directory);
  // An empty folder would become a new database.
  await access(join(directory, 'PG_VERSION'));
  return startPgliteThread({ directory });
}
