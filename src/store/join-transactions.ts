import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database, Transaction } from './database.ts';

/** A database of which many questions, asked from wherever, can be one transaction. */
export interface JoinedDatabase {
  /** Asked within `asOne` it is that transaction, else the database itself. */
  readonly database: Database;
  /** Commits all that `work` asks of `database`, or none of it when `work` rejects. */
  readonly asOne: <T>(work: () => Promise<T>) => Promise<T>;
  /** Acts once the transaction stands, and never when it does not; at once where there is none. */
  readonly afterwards: (act: () => void | Promise<void>) => Promise<void>;
}

interface Joint {
  readonly tx: Transaction;
  readonly acts: (() => void | Promise<void>)[];
  /** Ends with the last question: a connection takes one at a time. */
  turn: Promise<unknown>;
  isOpen: boolean;
}

export function joinTransactions(database: Database): JoinedDatabase {
  const joints = new AsyncLocalStorage<Joint>();
  let underWay = 0;
  /** What outlives its transaction asks the database itself. */
  const current = (): Joint | undefined => {
    const joint = joints.getStore();
    return joint?.isOpen === true ? joint : undefined;
  };

  return {
    database: {
      kind: database.kind,
      query: (sql, parameters) => {
        const joint = current();
        if (joint === undefined) return database.query(sql, parameters);
        return inTurn(joint, () => joint.tx.query(sql, parameters));
      },
      exec: (sql) => {
        const joint = current();
        return joint === undefined ? database.exec(sql) : inTurn(joint, () => joint.tx.exec(sql));
      },
      transaction: (work) => {
        const joint = current();
        if (joint === undefined) return database.transaction(work);
        return inTurn(joint, () => withSavepoint(joint.tx, work));
      },
      close: () => database.close(),
    },
    async asOne(work) {
      if (current() !== undefined) return work();
      const acts: Joint['acts'] = [];
      underWay++;
      const outcome = await database
        .transaction(async (tx) => {
          const joint: Joint = { tx, acts, turn: Promise.resolve(), isOpen: true };
          try {
            return await joints.run(joint, work);
          } finally {
            joint.isOpen = false;
            await joint.turn;
          }
        })
        .finally(() => {
          // As long as somebody may ask for a joint, every promise of the process takes twice as long.
          if (--underWay === 0) joints.disable();
        });
      for (const act of acts) await act();
      return outcome;
    },
    async afterwards(act) {
      const joint = current();
      if (joint === undefined) await act();
      else joint.acts.push(act);
    },
  };
}

function inTurn<T>(joint: Joint, ask: () => Promise<T>): Promise<T> {
  const done = joint.turn.then(ask);
  joint.turn = done.catch(() => undefined);
  return done;
}

/** A transaction within another one: what it did is undone when it fails, and the outer one goes on. */
async function withSavepoint<T>(
  tx: Transaction,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  await tx.exec('savepoint joined');
  try {
    const outcome = await work(tx);
    await tx.exec('release savepoint joined');
    return outcome;
  } catch (error) {
    await tx.exec('rollback to savepoint joined');
    throw error;
  }
}
