import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Database } from '../store/database.ts';
import { StoreError } from '../store/errors.ts';
import { migrate } from '../store/migrate.ts';
import type { Config } from './config/config-schema.ts';
import { maskAddress } from './config/secret-keys.ts';

export interface OpenOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the waiting for a database that does not answer. */
  readonly signal: AbortSignal;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

export type Storage = Config['storage'];

/** Where the data is, for people; without a password. */
export function databasePlace({ database_url, data_dir }: Storage): string {
  return database_url === '' ? data_dir : maskAddress(database_url);
}

export function databaseKind({ database_url }: Storage): Database['kind'] {
  return database_url === '' ? 'pglite' : 'postgres';
}

/** Opens the database once and brings its tables up to date. */
export async function openDatabase(storage: Storage, logger: Logger): Promise<Database> {
  const database = await openStorage(storage, logger);
  try {
    const applied = await migrate(database);
    if (applied.length > 0) logger.info({ applied }, 'Database tables brought up to date');
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Loads only what opens the one that is configured. */
async function openStorage({ database_url, data_dir }: Storage, logger: Logger): Promise<Database> {
  if (database_url !== '') return (await import('../store/postgres.ts')).openPostgres(database_url);
  return (await import('../store/pglite.ts')).openEmbedded({ dataDir: data_dir, logger });
}

/** Opens the database, waiting for a server that does not answer yet, of which it tells once. Undefined when the signal ended the waiting. */
export async function openDatabaseWhenThere(
  storage: Storage,
  { clock, logger, signal }: OpenOptions,
): Promise<Database | undefined> {
  let told: string | undefined;
  for (
    let waitMs = FIRST_WAIT_MS;
    !signal.aborted;
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)
  ) {
    try {
      const opened = await openDatabase(storage, logger);
      if (told !== undefined) logger.info({}, 'Recovered: database');
      return opened;
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'unreachable') throw error;
      if (error.message !== told) {
        const database = databasePlace(storage);
        logger.warn({ database }, `${error.message}; it is asked again until it answers`);
      }
      told = error.message;
      await clock.sleep(waitMs, signal);
    }
  }
  return undefined;
}
