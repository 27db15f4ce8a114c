import { Pool, type PoolClient, type PoolConfig, types } from 'pg';
import { type Logger, SILENT } from '../base/logger.ts';
import { COLUMN_PARSERS } from './column-parsers.ts';
import type { Database, Queryable, Transaction } from './database.ts';
import { StoreError } from './errors.ts';
import { storeErrorOf } from './sql-errors.ts';

export interface PostgresOptions {
  readonly logger?: Logger;
  readonly maxConnections?: number;
  /** How long a connection, a free one of the pool or a new one, is waited for. */
  readonly connectTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
}

/** Statements kept prepared by name: more than ours, so that only made-up SQL is ever turned away. */
const MOST_PREPARED = 500;

/** Opens a pool on a PostgreSQL server and asks it once. StoreError `unreachable` when it does not answer. */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<Database> {
  const { logger = SILENT, statementTimeoutMs = 30_000 } = options;
  const pool = new Pool({
    ...connectionOf(url),
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5000,
    statement_timeout: statementTimeoutMs,
    // The server's own time-out does not fire when the network is gone.
    query_timeout: statementTimeoutMs + 5000,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    application_name: 'saimon',
    types: { getTypeParser },
  });
  // An idle connection that breaks is dropped by the pool; the next question opens another one.
  pool.on('error', (error) => logger.warn({ err: error }, 'Lost a connection to PostgreSQL'));
  // A connection that breaks while it is in use fails its question too; without a listener the process would end.
  pool.on('connect', (client) => client.on('error', () => {}));
  const ask = asker();
  const query: Queryable['query'] = (sql, parameters) => ask(pool, sql, parameters);
  try {
    await query('select 1');
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    kind: 'postgres',
    query,
    exec: (sql) => execute(pool, sql),
    transaction: (work) => runTransaction(pool, ask, work),
    close: () => pool.end(),
  };
}

type Ask = <Row>(
  target: Pool | PoolClient,
  sql: string,
  parameters?: readonly unknown[],
) => Promise<Row[]>;

/** Asks with statements prepared by name, one name for each text. */
function asker(): Ask {
  const names = new Map<string, string>();
  return async <Row>(
    target: Pool | PoolClient,
    sql: string,
    parameters: readonly unknown[] = [],
  ) => {
    let name = names.get(sql);
    if (name === undefined && names.size < MOST_PREPARED) {
      name = `saimon_${names.size + 1}`;
      names.set(sql, name);
    }
    const values = parameters.map((one) =>
      one instanceof Uint8Array ? Buffer.from(one.buffer, one.byteOffset, one.length) : one,
    );
    try {
      const { rows } = await target.query({
        ...(name === undefined ? {} : { name }),
        text: sql,
        values,
      });
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the border where rows get the type that the question names
      return rows as Row[];
    } catch (error) {
      throw storeErrorOf('Cannot ask PostgreSQL', error);
    }
  };
}

async function runTransaction<T>(
  pool: Pool,
  ask: Ask,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const client = await connect(pool);
  let broken: Error | undefined;
  try {
    await ask(client, 'begin');
    const outcome = await work({
      query: (sql, parameters) => ask(client, sql, parameters),
      exec: (sql) => execute(client, sql),
    });
    await ask(client, 'commit');
    return outcome;
  } catch (error) {
    try {
      await ask(client, 'rollback');
    } catch (failure) {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    }
    throw error;
  } finally {
    client.release(broken);
  }
}

async function execute(target: Pool | PoolClient, sql: string): Promise<void> {
  try {
    await target.query(sql);
  } catch (error) {
    throw storeErrorOf('Cannot ask PostgreSQL', error);
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw storeErrorOf('Cannot connect to PostgreSQL', error);
  }
}

/** Checked here, for the driver's own complaint of a bad address quotes it, password and all. */
function connectionOf(url: string): PoolConfig {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new StoreError(
      'failed',
      'Cannot read DATABASE_URL: expected postgresql://user:password@host:5432/database',
    );
  return { connectionString: url };
}

function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  const parser = format === 'binary' ? undefined : COLUMN_PARSERS.get(oid);
  return parser ?? types.getTypeParser(oid, 'text');
}
