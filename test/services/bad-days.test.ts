import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakePrometheus, startFakePrometheus } from './fake-prometheus.ts';
import type { Row, RunningSaimon } from './running-saimon.ts';
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

// One process and its bad days, told in order: each test continues where the one before ended.

const JUMP = 40;
const WELL = ['orders', 'errors'];
const QUERIES = [...WELL, 'refused', 'login', 'cut', 'silent', 'crowd'];
const closing: (() => Promise<unknown>)[] = [];
let steady: FakePrometheus;
let shaky: FakePrometheus;
/** Never has an outage. */
let calm: RunningSaimon;
let tried: RunningSaimon;

beforeAll(async () => {
  const epochS = Math.floor(Date.now() / 1000) - 3600;
  steady = await startFakePrometheus({ epochS });
  shaky = await startFakePrometheus({ epochS });
  closing.push(() => steady.leave());
  closing.push(() => shaky.leave());
  calm = await watchFake(steady, QUERIES);
  closing.push(() => calm.stop());
  await untilReady(calm, QUERIES);
  // Both from one training: samples of a jump are about as unusual, and one second more learned makes another the peak.
  await calm.end('SIGTERM');
  tried = await watchFake(shaky, QUERIES, {}, { data: calm.data });
  closing.push(() => tried.stop());
  await calm.again();
  await Promise.all([untilReady(calm, QUERIES), untilReady(tried, QUERIES)]);
});

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

test('Prometheus away for a while: one line, one more when it is back, the same anomalies', async () => {
  const since = tried.lines().length;
  await shaky.leave();
  const lost = await eventually(async () => {
    const lines = warnings(tried, since);
    expect(lines.length).toBeGreaterThan(0);
    return lines;
  }, patient);
  expect(lost).toEqual([
    `Cannot reach ${shaky.url}: connection refused; check the address and that the server runs; what is missed is caught up`,
  ]);
  expect(await tried.get('/health/detailed')).toMatchObject({
    status: 'degraded',
    dependencies: { database: 'healthy', prometheus: 'unhealthy' },
  });
  // The jump begins and ends while nobody answers.
  const fromS = Math.floor(Date.now() / 1000) + 1;
  for (const one of [steady, shaky]) one.shift('orders', JUMP, { fromS, toS: fromS + 15 });
  await sleep(20_000);
  expect(await tried.anomalies()).toEqual([]);
  await shaky.comeBack();
  await Promise.all([untilCaughtUp(tried, QUERIES), untilCaughtUp(calm, QUERIES)]);
  expect(warnings(tried, since)).toEqual(lost);
  expect(told(tried, since).filter((line) => line.startsWith('Recovered'))).toHaveLength(1);
  const [own, usual] = [await tried.anomalies(), await calm.anomalies()];
  expect(own).toHaveLength(1);
  expect(own.map(essence)).toEqual(usual.map(essence));
  await expectNothingLostOrDoubled(tried, shaky);
  expect(await tried.get('/health/detailed')).toMatchObject({ status: 'healthy' });
});

/** What a query gets while a test lasts, and what is said of it. */
const TROUBLES = {
  refused: ['bad request', /^Cannot query refused at .*: unknown function/],
  login: ['html', /to login: .*"<html>.*; expected JSON of a Prometheus-compatible API/],
  cut: ['cut', /to cut: expected .* at byte \d+, .*; expected JSON of a Prometheus-compatible API/],
  silent: [
    'hanging',
    /^Cannot query .*: no full answer within 2s; a longer reader\.timeout or a lighter query/,
  ],
  crowd: [
    'crowd',
    /^Cannot watch crowd: 50000 series, more than the 10000 of reader\.max_series; aggregate/,
  ],
} as const;

test('a refusal, HTML, half an answer, silence and 50,000 series are one line each, and the other queries go on', async () => {
  const since = tried.lines().length;
  const names = Object.keys(TROUBLES) as (keyof typeof TROUBLES)[];
  for (const name of names) shaky.treat(name, TROUBLES[name][0]);
  await eventually(async () => expect(warnings(tried, since)).toHaveLength(5), patient);
  await untilCaughtUp(tried, WELL);
  const said = warnings(tried, since);
  process.stdout.write(`  ${said.join('\n  ')}\n`);
  for (const name of names) {
    const lines = said.filter((line) => line.endsWith(` (query ${name})`));
    expect(lines, said.join('\n')).toHaveLength(1);
    expect(lines[0]).toMatch(TROUBLES[name][1]);
  }
  for (const name of names) shaky.treat(name, 'well');
  await untilCaughtUp(tried, QUERIES);
  expect(warnings(tried, since)).toEqual(said);
  expect(told(tried, since).filter((line) => line.startsWith('Recovered'))).toHaveLength(5);
  expect(await tried.series()).toHaveLength(QUERIES.length);
  await expectNothingLostOrDoubled(tried, shaky);
});

test('killed ten times while a jump goes on it shows one anomaly, always the same', {
  timeout: 400_000,
}, async () => {
  const fromS = Math.floor(Date.now() / 1000) + 1;
  shaky.shift('errors', JUMP, { fromS, toS: Number.POSITIVE_INFINITY });
  const models = (await tried.get('/models'))['total'];
  const ofErrors = async (): Promise<Row[]> =>
    (await tried.anomalies()).filter(({ metric_name: name }) => name === 'errors');
  const opened = await eventually(async () => {
    const all = await ofErrors();
    expect(all).toHaveLength(1);
    return all;
  }, patient);
  for (let round = 0; round < 10; round++) {
    await sleep(Math.random() * 4000);
    await tried.end('SIGKILL');
    await tried.again();
  }
  await untilCaughtUp(tried, QUERIES);
  expect((await ofErrors()).map(({ id }) => id)).toEqual(opened.map(({ id }) => id));
  expect((await tried.get('/models'))['total']).toBe(models);
  await expectNothingLostOrDoubled(tried, shaky);
});

/** What makes two anomalies the same, whoever found them. */
const ESSENCE = [
  'metric_name',
  'labels',
  'kind',
  'direction',
  'severity',
  'algorithm',
  'started_at',
  'opened_at',
  'timestamp',
  'value',
  'expected_value',
  'lower',
  'upper',
  'deviation_ratio',
];

function essence(anomaly: Row): Row {
  return Object.fromEntries(ESSENCE.map((name) => [name, anomaly[name]]));
}
