import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Logger, SILENT } from '../base/logger.ts';
import { lockDirectory } from './directory-lock.ts';
import { diskGuard } from './disk-guard.ts';
import { createEmbeddedDatabase, type EmbeddedDatabase } from './embedded-database.ts';
import { StoreError } from './errors.ts';
import { keepMaintained } from './maintenance.ts';
import { readNewDatabase } from './new-database.ts';
import { startPglite } from './pglite-engine.ts';
import { startPgliteThread } from './pglite-thread.ts';
import { unpackImage } from './unpack-image.ts';

export type { EmbeddedDatabase } from './embedded-database.ts';

export interface EmbeddedOptions {
  /** Folder of SAIMon's own files, made when it is not there; in memory when absent. */
  readonly dataDir?: string;
  readonly logger?: Logger;
  /** Built worker script; defaults to ours. */
  readonly workerUrl?: URL;
  /** Distance of two clean-ups: vacuum and checkpoint, which PGlite does not do by itself. */
  readonly maintainEveryMs?: number;
}

/** PGlite's folder within the data directory. */
export const databaseFolder = (dataDir: string): string => join(dataDir, 'database');

/** Takes the lock on `dataDir` and opens the database in it. StoreError `locked` when another process has it. */
export async function openEmbedded(options: EmbeddedOptions = {}): Promise<EmbeddedDatabase> {
  const { dataDir, logger = SILENT, maintainEveryMs = 600_000, workerUrl } = options;
  const lock = dataDir === undefined ? undefined : await lockDirectory(dataDir);
  try {
    const directory = dataDir === undefined ? undefined : await initialised(dataDir, workerUrl);
    const engine = await startPgliteThread({ directory }, workerUrl);
    const guard = directory === undefined ? undefined : diskGuard(directory);
    const database = createEmbeddedDatabase(engine, guard);
    const stopMaintenance = keepMaintained(database, { everyMs: maintainEveryMs, logger });
    return {
      ...database,
      async close() {
        await stopMaintenance();
        await database.close();
        lock?.release();
      },
    };
  } catch (error) {
    lock?.release();
    if (error instanceof StoreError && error.code !== 'failed') throw error;
    throw new StoreError(
      'failed',
      `Cannot open the database in "${dataDir ?? 'memory'}": restore a backup, or set SAIMON_DATA_DIR to another folder`,
      { cause: error },
    );
  }
}

/** The same in memory and in the caller's thread, from a dump or empty: for tests. */
export async function openEmbeddedInThread(image?: Uint8Array): Promise<EmbeddedDatabase> {
  return createEmbeddedDatabase(await startPglite({ image }));
}

/**
 * PGlite's folder, made when it is not there. It is made under another name, and initdb has a thread of its own: a process
 * killed half-way leaves nothing that looks like a database, and the memory that it takes is freed.
 */
async function initialised(dataDir: string, workerUrl: URL | undefined): Promise<string> {
  const folder = databaseFolder(dataDir);
  if (existsSync(folder)) return folder;
  const replaced = `${folder}.old`;
  // A restore was killed at its last step: the old database is the one that stands.
  if (existsSync(replaced)) {
    await rename(replaced, folder);
    return folder;
  }
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const image = await readNewDatabase();
  if (image) await unpackImage(image, unfinished);
  else await (await startPgliteThread({ directory: unfinished }, workerUrl)).close();
  await rename(unfinished, folder);
  return folder;
}
