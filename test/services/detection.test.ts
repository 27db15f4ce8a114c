import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { limit } from '../../src/base/limit.ts';
import { startPostgresServer } from './postgres-server.ts';
import { startPrometheus } from './prometheus-server.ts';
import { startRedisServer } from './redis-server.ts';
import { type Row, type RunningSaimon, runSaimon } from './running-saimon.ts';
import { eventually } from './server-process.ts';
import { SIGNALS, type SignalExporter, startSignalExporter } from './signal-exporter.ts';
import { startVictoriaMetrics } from './victoria-metrics-server.ts';

/**
 * The main job as a user meets it, in three worlds at once over one exporter: eight days of history, models within
 * a minute, quiet while nothing happens, one jump that is one anomaly within half a minute, and the same after
 * kill -9. (An ended jump is forgotten after some sixty samples, too long to wait for here.) How long it took is printed; the limits here only catch what never comes.
 */
const STEP_S = 15;
const NEVER_MS = 240_000;
const QUIET_MS = 45_000;
const JUMPED = 'signal_3';
const JUMP = 400;

const closing: (() => Promise<unknown>)[] = [];
/** Learning takes all processors, so the worlds begin one after the other: each figure is its own. */
const oneAtATime = limit(1);
const starts: Promise<unknown>[] = [];
let exporter: SignalExporter;
let prometheusUrl: string;
let victoriaUrl: string;

beforeAll(async () => {
  exporter = await startSignalExporter();
  closing.push(() => exporter.stop());
  const endS = Math.floor(Date.now() / 1000);
  const past = { startS: endS - 8 * 86_400, endS, stepS: STEP_S };
  const scrape = { targets: [exporter.target], scrapeInterval: '5s' };
  const prometheus = await startPrometheus({ ...scrape, history: exporter.history(past) });
  closing.push(() => prometheus.stop());
  prometheusUrl = prometheus.url;
  const victoria = await startVictoriaMetrics({ ...scrape, history: exporter.history(past) });
  closing.push(() => victoria.stop());
  victoriaUrl = victoria.url;
});

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

const WORLDS = [
  ['Prometheus and the embedded database', async () => ({ url: prometheusUrl })],
  ['VictoriaMetrics and the embedded database', async () => ({ url: victoriaUrl })],
  ['Prometheus, PostgreSQL and Redis', overServers],
] as const;

async function overServers() {
  const postgres = await startPostgresServer();
  closing.push(() => postgres.stop());
  const redis = await startRedisServer();
  closing.push(() => redis.stop());
  const environment = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
  return { url: prometheusUrl, environment };
}

test.concurrent.each(WORLDS)(
  'a jump is one anomaly, which a kill does not double: %s',
  { timeout: 3 * NEVER_MS },
  async (world, prepare) => {
    const start = oneAtATime(async () => {
      const { url, environment } = { environment: {}, ...(await prepare()) };
      return untilModels(await begin(url, environment), world);
    });
    starts.push(start);
    const saimon = await start;
    // A world that failed must not keep the others waiting.
    await Promise.allSettled(starts);
    await sleep(QUIET_MS);
    expect(await saimon.anomalies(), 'quiet minutes').toEqual([]);

    const jumpedMs = Date.now();
    exporter.shift(JUMPED, JUMP);
    const first = await eventually(async () => {
      const [opened] = await saimon.anomalies();
      expect(opened, saimon.output().slice(-2000)).toBeDefined();
      return opened;
    }, patient);
    figure(world, 'an episode', Date.now() - jumpedMs);
    await sleep(20_000);
    // The longer it lasts the worse it is: it is high within half a minute.
    const anomaly = await eventually(async () => {
      const [jump, ...others] = await saimon.anomalies();
      expect(others).toEqual([]);
      expect(jump?.['id']).toBe(first?.['id']);
      expectJump(jump ?? {}, jumpedMs / 1000);
      return jump;
    }, patient);
    figure(world, 'of high severity', Date.now() - jumpedMs);

    const models = (await saimon.get('/models'))['total'];
    await saimon.end('SIGKILL');
    await saimon.again();
    const restartedMs = Date.now();
    await eventually(async () => {
      expect(await scoredUntilMs(saimon)).toBeGreaterThan(restartedMs);
    }, patient);
    expect((await saimon.anomalies()).map(({ id }) => id)).toEqual([anomaly?.['id']]);
    expect((await saimon.get('/models'))['total']).toBe(models);

    const alerts = (await saimon.get('/alerts')) as { alerts: Row[] };
    expect(alerts.alerts.filter((alert) => alert['anomaly_id'] === anomaly?.['id'])).toHaveLength(
      1,
    );
  },
);

const patient = { timeoutMs: NEVER_MS, everyMs: 500 };

async function begin(url: string, environment: Record<string, string>): Promise<RunningSaimon> {
  const queries = Object.fromEntries(SIGNALS.map((name) => [name, { expr: name }]));
  const reader = { datasource_url: url, sampling_period: '5s', tz: 'UTC', queries };
  const saimon = await runSaimon({ reader, schedulers: { infer_every: '15s' } }, environment);
  closing.push(() => saimon.stop());
  return saimon;
}

async function untilModels(saimon: RunningSaimon, world: string): Promise<RunningSaimon> {
  const startedMs = Date.now();
  await eventually(async () => {
    const { models } = (await saimon.get('/models?limit=1000&active_only=true')) as {
      models: { name: string }[];
    };
    const kinds = SIGNALS.map(
      (name) => models.filter((model) => model.name.startsWith(`${name}{`)).length,
    );
    expect(Math.min(...kinds), saimon.output().slice(-3000)).toBeGreaterThanOrEqual(2);
  }, patient);
  figure(world, 'at least two models for each of 9 series', Date.now() - startedMs);
  return saimon;
}

function expectJump(anomaly: Row, atS: number): void {
  expect(anomaly).toMatchObject({ metric_name: JUMPED, status: 'open', direction: 'above' });
  expect(anomaly['labels']).toMatchObject({ host: 'web-1' });
  expect(Math.abs(Number(anomaly['expected_value']) - exporter.usual(JUMPED, atS))).toBeLessThan(
    25,
  );
  expect(anomaly['anomaly_score']).toBeGreaterThanOrEqual(0.85);
  expect(['high', 'critical']).toContain(anomaly['severity']);
  expect(anomaly['confidence']).toBeGreaterThan(0.5);
  expect(anomaly['explanation']).toContain(`${JUMPED} of web-1`);
  expect(anomaly['model_id']).toBeGreaterThan(0);
  expect(anomaly['model_version']).toBeTruthy();
}

/** Up to when every series has been judged. */
async function scoredUntilMs(saimon: RunningSaimon): Promise<number> {
  return Math.min(
    ...(await saimon.series()).map((one) => Date.parse(String(one['last_sample_at']))),
  );
}

function figure(world: string, what: string, ms: number): void {
  process.stdout.write(`  ${world}: ${what} after ${(ms / 1000).toFixed(1)} s\n`);
}
