import type { Database } from '../store/database.ts';
import { StoreError } from '../store/errors.ts';

/** A database that is there from the start and answers once it has been opened. */
export interface LateDatabase extends Database {
  open(database: Database): void;
}

/** Until `open` every question is a StoreError `opening`. */
export function createLateDatabase(kind: Database['kind']): LateDatabase {
  let opened: Database | undefined;
  const get = (): Database => {
    if (opened === undefined) {
      throw new StoreError(
        'opening',
        'Cannot ask the database: it is being opened, try again shortly',
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
