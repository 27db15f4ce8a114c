import { afterEach, expect, test } from 'vitest';
import { type PostgresServer, startPostgresServer } from './postgres-server.ts';
import { startPrometheus } from './prometheus-server.ts';
import { startRedisServer } from './redis-server.ts';
import { type RunningSaimon, runSaimon } from './running-saimon.ts';
import { eventually } from './server-process.ts';
import { SIGNALS, type SignalExporter, startSignalExporter } from './signal-exporter.ts';

/**
 * The main job as a user meets it: eight days in a real Prometheus, models within a minute, quiet while nothing
 * happens, one jump that is one anomaly within half a minute, and the same after kill -9.
 */
const STEP_S = 15;
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing.length = 0;
});

test('over the embedded database', async () => {
  const exporter = await estate();
  await watch(exporter, await runSaimon(await configuration(exporter)));
});

test('over PostgreSQL and Redis', async () => {
  const exporter = await estate();
  const postgres: PostgresServer = await startPostgresServer();
  closing.push(() => postgres.stop());
  const redis = await startRedisServer();
  closing.push(() => redis.stop());
  const environment = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
  await watch(exporter, await runSaimon(await configuration(exporter), environment));
});

async function estate(): Promise<SignalExporter> {
  const exporter = await startSignalExporter();
  closing.push(() => exporter.stop());
  return exporter;
}

async function configuration(exporter: SignalExporter): Promise<object> {
  const endS = Math.floor(Date.now() / 1000);
  const history = exporter.history({ startS: endS - 8 * 86_400, endS, stepS: STEP_S });
  const prometheus = await startPrometheus({
    targets: [exporter.target],
    scrapeInterval: '5s',
    history,
  });
  closing.push(() => prometheus.stop());
  const queries = Object.fromEntries(SIGNALS.map((name) => [name, { expr: name }]));
  return {
    reader: { datasource_url: prometheus.url, sampling_period: '5s', tz: 'UTC', queries },
    schedulers: { infer_every: '15s' },
  };
}

async function watch(exporter: SignalExporter, saimon: RunningSaimon): Promise<void> {
  closing.push(() => saimon.stop());
  await eventually(
    async () => {
      const { models } = (await saimon.get('/models?limit=1000&active_only=true')) as {
        models: { name: string }[];
      };
      const kinds = SIGNALS.map(
        (name) => models.filter((model) => model.name.startsWith(`${name}{`)).length,
      );
      expect(Math.min(...kinds), saimon.output().slice(-3000)).toBeGreaterThanOrEqual(2);
    },
    { timeoutMs: 240_000, everyMs: 500 },
  );
  await sleep(60_000);
  expect(await anomalies(saimon), 'quiet minutes').toEqual([]);

  const jumped = 'signal_3';
  exporter.shift(jumped, 400);
  const atS = Date.now() / 1000;
  await eventually(async () => expect(await anomalies(saimon)).toHaveLength(1), {
    timeoutMs: 30_000,
    everyMs: 500,
  });
  await sleep(20_000);
  const [anomaly, ...others] = await anomalies(saimon);
  expect(others).toEqual([]);
  expect(anomaly).toMatchObject({ metric_name: jumped, status: 'open', direction: 'above' });
  expect(anomaly?.['labels']).toMatchObject({ host: 'web-1' });
  expect(Math.abs(Number(anomaly?.['expected_value']) - exporter.usual(jumped, atS))).toBeLessThan(
    25,
  );
  expect(anomaly?.['anomaly_score']).toBeGreaterThanOrEqual(0.85);
  expect(['high', 'critical']).toContain(anomaly?.['severity']);
  expect(anomaly?.['confidence']).toBeGreaterThan(0.5);
  expect(anomaly?.['explanation']).toContain(`${jumped} (host web-1`);
  expect(anomaly?.['model_id']).toBeGreaterThan(0);
  expect(anomaly?.['model_version']).toBeTruthy();

  const models = (await saimon.get('/models'))['total'];
  await saimon.end('SIGKILL');
  await saimon.again();
  await sleep(25_000);
  const after = await anomalies(saimon);
  expect(after.map(({ id }) => id)).toEqual([anomaly?.['id']]);
  expect((await saimon.get('/models'))['total']).toBe(models);

  exporter.shift(jumped, 0);
  await eventually(
    async () => {
      const ended = (await anomalies(saimon)).find(({ id }) => id === anomaly?.['id']);
      expect(ended).toMatchObject({ status: 'closed' });
    },
    { timeoutMs: 120_000, everyMs: 1000 },
  );
  const alerts = (await saimon.get('/alerts')) as { alerts: Record<string, unknown>[] };
  expect(alerts.alerts.filter(({ anomaly_id }) => anomaly_id === anomaly?.['id'])).toHaveLength(1);
}

async function anomalies(saimon: RunningSaimon): Promise<Record<string, unknown>[]> {
  return ((await saimon.get('/anomalies')) as { anomalies: Record<string, unknown>[] }).anomalies;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
