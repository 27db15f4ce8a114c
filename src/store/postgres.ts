import type { Database } from './database.ts';

export interface PostgresOptions {
  readonly maxConnections?: number;
  readonly connectTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
}

/** Opens a pool on a PostgreSQL server and asks it once. StoreError `unreachable` when it does not answer. */
export async function openPostgres(
  _url: string,
  _options: PostgresOptions = {},
): Promise<Database> {
  throw new Error('not yet');
}
