import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { FAMILIES } from '../../src/sources/simulated/families.ts';
import { historyLines } from '../../src/sources/simulated/history.ts';
import { createSimulateServer } from '../../src/sources/simulated/simulate-server.ts';
import { type PrometheusServer, startPrometheus } from './prometheus-server.ts';
import { eventually } from './server-process.ts';

/** A real Prometheus is given two days of history and then scrapes the estate every second. */
const startMs = Date.now();
const estate = { seed: 1, startMs, historyMs: 2 * 86_400_000 };
const simulate = createSimulateServer({
  ...estate,
  port: 0,
  host: '127.0.0.1',
  clock: systemClock,
});
let prometheus: PrometheusServer | undefined;

beforeAll(async () => {
  const { host } = new URL(await simulate.start());
  const history = historyLines({ ...estate, labels: { job: 'estate' } });
  prometheus = await startPrometheus({ targets: [host], history });
});

afterAll(async () => {
  await prometheus?.stop();
  await simulate.stop();
});

test('the usual expression for busy CPUs gives what the estate means, in history and live', async () => {
  const busy = '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}';
  const before = await values(`${busy}[5m] @ ${startMs / 1000 - 86_400}))`);
  const live = await eventually(async () => {
    const ratios = await values(`${busy}[5s]))`);
    expect(ratios).toHaveLength(3);
    return ratios;
  });
  expect(before).toHaveLength(3);
  for (const ratio of [...before, ...live]) {
    expect(ratio).toBeGreaterThan(0.02);
    expect(ratio).toBeLessThan(0.9);
  }
});

test('no counter is reset between history and live time', async () => {
  for (const { name, type } of FAMILIES) {
    if (type !== 'counter') continue;
    const resets = await values(`resets(${name}{job="estate"}[3d])`);
    expect(resets.length, name).toBeGreaterThan(0);
    expect(Math.max(...resets), name).toBe(0);
  }
});

async function values(query: string): Promise<number[]> {
  return (await prometheus?.values(query)) ?? [];
}
