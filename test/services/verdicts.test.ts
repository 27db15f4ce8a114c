import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakePrometheus, startFakePrometheus } from './fake-prometheus.ts';
import type { Row, RunningSaimon } from './running-saimon.ts';
import { eventually } from './server-process.ts';
import { patient, untilReady, watchFake } from './watched-fake.ts';

/** A pattern that comes again, what a person says of it, and what that changes, in the built program. */
const NAMES = ['orders', 'errors', 'queue'];
const PATTERN = 20;
const TRUE_ONE = 80;
const LASTS_S = 20;
const closing: (() => Promise<unknown>)[] = [];
let prometheus: FakePrometheus;
let saimon: RunningSaimon;

beforeAll(async () => {
  const epochS = Math.floor(Date.now() / 1000) - 3600;
  prometheus = await startFakePrometheus({ epochS });
  closing.push(() => prometheus.leave());
  saimon = await watchFake(prometheus, NAMES);
  closing.push(() => saimon.stop());
  await untilReady(saimon, NAMES);
});
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

/** Adds to a series for a while from now on; resolves when that is over. */
async function disturb(name: string, by: number): Promise<void> {
  const fromS = Math.floor(Date.now() / 1000) + 1;
  prometheus.shift(name, by, { fromS, toS: fromS + LASTS_S });
  await sleep(1000 * (LASTS_S + 3));
}

/** Its one anomaly, once it was found. */
async function found(name: string): Promise<Row> {
  return eventually(async () => {
    const [anomaly, ...others] = (await saimon.anomalies()).filter(
      (one) => one['metric_name'] === name,
    );
    expect(anomaly, saimon.output().slice(-2000)).toBeDefined();
    expect(others).toEqual([]);
    return anomaly ?? {};
  }, patient);
}

async function post(path: string, body?: object): Promise<Row> {
  const response = await fetch(`${saimon.url}/api/v1${path}`, {
    method: 'POST',
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Row;
  expect(response.ok, JSON.stringify(answer)).toBe(true);
  return answer;
}

/** What alerted, by anomaly. */
async function alerted(): Promise<number[]> {
  const { alerts } = (await saimon.get('/alerts')) as { alerts: Row[] };
  return alerts.map((alert) => Number(alert['anomaly_id'])).toSorted((a, b) => a - b);
}

// One series would go on with the same anomaly within a quarter of an hour, so the pattern comes to another one of its host.
test('a false alarm is taught once: the next one of its host is kept but pages nobody, kill -9 or not, a true one beside it does', async () => {
  await disturb('orders', PATTERN);
  const first = await found('orders');
  const id = Number(first['id']);
  expect(await alerted()).toEqual([id]);

  const scope = { match: { host: 'web-1' } };
  const verdict = { verdict: 'false_positive', comment: 'the import', scope };
  const kept = await post(`/anomalies/${id}/feedback?user=ann`, verdict);
  expect(kept['proposed_rule_id']).toBeGreaterThan(0);
  const path = `/anomalies/${id}/rule-proposals?scope=labels&match=host=web-1`;
  const { proposals } = (await saimon.get(path)) as {
    proposals: { condition: Row; effect: Row }[];
  };
  const rule = proposals.find(({ condition }) => condition['kind'] === 'min_deviation');
  expect(rule?.effect).toMatchObject({
    quieted: [id],
    alerts_fewer: [id],
    confirmed_lost: [],
  });
  const made = await post('/rules?user=ann', { ...rule, anomaly_id: id });
  const ruleId = Number(made['id']);

  const again = disturb('errors', PATTERN);
  await sleep((LASTS_S * 1000) / 2);
  await saimon.end('SIGKILL');
  await saimon.again();
  await again;
  const second = await found('errors');
  expect(second).toMatchObject({ quieted_by: { rule_id: ruleId }, incident_id: null });

  await disturb('queue', TRUE_ONE);
  const third = await eventually(async () => {
    const anomaly = await found('queue');
    expect(anomaly['incident_id']).toBeGreaterThan(0);
    return anomaly;
  }, patient);
  expect(third).toMatchObject({ quieted_by: null });
  expect(await alerted()).toEqual([id, third['id']]);
  expect(await found('errors')).toMatchObject({ quieted_by: { rule_id: ruleId } });
  expect(await saimon.get(`/rules/${ruleId}`)).toMatchObject({ status: 'accepted', acted: 1 });
});
