import type { Database } from '../store/database.ts';
import { StoreError } from '../store/errors.ts';

/** A database that is there from the start and answers once it has been opened. */
export interface LateDatabase extends Database {
  open(database: Database): void;
}

/** Until `open` every question is a StoreError `unreachable`. */
export function createLateDatabase(kind: Database['kind']): LateDatabase {
  let opened: Database | undefined;
  const get = (): Database => {
    if (opened === undefined) {
      throw new StoreError(
        'unreachable',
        'Cannot ask the database: it is being opened, which takes longest at the first start, try again shortly',
      );
    }
    return opened;
  };
  return {
    kind,
    open: (database) => {
      opened = database;
    },
    query: async (sql, parameters) => get().query(sql, parameters),
    exec: async (sql) => get().exec(sql),
    transaction: async (work) => get().transaction(work),
    close: async () => opened?.close(),
  };
}
