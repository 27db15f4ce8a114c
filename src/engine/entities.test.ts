import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { DAY_MS, HOUR_MS } from '../core/civil-time.ts';
import { gaussian, seededRng } from '../core/random.ts';
import type { EmbeddedDatabase } from '../store/embedded-database.ts';
import { openTestDatabase } from '../store/test-database.ts';
import type { Engine } from './engine.ts';
import { MINUTE_MS, mortal, NOON_MS, noise, TestWorld } from './test-engine.ts';

let database: EmbeddedDatabase;
vi.setConfig({ testTimeout: 30_000 });

beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

const Part = z.object({
  metric_name: z.string(),
  labels: z.record(z.string(), z.string()),
  share: z.number(),
});

const STEP_MS = 5 * MINUTE_MS;
const BREAK_MS = NOON_MS + 3 * DAY_MS;

/** Load of a host at whole hours, on a straight line between them. */
function load(timeMs: number, knot: (hourMs: number) => number): number {
  const hourMs = Math.floor(timeMs / HOUR_MS) * HOUR_MS;
  const part = (timeMs - hourMs) / HOUR_MS;
  return (1 - part) * knot(hourMs) + part * knot(hourMs + HOUR_MS);
}

function usual(seed: number): (hourMs: number) => number {
  return (hourMs) => {
    const rng = seededRng(((hourMs / HOUR_MS) ^ (seed * 7919)) >>> 0);
    rng();
    return Math.min(Math.max(gaussian(rng), -2), 2);
  };
}

/** The same, but at three hours from `BREAK_MS` on it is `level`. */
function breaking(seed: number, level: number): (hourMs: number) => number {
  const before = usual(seed);
  return (hourMs) =>
    hourMs >= BREAK_MS && hourMs < BREAK_MS + 3 * HOUR_MS ? level : before(hourMs);
}

/** Hosts whose CPU and memory follow the load; those of web-1 go apart on the third day. */
function hosts(instances: readonly string[]): TestWorld {
  const queries = ['cpu', 'memory', 'disk'].map((alias) => ({ alias, expr: alias }));
  const world = new TestWorld(database, {
    options: { stepMs: STEP_MS, minSamples: 500, historyMs: 4 * DAY_MS, queries },
  });
  instances.forEach((instance, i) => {
    const seed = 10 * (i + 1);
    const knots = (level: number) => (instance === 'web-1' ? breaking(seed, level) : usual(seed));
    const series = (name: string, valueAt: (timeMs: number) => number) =>
      world.source.add(name, { instance: `${instance}:9100` }, valueAt);
    series('cpu', (timeMs) => 50 + 10 * load(timeMs, knots(1.5)) + 0.5 * noise(timeMs, seed));
    series('memory', (timeMs) => 8 + load(timeMs, knots(-1.5)) + 0.05 * noise(timeMs, seed + 1));
    series('disk', (timeMs) => 20 + noise(timeMs, seed + 2));
  });
  return world;
}

/** An engine that has trained every series. */
async function begun(world: TestWorld): Promise<Engine> {
  const engine = world.engine();
  await engine.detectOnce();
  await engine.trainOnce();
  return engine;
}

/** Days of detection, twice a day. */
async function live(world: TestWorld, engine: Engine, days: number): Promise<void> {
  for (let half = 0; half < 2 * days; half++) {
    await world.clock.advance(DAY_MS / 2);
    await engine.detectOnce();
  }
}

test('CPU and memory that go apart within their usual range are one combination, with their parts', async () => {
  const world = hosts(['web-1', 'web-2']);
  const engine = await begun(world);
  await live(world, engine, 3.5);
  const anomalies = await world.anomalies();
  expect(anomalies).toHaveLength(1);
  const [anomaly] = anomalies;
  expect(anomaly).toMatchObject({
    kind: 'combination',
    labels: { instance: 'web-1' },
    direction: 'shape',
    algorithm: 'combination',
    status: 'closed',
    context: { entity: { instance: 'web-1' }, ending: 'returned' },
  });
  expect(['cpu', 'memory']).toContain(anomaly?.metricName);
  expect(anomaly?.openedAtMs).toBeGreaterThan(BREAK_MS - HOUR_MS);
  expect(anomaly?.openedAtMs).toBeLessThan(BREAK_MS);
  expect(anomaly?.explanation).toMatch(
    /^(cpu and memory|memory and cpu) of web-1 move in an unusual combination .* contributes/,
  );
  const parts = z.array(Part).parse(anomaly?.context['contributions']);
  expect(new Set(parts.slice(0, 2).map((part) => part.metric_name))).toEqual(
    new Set(['cpu', 'memory']),
  );
  expect((parts[0]?.share ?? 0) + (parts[1]?.share ?? 0)).toBeGreaterThan(0.9);
  expect(parts[0]?.labels).toEqual({ instance: 'web-1:9100' });
  expect(world.said).toEqual([]);
});

type Fate = 'runs' | 'restarts' | { readonly killedAt: number; readonly afterCommit: boolean };

/** Rows after a host went apart for hours in which every half an hour had its fate. */
async function rowsAfter(fates: readonly Fate[]) {
  const world = hosts(['web-1']);
  const engine = await begun(world);
  await live(world, engine, 2.5);
  await engine.stop();
  await world.clock.advance(DAY_MS / 2 - HOUR_MS);
  let alive = world.engine();
  for (let half = 0; half < 10; half++) {
    const fate = fates[half] ?? 'runs';
    await world.clock.advance(HOUR_MS / 2);
    if (fate === 'restarts') {
      await alive.stop();
      alive = world.engine();
    } else if (fate !== 'runs') {
      const dying = mortal(database);
      dying.dieAfter = fate.killedAt;
      dying.afterCommit = fate.afterCommit;
      await world.engine(dying).detectOnce();
      alive = world.engine();
    }
    await alive.detectOnce();
  }
  await alive.stop();
  return world.anomalies();
}

test('restarts and kills between any two writes leave the combination that a quiet life leaves', async () => {
  const quiet = await rowsAfter([]);
  expect(quiet.map(({ kind, status }) => [kind, status])).toEqual([['combination', 'closed']]);
  await database.close();
  database = await openTestDatabase();
  // A run writes three series, each for itself, and then the entity.
  const fates = [1, 2, 3, 4].flatMap((killedAt) =>
    [false, true].map((afterCommit) => ({ killedAt, afterCommit })),
  );
  expect(await rowsAfter([...fates, 'restarts'])).toEqual(quiet);
});
