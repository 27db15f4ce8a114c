/**
 * Asks one SQL statement with `$1` parameters.
 *
 * Rows come with bigint, numeric counts and timestamptz as numbers (times as epoch milliseconds), jsonb
 * parsed and bytea as Uint8Array. Pass times with `isoTime`, jsonb as text, lists with `arrayText`.
 */
export interface Queryable {
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/** What is asked between `begin` and `commit`. */
export interface Transaction extends Queryable {
  /** Runs several statements at once, without parameters. */
  exec(sql: string): Promise<void>;
}

/** One database, embedded or a server: the same SQL on both. Every method may throw StoreError. */
export interface Database extends Queryable {
  readonly kind: 'pglite' | 'postgres';
  /** Runs several statements at once, without parameters. */
  exec(sql: string): Promise<void>;
  /**
   * Commits when `work` resolves, rolls back when it rejects. Inside `work` only `tx` may be asked: the
   * embedded database has one connection, so that a question to the database itself would wait for ever.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
