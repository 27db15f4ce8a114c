import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakePrometheus, startFakePrometheus } from './fake-prometheus.ts';
import { type PostgresServer, startPostgresServer } from './postgres-server.ts';
import { type RedisServer, startRedisServer } from './redis-server.ts';
import type { RunningSaimon } from './running-saimon.ts';
import { eventually } from './server-process.ts';
import {
  expectNothingLostOrDoubled,
  patient,
  told,
  untilCaughtUp,
  untilReady,
  warnings,
  watchFake,
} from './watched-fake.ts';

// One process whose servers come and go, told in order: each test continues where the one before ended.

const QUERIES = ['orders', 'errors'];
const closing: (() => Promise<unknown>)[] = [];
let prometheus: FakePrometheus;
let postgres: PostgresServer;
let redis: RedisServer;
let saimon: RunningSaimon;

beforeAll(async () => {
  prometheus = await startFakePrometheus({ epochS: Math.floor(Date.now() / 1000) - 3600 });
  closing.push(() => prometheus.leave());
  postgres = await startPostgresServer();
  closing.push(() => postgres.stop());
  redis = await startRedisServer();
  closing.push(() => redis.stop());
});

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

async function untilHealth(expected: object): Promise<void> {
  await eventually(
    async () => expect(await saimon.get('/health/detailed')).toMatchObject(expected),
    patient,
  );
}

test('a PostgreSQL that is not there yet is waited for', async () => {
  await postgres.crash();
  const environment = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
  saimon = await watchFake(prometheus, QUERIES, environment);
  closing.push(() => saimon.stop());
  await untilHealth({ status: 'degraded', dependencies: { database: 'unhealthy' } });
  expect((await fetch(`${saimon.url}/-/ready`)).status).toBe(503);
  await sleep(5000);
  expect(warnings(saimon, 0)).toEqual([
    'Cannot ask PostgreSQL: no answer, check that the server runs; it is asked again until it answers',
  ]);
  await postgres.start();
  await untilReady(saimon, QUERIES);
  await untilHealth({ status: 'healthy', dependencies: { database: 'healthy', redis: 'healthy' } });
});

test('PostgreSQL away during a jump: one line, one more when it is back, one anomaly', async () => {
  const since = saimon.lines().length;
  await postgres.crash();
  await untilHealth({ status: 'degraded', dependencies: { database: 'unhealthy' } });
  const fromS = Math.floor(Date.now() / 1000);
  prometheus.shift('orders', 40, { fromS, toS: fromS + 15 });
  await sleep(20_000);
  expect((await fetch(`${saimon.url}/api/v1/anomalies`)).status).toBe(503);
  const said = warnings(saimon, since);
  expect(said, saimon.output()).toHaveLength(1);
  process.stdout.write(`  ${said.join('\n  ')}\n`);
  await postgres.start();
  await untilHealth({ status: 'healthy' });
  await untilCaughtUp(saimon, QUERIES);
  expect(warnings(saimon, since)).toEqual(said);
  expect(told(saimon, since).filter((line) => line.startsWith('Recovered'))).toHaveLength(1);
  const found = await saimon.anomalies();
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ metric_name: 'orders', direction: 'above' });
  const startedS = Date.parse(String(found[0]?.['started_at'])) / 1000;
  expect(startedS).toBeGreaterThanOrEqual(fromS);
  expect(startedS).toBeLessThan(fromS + 5);
  await expectNothingLostOrDoubled(saimon, prometheus);
});

test('Redis away costs nothing but speed, and shows in health', async () => {
  const since = saimon.lines().length;
  await redis.stop();
  await untilHealth({
    status: 'degraded',
    dependencies: { database: 'healthy', redis: 'unhealthy' },
  });
  expect(await saimon.anomalies()).toHaveLength(1);
  await untilCaughtUp(saimon, QUERIES);
  await redis.start();
  await untilHealth({ status: 'healthy', dependencies: { redis: 'healthy' } });
  expect(warnings(saimon, since)).toEqual([
    'Redis does not answer: answers are slower until it is back',
  ]);
  expect(told(saimon, since).filter((line) => line === 'Redis answers')).toHaveLength(1);
  await expectNothingLostOrDoubled(saimon, prometheus);
});
