import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EmbeddedDatabase } from '../store/embedded-database.ts';
import { loadIncidents } from '../store/incidents-table.ts';
import { anyToRoute } from '../store/routing.ts';
import { openTestDatabase } from '../store/test-database.ts';
import type { Engine } from './engine.ts';
import { MINUTE_MS, mortal, NOON_MS, noise, TestWorld } from './test-engine.ts';

let database: EmbeddedDatabase;
vi.setConfig({ testTimeout: 30_000 });

beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

const METRICS = ['disk', 'queue', 'cpu', 'latency', 'errors'];
const FAULT_MS = NOON_MS + 30 * MINUTE_MS;

/** Two hosts; the series of web-1 leave their ways one after the other, those of `others` a quarter of an hour later. */
function hosts(others: readonly string[] = []): TestWorld {
  const queries = METRICS.map((alias) => ({ alias, expr: alias }));
  const world = new TestWorld(database, { options: { minSamples: 500, queries } });
  METRICS.forEach((metric, i) => {
    for (const [host, isFaulty, lateMs] of [
      ['web-1', true, 0],
      ['db-1', others.includes(metric), 15 * MINUTE_MS],
    ] as const) {
      const fromMs = FAULT_MS + i * MINUTE_MS + lateMs;
      const seed = host === 'web-1' ? i : 10 + i;
      world.source.add(metric, { instance: `${host}:9100` }, (timeMs) => {
        const isOff = isFaulty && timeMs >= fromMs && timeMs < fromMs + 12 * MINUTE_MS;
        return noise(timeMs, seed) + (isOff ? 20 : 0);
      });
    }
  });
  return world;
}

async function begun(world: TestWorld): Promise<Engine> {
  const engine = world.engine();
  await engine.detectOnce();
  await engine.trainOnce();
  return engine;
}

async function incidents() {
  return loadIncidents(database, [1, 2, 3, 4, 5, 6, 7, 8]);
}

const told = async () =>
  (await incidents()).map(({ title, status, members }) => ({ title, status, members }));

test('a cascade over five series of one host is one incident within two detection intervals, and ends as one', async () => {
  const world = hosts();
  const engine = await begun(world);
  await world.run(engine, 40);
  expect(await told()).toEqual([{ title: 'disk of web-1 and 4 more', status: 'open', members: 5 }]);
  const gauge = async () =>
    (await world.telemetry.incidentsOpen.get()).values.reduce((sum, { value }) => sum + value, 0);
  expect(await gauge()).toBe(1);
  const anomalies = await world.anomalies();
  expect(anomalies.map(({ incidentId }) => incidentId)).toEqual([1, 1, 1, 1, 1]);
  await world.run(engine, 40);
  expect(await told()).toMatchObject([{ status: 'resolved', members: 5 }]);
  expect(await gauge()).toBe(0);
});

test('faults on two hosts stay two incidents', async () => {
  const world = hosts(['cpu', 'errors']);
  await world.run(await begun(world), 60);
  expect(await told()).toMatchObject([
    { title: 'disk of web-1 and 4 more', members: 5 },
    { title: 'cpu of db-1 and 1 more', members: 2 },
  ]);
});

test('kills before and after any write of a run leave the incident that a quiet life leaves', async () => {
  const lived = async (kills: boolean) => {
    const world = hosts();
    let alive = await begun(world);
    await world.run(alive, 25);
    for (let run = 0; run < 12; run++) {
      await world.clock.advance(5 * MINUTE_MS);
      if (kills) {
        await alive.stop();
        const dying = mortal(database);
        dying.dieAfter = run + 1;
        dying.afterCommit = run % 2 === 0;
        await world.engine(dying).detectOnce();
        alive = world.engine();
      }
      await alive.detectOnce();
    }
    await alive.stop();
    const all = await incidents();
    return all.map((incident) => ({ ...incident, formedAtMs: 0, createdAtMs: 0 }));
  };
  const quiet = await lived(false);
  await database.close();
  database = await openTestDatabase();
  expect(await lived(true)).toEqual(quiet);
  expect(quiet).toMatchObject([{ status: 'resolved', members: 5, id: 1 }]);
});

test('a process that dies after any of its transactions leaves no incident of which nobody was told', async () => {
  const world = hosts();
  const alive = await begun(world);
  await world.run(alive, 29);
  await alive.stop();
  await world.clock.advance(10 * MINUTE_MS);
  let deaths = 0;
  for (let died = true; died; ) {
    const dying = mortal(database);
    dying.afterCommit = true;
    // Each goes on where the one before ended, one transaction further.
    dying.dieAfter = 1;
    await world.engine(dying).detectOnce();
    expect(await anyToRoute(database, world.clock.now()), `after ${deaths}`).toBe(false);
    died = dying.dieAfter <= 0 && ++deaths < 20;
  }
  expect(deaths).toBeGreaterThan(2);
  expect(await told()).toMatchObject([{ status: 'open', members: 5 }]);
});
