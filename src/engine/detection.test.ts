import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readBandChunks } from '../core/model/band-chunk.ts';
import { SourceError } from '../sources/errors.ts';
import { listAlerts } from '../store/alerts-table.ts';
import { readBands } from '../store/bands-table.ts';
import type { Database } from '../store/database.ts';
import type { EmbeddedDatabase } from '../store/embedded-database.ts';
import { StoreError } from '../store/errors.ts';
import { openTestDatabase } from '../store/test-database.ts';
import type { Engine } from './engine.ts';
import type { LiveEvent } from './live-events.ts';
import { MINUTE_MS, mortal, NOON_MS, noise, noiseWithJump, TestWorld } from './test-engine.ts';

let database: EmbeddedDatabase;
vi.setConfig({ testTimeout: 30_000 });

beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

const JUMP_MS = NOON_MS + 20 * MINUTE_MS;

/** A world of two series, one of which will jump, trained. */
async function jumpingWorld(
  of: Database = database,
): Promise<{ world: TestWorld; engine: Engine }> {
  const world = new TestWorld(of);
  world.source.add('load', { host: 'a' }, (timeMs) => noiseWithJump(timeMs, JUMP_MS));
  world.source.add('load', { host: 'b' }, (timeMs) => noise(timeMs, 1));
  const engine = world.engine();
  await engine.detectOnce();
  await engine.trainOnce();
  return { world, engine };
}

test('a jump is one anomaly with all that is known of it, however often runs are repeated', async () => {
  const { world, engine } = await jumpingWorld();
  const events: LiveEvent[] = [];
  engine.subscribe((event) => events.push(event));
  for (let run = 0; run < 8; run++) {
    await world.run(engine, 10, 10);
    await engine.detectOnce();
  }
  const anomalies = await world.anomalies();
  expect(anomalies).toHaveLength(1);
  const [anomaly] = anomalies;
  expect(anomaly).toMatchObject({
    metricName: 'load',
    labels: { host: 'a' },
    direction: 'above',
    status: 'closed',
    algorithm: 'zscore',
    modelVersion: '2026-11-22.1',
    openedAtMs: JUMP_MS,
  });
  expect(anomaly?.anomalyScore).toBeGreaterThan(0.9);
  expect(anomaly?.expectedValue).toBeCloseTo(10, 0);
  expect(anomaly?.value).toBeGreaterThan(20);
  expect(anomaly?.explanation).toContain('expected');
  expect(anomaly?.context).toMatchObject({
    contributions: expect.arrayContaining([
      expect.objectContaining({ detector: 'zscore', share: expect.any(Number) }),
    ]),
    training: { samples: expect.any(Number) },
    data_quality: { coverage: 1, gaps: 0 },
  });
  const changes = events.flatMap((event) => (event.kind === 'anomaly' ? [event.change] : []));
  expect(changes[0]).toBe('opened');
  expect(changes.at(-1)).toBe('closed');
  const alerts = await listAlerts(database, {}, { skip: 0, limit: 9 });
  expect(alerts.rows.map(({ status }) => status)).toEqual(['resolved']);
  const chunks = await readBands(database, 1, { startMs: NOON_MS, endMs: NOON_MS + 9e7 });
  const bands = readBandChunks(chunks);
  expect(bands.times).toHaveLength(80);
  expect(Math.max(...bands.ratio)).toBeGreaterThan((anomaly?.deviationRatio ?? 9) - 1e-4);
  const metrics = await world.telemetry.registry.metrics();
  expect(metrics).toMatch(/saimon_anomalies_detected_total\{severity="\w+"\} 1/);
  expect(metrics).toContain('saimon_anomalies_by_severity{severity="critical"} 0');
  expect(metrics).toContain('saimon_series_state{state="ready"} 2');
  expect([...engine.latestJudgements()].map(({ alias }) => alias)).toEqual(['load', 'load']);
  expect(world.said).toEqual([]);
});

const ROUNDS = 8;
type Fate = 'runs' | 'source is down' | 'restarts' | 'killed before' | 'killed after';

/** The rows after every round of the timeline had its fate. */
async function rowsAfter(fates: readonly Fate[]) {
  const { world, engine: first } = await jumpingWorld();
  let engine = first;
  for (let round = 0; round < ROUNDS; round++) {
    const fate = fates[round] ?? 'runs';
    const down = new SourceError('unreachable', 'Cannot reach the source: refused, start it');
    world.source.failure = fate === 'source is down' ? down : undefined;
    if (fate === 'restarts') {
      await engine.stop();
      engine = world.engine();
    }
    if (fate.startsWith('killed')) {
      const dying = mortal(database);
      engine = world.engine(dying);
      await engine.detectOnce();
      dying.afterCommit = fate === 'killed after';
      dying.dieAfter = 1;
    }
    await world.run(engine, 10, 10);
    if (fate.startsWith('killed')) engine = world.engine();
  }
  await engine.detectOnce();
  const rows = await world.anomalies();
  await engine.stop();
  return rows;
}

test('outages, restarts and kills at any moment leave the rows that a quiet life leaves', async () => {
  const fate = fc.constantFrom<Fate>(
    'runs',
    'source is down',
    'restarts',
    'killed before',
    'killed after',
  );
  const quiet = await rowsAfter([]);
  expect(quiet).toHaveLength(1);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fate, { minLength: ROUNDS - 1, maxLength: ROUNDS - 1 }),
      async (fates) => {
        await database.close();
        database = await openTestDatabase();
        expect(await rowsAfter(fates)).toEqual(quiet);
      },
    ),
    { numRuns: 2, seed: 7, endOnFailure: true },
  );
});

test('a database that is away holds up the rows and loses none', async () => {
  const { world, engine } = await jumpingWorld();
  await world.run(engine, 15, 15);
  const away = { ...database, isAway: true };
  const flaky: Database = {
    ...away,
    transaction: async (work) => {
      if (away.isAway) throw new StoreError('unreachable', 'Cannot reach the database: refused');
      return database.transaction(work);
    },
  };
  await engine.stop();
  const next = world.engine(flaky);
  await world.clock.advance(10 * MINUTE_MS);
  const run = next.detectOnce();
  while (world.clock.sleeping === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await world.clock.advance(3000);
  expect(next.status().problems.join()).toContain('detections are kept and written');
  expect(await world.anomalies()).toHaveLength(0);
  away.isAway = false;
  await world.clock.advance(10_000);
  await run;
  expect(await world.anomalies()).toHaveLength(1);
  expect(next.status().problems).toEqual([]);
});

test('a clock that steps back scores nothing twice', async () => {
  const { world, engine } = await jumpingWorld();
  await world.run(engine, 30, 30);
  const before = await world.anomalies();
  await world.clock.advance(-30 * MINUTE_MS);
  await engine.detectOnce();
  expect(await world.anomalies()).toEqual(before);
  await world.run(engine, 80, 40);
  expect((await world.anomalies()).map(({ status }) => status)).toEqual(['closed']);
});
