import type { Database, Transaction } from './database.ts';
import { StoreError } from './errors.ts';
import type { PgliteEngine } from './pglite-engine.ts';
import { storeErrorOf } from './sql-errors.ts';

/** The embedded database: PGlite, alone on its data directory. */
export interface EmbeddedDatabase extends Database {
  readonly kind: 'pglite';
  /** The whole database as a compressed tar file. */
  dump(): Promise<Uint8Array>;
}

/**
 * A database over one connection. Questions go in the order they are asked; a transaction has the
 * connection to itself, whoever asks meanwhile waits for its end.
 */
export function createEmbeddedDatabase(
  engine: PgliteEngine,
  /** Throws when a statement may not run now. */
  guard: (sql: string) => void = () => {},
): EmbeddedDatabase {
  let closed = false;
  /** Ends with the last transaction that was asked for. */
  let turn: Promise<unknown> = Promise.resolve();

  const attempt = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    if (closed) throw new StoreError('failed', `${what}: it is closed`);
    try {
      return await work();
    } catch (error) {
      throw storeErrorOf(what, error);
    }
  };
  const query = <Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> =>
    attempt('Cannot ask the database', async () => {
      guard(sql);
      return rowsOf<Row>(await engine.query(sql, parameters));
    });
  const exec = (sql: string): Promise<void> =>
    attempt('Cannot ask the database', async () => {
      guard(sql);
      await engine.exec(sql);
    });

  return {
    kind: 'pglite',
    async query(sql, parameters) {
      await turn;
      return query(sql, parameters);
    },
    async exec(sql) {
      await turn;
      return exec(sql);
    },
    transaction(work) {
      const done = turn.then(() => runTransaction({ query, exec }, work));
      turn = done.catch(() => undefined);
      return done;
    },
    async dump() {
      await turn;
      return attempt('Cannot dump the database', () => engine.dump());
    },
    async close() {
      await turn;
      if (closed) return;
      closed = true;
      await engine.close();
    },
  };
}

// The border where a driver's rows get the type that the question names.
function rowsOf<Row>(rows: unknown): Row[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return rows as Row[];
}

async function runTransaction<T>(
  connection: Transaction,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  await connection.exec('begin');
  try {
    const outcome = await work(connection);
    await connection.exec('commit');
    return outcome;
  } catch (error) {
    await connection.exec('rollback');
    throw error;
  }
}
