import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { type JoinedDatabase, joinTransactions } from './join-transactions.ts';
import { findQuery, saveQueries } from './queries-table.ts';

/** Many questions as one transaction: the same on every database. */
export function describeJoinedStore(open: () => Promise<Database>): void {
  let db: Database;
  let joined: JoinedDatabase;
  beforeEach(async () => {
    db = await open();
    joined = joinTransactions(db);
  });
  afterEach(() => db.close());

  const add = (alias: string, to: Database = joined.database) =>
    saveQueries(to, 'config', [{ alias, expr: 'up' }]);
  const isKept = async (alias: string) => (await findQuery(db, alias)) !== undefined;

  it('keeps all that was asked within one work, or none of it', async () => {
    const failing = joined.asOne(async () => {
      await add('lost');
      await joined.database.transaction((tx) =>
        tx.query(`insert into queries (alias, expr, origin) values ('deep', 'up', 'config')`),
      );
      expect(await findQuery(joined.database, 'lost')).toBeDefined();
      throw new RangeError('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    expect([await isKept('lost'), await isKept('deep')]).toEqual([false, false]);
    expect(await joined.asOne(async () => add('kept'))).toBeDefined();
    expect(await isKept('kept')).toBe(true);
  });

  it('takes questions that are asked at once one after the other', async () => {
    await joined.asOne(() => Promise.all(['a', 'b', 'c'].map((alias) => add(alias))));
    expect(await Promise.all(['a', 'b', 'c'].map(isKept))).toEqual([true, true, true]);
  });

  it('keeps works apart that are asked for at once, whichever ends first', async () => {
    const failing = joined.asOne(async () => {
      await add('early');
      await sleep(50);
      await add('late');
      throw new RangeError('stop');
    });
    await Promise.all([joined.asOne(() => add('other')), expect(failing).rejects.toThrow('stop')]);
    expect(await Promise.all(['early', 'late', 'other'].map(isKept))).toEqual([false, false, true]);
  });

  it('undoes a failed transaction within it alone, and goes on', async () => {
    await joined.asOne(async () => {
      await add('before');
      const inner = joined.database.transaction(async (tx) => {
        await tx.query(
          `insert into queries (alias, expr, origin) values ('inner', 'up', 'config')`,
        );
        await tx.query('select broken from nowhere');
      });
      await expect(inner).rejects.toMatchObject({ code: 'failed' });
      await add('after');
    });
    const kept = ['before', 'inner', 'after'].map(isKept);
    expect(await Promise.all(kept)).toEqual([true, false, true]);
  });

  it('acts afterwards once it stands, and never when it does not', async () => {
    const acts: string[] = [];
    await joined.asOne(async () => {
      await joined.afterwards(
        async () => void acts.push((await isKept('told')) ? 'kept' : 'early'),
      );
      await add('told');
    });
    const failing = joined.asOne(async () => {
      await joined.afterwards(() => void acts.push('never'));
      throw new RangeError('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    await joined.afterwards(() => void acts.push('at once'));
    expect(acts).toEqual(['kept', 'at once']);
  });

  it('is the database itself again for what outlives it', async () => {
    const over = new AbortController();
    let outlived: Promise<unknown> = Promise.resolve();
    await joined.asOne(async () => {
      outlived = once(over.signal, 'abort').then(() => add('late'));
      await add('kept');
    });
    over.abort();
    await outlived;
    expect(await isKept('late')).toBe(true);
  });
}
