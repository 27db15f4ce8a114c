import type { Logger } from '../base/logger.ts';
import type { Database } from './database.ts';

/** The embedded database: PGlite in a worker thread. */
export interface EmbeddedDatabase extends Database {
  readonly kind: 'pglite';
  /** The whole database as a compressed tar file. */
  dump(): Promise<Uint8Array>;
}

export interface EmbeddedOptions {
  /** Folder of SAIMon's own data, made when it is not there; in memory when absent. */
  readonly dataDir?: string;
  readonly logger?: Logger;
  /** Built worker script; defaults to the one beside this file. */
  readonly workerUrl?: URL;
  readonly maintainEveryMs?: number;
}

/** Takes the lock on `dataDir` and opens the database in it. StoreError `locked` when another process has it. */
export async function openEmbedded(_options: EmbeddedOptions = {}): Promise<EmbeddedDatabase> {
  throw new Error('not yet');
}
