import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import {
  deactivateQueriesExcept,
  deleteQuery,
  findQuery,
  findQueryById,
  listActiveQueries,
  listQueries,
  saveQueries,
  setQueryActive,
} from './queries-table.ts';
import {
  countSeriesByState,
  findSeries,
  listSeries,
  listSeriesOfQuery,
  updateSeries,
} from './series-table.ts';
import { ensureInstances } from './watched.suite.ts';

const T0 = Date.UTC(2026, 10, 22, 10);
const PAGE = { skip: 0, limit: 100 };

/** What is watched, learned and collected: the same on every database. */
export function describeStore(open: () => Promise<Database>): void {
  let db: Database;
  beforeEach(async () => {
    db = await open();
  });
  afterEach(() => db.close());

  const seriesOf = (alias: string, instances: readonly string[]) =>
    ensureInstances(db, alias, instances);

  describe('a database', () => {
    it('gives numbers, times, json and bytes in our types', async () => {
      const [row] = await db.query(
        `select 7::bigint as big, 1.5::numeric as numeric, $1::timestamptz as time, $2::jsonb as json,
           $3::bytea as bytes, $4::integer[] as list, null::bytea as nothing, true as yes`,
        ['2026-11-22T10:00:00.123Z', '{"a":[1]}', Uint8Array.of(0, 255), '{1,2}'],
      );
      const bytes = expect.any(Uint8Array);
      const rest = {
        big: 7,
        numeric: 1.5,
        json: { a: [1] },
        list: [1, 2],
        nothing: null,
        yes: true,
      };
      expect(row).toEqual({ ...rest, bytes, time: T0 + 123 });
      expect([...Object(row).bytes]).toEqual([0, 255]);
    });

    it('rolls a failed transaction back, says what failed without SQL, and goes on', async () => {
      const failed = db.transaction(async (tx) => {
        await tx.query(`insert into queries (alias, expr, origin) values ('a', 'b', 'config')`);
        await tx.query(
          `insert into queries (alias, expr, origin) values ('a', 'secret', 'config')`,
        );
      });
      await expect(failed).rejects.toMatchObject({ name: 'StoreError', code: 'constraint' });
      await expect(failed).rejects.not.toThrow(/insert|secret/);
      await expect(db.query('select broken from nowhere')).rejects.toMatchObject({
        code: 'failed',
      });
      expect(await listActiveQueries(db)).toEqual([]);
    });

    it('keeps transactions apart from each other and from other questions', async () => {
      await db.query(`insert into queries (alias, expr, origin) values ('n', '0', 'config')`);
      const add = () =>
        db.transaction(async (tx) => {
          const [row] = await tx.query<{ n: number }>(
            `select expr::integer as n from queries where alias = 'n' for update`,
          );
          await tx.query(`update queries set expr = $1 where alias = 'n'`, [
            `${(row?.n ?? 0) + 1}`,
          ]);
        });
      const failing = () => db.transaction(() => Promise.reject(new RangeError('stop')));
      const outcomes = await Promise.allSettled([
        add(),
        failing(),
        add(),
        db.query('select 1'),
        add(),
      ]);
      expect(outcomes.map((one) => one.status === 'fulfilled')).toEqual([
        true,
        false,
        true,
        true,
        true,
      ]);
      expect((await findQuery(db, 'n'))?.expr).toBe('3');
    });

    it('is migrated once, also by two processes at once, and refuses a newer one', async () => {
      expect(await Promise.all([migrate(db), migrate(db)])).toEqual([[], []]);
      await db.query(`insert into migrations (name) values ('9999-future')`);
      await expect(migrate(db)).rejects.toThrow(/holds "9999-future" of a newer SAIMon/);
      await db.query(`delete from migrations where name = '9999-future'`);
    });
  });

  describe('queries', () => {
    it('are written once and changed only by an origin as strong', async () => {
      const first = await saveQueries(db, 'preset', [
        { alias: 'a', expr: 'x', options: { data_range: [0, 1] } },
        { alias: 'b', expr: 'y', unit: 'bytes' },
      ]);
      expect(first.added.map((query) => query.alias)).toEqual(['a', 'b']);
      expect(first.queries[0]).toMatchObject({
        options: { data_range: [0, 1] },
        metricType: 'gauge',
      });
      const own = await saveQueries(db, 'config', [{ alias: 'a', expr: 'mine' }]);
      expect(own.added).toEqual([]);
      const weaker = await saveQueries(db, 'discovered', [{ alias: 'a', expr: 'theirs' }]);
      expect(weaker.queries[0]).toMatchObject({ expr: 'mine', origin: 'config' });
      await deactivateQueriesExcept(db, 'config', []);
      expect((await listActiveQueries(db)).map((query) => query.alias)).toEqual(['b']);
      const taken = await saveQueries(db, 'preset', [{ alias: 'a', expr: 'x' }]);
      expect(taken.queries[0]).toMatchObject({ expr: 'x', origin: 'preset', active: true });
    });

    it('are listed newest first, found, switched off and deleted', async () => {
      await saveQueries(
        db,
        'config',
        ['a', 'b', 'c'].map((alias) => ({ alias, expr: alias })),
      );
      const { total, rows } = await listQueries(db, { skip: 1, limit: 1 });
      expect([total, ...rows.map((row) => row.alias)]).toEqual([3, 'b']);
      expect((await setQueryActive(db, 'b', false))?.active).toBe(false);
      expect((await listQueries(db, { ...PAGE, activeOnly: true })).total).toBe(2);
      expect(await findQueryById(db, rows[0]?.id ?? 0)).toMatchObject({
        alias: 'b',
        active: false,
      });
      expect(await deleteQuery(db, 'b')).toBe(true);
      expect(await deleteQuery(db, 'b')).toBe(false);
      expect(await findQuery(db, 'b')).toBeUndefined();
    });
  });

  describe('series', () => {
    it('are made once per label set and given in the order asked', async () => {
      const [a, b] = await seriesOf('cpu', ['a', 'b']);
      expect(await seriesOf('cpu', ['b', 'a', 'b'])).toEqual([b, a, b]);
      expect(await findSeries(db, a ?? 0)).toMatchObject({
        metricName: 'cpu',
        expr: 'up',
        labels: { instance: 'a' },
        state: 'warm-up',
        stepMs: 15_000,
        lastSampleAtMs: null,
      });
    });

    it('are listed by state, name, labels and part of a word, and counted by state', async () => {
      const ids = await seriesOf('cpu', ['a', 'b', 'c']);
      await seriesOf('mem', ['a']);
      const ready = { state: 'ready', reason: 'Trained' } as const;
      await updateSeries(db, [
        { id: ids[0] ?? 0, ...ready, samplesSeen: 1200, lastSampleAtMs: T0 },
        { id: ids[1] ?? 0, ...ready },
      ]);
      await updateSeries(db, [{ id: ids[0] ?? 0, ...ready }]);
      const [first] = await listSeriesOfQuery(db, (await findQuery(db, 'cpu'))?.id ?? 0);
      expect(first).toMatchObject({ state: 'ready', samplesSeen: 1200, lastSampleAtMs: T0 });
      const found = async (filter: Parameters<typeof listSeries>[1]) =>
        (await listSeries(db, filter, PAGE)).total;
      expect(await found({})).toBe(4);
      expect(await found({ state: 'ready' })).toBe(2);
      expect(await found({ metricName: 'cpu', labels: { instance: 'a' } })).toBe(1);
      expect(await found({ search: 'CPU' })).toBe(3);
      expect(await countSeriesByState(db)).toEqual({
        'warm-up': 2,
        learning: 0,
        ready: 2,
        stale: 0,
      });
    });
  });
}
