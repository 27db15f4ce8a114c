import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DAY_MS } from '../core/civil-time.ts';
import { type Fault, fixedFaults } from '../sources/simulated/faults.ts';
import { createSimulatedSource } from '../sources/simulated/simulated-source.ts';
import type { EmbeddedDatabase } from '../store/embedded-database.ts';
import { listIncidentMembers, loadIncidents } from '../store/incidents-table.ts';
import { openTestDatabase } from '../store/test-database.ts';
import type { IncidentOptions } from './engine-options.ts';
import { MINUTE_MS, NOON_MS, TestWorld } from './test-engine.ts';

let database: EmbeddedDatabase;
vi.setConfig({ testTimeout: 60_000 });

beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

const FAULT_MS = NOON_MS + 32 * MINUTE_MS;
const endMs = FAULT_MS + 20 * MINUTE_MS;
const ORDERS = ['orders-db', 'orders-api', 'orders-queue'].map((instance, i) => ({
  metric: `${instance.replace('-', '_')}_seconds`,
  labels: { instance },
  delayMs: i * MINUTE_MS,
}));
const CASCADE: Fault = {
  kind: 'cascade',
  title: 'orders wait',
  startMs: FAULT_MS,
  endMs,
  targets: ORDERS,
};
const ELSEWHERE: Fault = {
  kind: 'jump',
  title: 'CPU jump on web-2',
  startMs: FAULT_MS,
  endMs,
  targets: [{ metric: 'node_cpu_busy', labels: { instance: 'web-2' }, delayMs: 0 }],
};

/** Incidents of an estate that broke for twenty minutes, two detection intervals after it began. */
async function lived(incidents: Partial<IncidentOptions> = {}) {
  const world = new TestWorld(database, {
    options: {
      queries: [...ORDERS.map(({ metric }) => metric), 'node_cpu_busy'].map((alias) => ({
        alias,
        expr: alias,
      })),
      historyMs: 7 * DAY_MS,
      fitWindowMs: 7 * DAY_MS,
      incidents: {
        gapMs: 15 * MINUTE_MS,
        sharedLabels: [],
        correlation: true,
        minMembers: 1,
        ...incidents,
      },
    },
  });
  const source = createSimulatedSource({
    seed: 5,
    startMs: NOON_MS,
    clock: world.clock,
    orders: true,
    faults: fixedFaults([CASCADE, ELSEWHERE]),
  });
  const engine = world.engine(database, source);
  await engine.detectOnce();
  await engine.trainOnce();
  await world.run(engine, 40);
  await engine.stop();
  return loadIncidents(database, [1, 2, 3, 4]);
}

test('a cascade over hosts without a common label is one incident, as their past week taught, and an unrelated fault is another', async () => {
  const incidents = await lived();
  expect(incidents.filter(({ mergedInto }) => mergedInto === null)).toMatchObject([
    { title: 'orders_db_seconds of orders-db and 2 more', members: 3 },
    { title: 'node_cpu_busy of web-2', members: 1 },
  ]);
  const members = await listIncidentMembers(database, incidents[0]?.id ?? 0);
  expect(members.map(({ ties }) => ties.map(({ kind }) => kind))).toEqual([
    [],
    ['correlation'],
    ['correlation'],
  ]);
});

test('without correlation every host of the cascade has an incident of its own', async () => {
  const incidents = await lived({ correlation: false });
  expect(incidents.map(({ members }) => members)).toEqual([1, 1, 1, 1]);
});
