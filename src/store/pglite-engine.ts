import { PGlite } from '@electric-sql/pglite';
import { COLUMN_PARSERS } from './column-parsers.ts';

/** PGlite as the embedded database uses it, in this thread or in a worker; one question at a time. */
export interface PgliteEngine {
  query(sql: string, parameters: readonly unknown[]): Promise<unknown[]>;
  exec(sql: string): Promise<void>;
  /** The whole database as a compressed tar file. */
  dump(): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface PgliteOptions {
  /** PGlite's own folder; in memory when absent. */
  readonly directory?: string | undefined;
  /** A dump to start from. */
  readonly image?: Uint8Array | undefined;
}

const BYTEA = 17;

export async function startPglite({ directory, image }: PgliteOptions): Promise<PgliteEngine> {
  const pglite = await PGlite.create({
    ...(directory === undefined ? {} : { dataDir: directory }),
    ...(image === undefined ? {} : { loadDataDir: new Blob([new Uint8Array(image)]) }),
    // Without a checkpointer the log would grow to its default of a gigabyte.
    postgresqlconf: ['max_wal_size=64MB', 'min_wal_size=32MB'],
    parsers: Object.fromEntries(COLUMN_PARSERS),
    // Bytes go as they are: the driver's own serializer writes them as hexadecimal text.
    serializers: { [BYTEA]: (bytes) => bytes },
  });
  return {
    async query(sql, parameters) {
      const { rows } = await pglite.query<unknown>(sql, [...parameters]);
      return rows;
    },
    async exec(sql) {
      await pglite.exec(sql);
    },
    async dump() {
      const file = await pglite.dumpDataDir('gzip');
      return new Uint8Array(await file.arrayBuffer());
    },
    close: () => pglite.close(),
  };
}
