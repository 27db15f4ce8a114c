import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditTransactionSuite } from '../../src/api/audit-transaction.suite.ts';
import { describeAlertBudgetStore } from '../../src/store/alert-budgets.suite.ts';
import { describeAnomalyStore } from '../../src/store/anomalies.suite.ts';
import { describeCache } from '../../src/store/cache.suite.ts';
import type { Database } from '../../src/store/database.ts';
import { describeDetectionStore } from '../../src/store/detection.suite.ts';
import { describeEntityStore } from '../../src/store/entities.suite.ts';
import { describeIncidentStore } from '../../src/store/incidents.suite.ts';
import { describeJoinedStore } from '../../src/store/join-transactions.suite.ts';
import { describeLearningStore } from '../../src/store/learning.suite.ts';
import { MIGRATIONS, migrate } from '../../src/store/migrate.ts';
import { describeNotificationStore } from '../../src/store/notifications.suite.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { listActiveQueries, saveQueries } from '../../src/store/queries-table.ts';
import { createRedisCache } from '../../src/store/redis-cache.ts';
import { describeRuleStore } from '../../src/store/rules.suite.ts';
import { describeStore } from '../../src/store/store.suite.ts';
import { describeTruthStore } from '../../src/store/truth-incidents.suite.ts';
import { type PostgresServer, startPostgresServer } from './postgres-server.ts';
import { type RedisServer, startRedisServer } from './redis-server.ts';
import { eventually } from './server-process.ts';

describe('the store on PostgreSQL', () => {
  let server: PostgresServer;
  let template: string;
  beforeAll(async () => {
    server = await startPostgresServer();
    const url = await server.createDatabase();
    template = new URL(url).pathname.slice(1);
    const db = await openPostgres(url);
    await migrate(db);
    await db.close();
  });
  afterAll(() => server.stop());

  const open = async (): Promise<Database> => openPostgres(await server.createDatabase(template));
  describe('what is watched', () => describeStore(open));
  describe('what is one transaction', () => describeJoinedStore(open));
  describe('what is learned', () => describeLearningStore(open));
  describe('what is detected', () => describeDetectionStore(open));
  describe('what is judged together', () => describeEntityStore(open));
  describe('what is one trouble', () => describeIncidentStore(open));
  describe('what is kept quiet', () => describeRuleStore(open));
  describe('what really happened', () => describeTruthStore(open));
  describe('what is told', () => describeNotificationStore(open));
  describe('what is read', () => describeAnomalyStore(open));
  describe('a change and who made it', () => auditTransactionSuite(open));
  describe('alert budgets', () => describeAlertBudgetStore(open));

  it('lets two processes migrate an empty database at once', async () => {
    const url = await server.createDatabase();
    const both = await Promise.all([openPostgres(url), openPostgres(url)]);
    const applied = await Promise.all(both.map((db) => migrate(db)));
    expect(applied.flat().toSorted()).toEqual(MIGRATIONS.map(({ name }) => name));
    await Promise.all(both.map((db) => db.close()));
  });

  it('is asked again with success after the server crashed and came back', async () => {
    const db = await open();
    await saveQueries(db, 'config', [{ alias: 'a', expr: 'up' }]);
    await server.crash();
    await expect(listActiveQueries(db)).rejects.toMatchObject({
      name: 'StoreError',
      code: 'unreachable',
    });
    await expect(db.transaction(async () => 1)).rejects.toMatchObject({ code: 'unreachable' });
    await server.start();
    expect(await eventually(() => listActiveQueries(db))).toHaveLength(1);
    await db.close();
  });

  it('rolls back what a crash of the server cut in two', async () => {
    const db = await open();
    const cut = db.transaction(async (tx) => {
      await tx.query(`insert into queries (alias, expr, origin) values ('a', 'up', 'config')`);
      await server.crash();
      await tx.query('select 1');
    });
    await expect(cut).rejects.toMatchObject({ code: 'unreachable' });
    await server.start();
    expect(await eventually(() => listActiveQueries(db))).toEqual([]);
    await db.close();
  });

  it('ends a question that takes too long', async () => {
    const db = await openPostgres(await server.createDatabase(), { statementTimeoutMs: 100 });
    await expect(db.query('select pg_sleep(5)')).rejects.toMatchObject({ code: 'unreachable' });
    await db.close();
  });

  it('says in one clear line, without the password, why it cannot be opened', async () => {
    const refused = 'postgresql://ann:s3cret@127.0.0.1:1/saimon';
    await expect(openPostgres(refused)).rejects.toThrow(/no answer, check that the server runs/);
    await expect(openPostgres(refused)).rejects.not.toThrow(/s3cret/);
    await expect(openPostgres('s3cret@nowhere')).rejects.toThrow(/Cannot read DATABASE_URL/);
    await expect(openPostgres('s3cret@nowhere')).rejects.not.toThrow(/s3cret/);
    const missing = server.url.replace(/postgres$/, 'missing');
    await expect(openPostgres(missing)).rejects.toThrow(/there is no such database/);
  });
});

describe('the cache on Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());

  const open = async () => {
    const cache = createRedisCache(server.url);
    await eventually(async () => expect(await cache.health()).toBe('healthy'));
    return cache;
  };
  describe('suite', () => describeCache(open));

  it('is shared by processes: what one drops is gone for all', async () => {
    const [one, two] = [await open(), await open()];
    const key = { group: 'shared', key: 'list', ttlMs: 60_000 };
    await one.through(key, async () => 'first');
    expect(await two.through(key, async () => 'second')).toBe('first');
    await two.drop('shared');
    expect(await one.through(key, async () => 'third')).toBe('third');
    await Promise.all([one.close(), two.close()]);
  });

  it('costs only speed when it is lost, says so, and recovers by itself', async () => {
    const changes: string[] = [];
    const cache = createRedisCache(server.url, { onChange: (health) => changes.push(health) });
    await eventually(async () => expect(await cache.health()).toBe('healthy'));
    await server.stop();
    const key = { group: 'lost', key: 'list', ttlMs: 60_000 };
    const startMs = Date.now();
    expect(await cache.through(key, async () => 'loaded')).toBe('loaded');
    await cache.drop('lost');
    expect(await cache.health()).toBe('unreachable');
    expect(Date.now() - startMs).toBeLessThan(1000);
    await server.start();
    await eventually(async () => expect(await cache.health()).toBe('healthy'));
    expect(await cache.through(key, async () => 'again')).toBe('again');
    expect(changes).toEqual(['healthy', 'unreachable', 'healthy']);
    await cache.close();
  });

  it('does not wait for a Redis that was never there', async () => {
    const cache = createRedisCache('redis://127.0.0.1:1');
    expect(await cache.through({ group: 'g', key: 'k', ttlMs: 1000 }, async () => 'x')).toBe('x');
    expect(await cache.health()).toBe('unreachable');
    await cache.close();
  });
});
