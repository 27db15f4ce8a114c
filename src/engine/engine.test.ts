import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SILENT } from '../base/logger.ts';
import { HOUR_MS } from '../core/civil-time.ts';
import { SourceError } from '../sources/errors.ts';
import type { EmbeddedDatabase } from '../store/embedded-database.ts';
import { listActiveQueries, saveQueries } from '../store/queries-table.ts';
import { openTestDatabase } from '../store/test-database.ts';
import { LiveHub } from './live-events.ts';
import { MINUTE_MS, NOON_MS, noise, TestWorld } from './test-engine.ts';

vi.setConfig({ testTimeout: 30_000 });

let database: EmbeddedDatabase;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

const aliases = async () => (await listActiveQueries(database)).map(({ alias }) => alias);
const preset = (alias: string) => ({
  alias,
  expr: alias,
  metricType: 'gauge' as const,
  description: '',
  unit: 'ratio',
  dataRange: [0, 1] as const,
});

/** Waits until something is so: the engine works in the background. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
}

test('a started engine detects at every interval until it is stopped', async () => {
  const world = new TestWorld(database, { startMs: NOON_MS + 90_000 });
  world.source.add('load', {}, (timeMs) => (timeMs < NOON_MS ? undefined : noise(timeMs)));
  const engine = world.engine();
  engine.start();
  const asleep = () => until(() => world.clock.sleeping === 3);
  await asleep();
  expect(engine.status()).toMatchObject({ running: true, series: { learning: 1 } });
  // Runs begin at multiples of five minutes: 12:05, 12:10.
  const readUntil = () => engine.status().queries[0]?.readUntilMs;
  await world.clock.advance(3.4 * MINUTE_MS);
  await asleep();
  expect(readUntil()).toBe(NOON_MS + MINUTE_MS);
  await world.clock.advance(0.2 * MINUTE_MS);
  await until(() => readUntil() === NOON_MS + 5 * MINUTE_MS);
  await asleep();
  await world.clock.advance(5 * MINUTE_MS);
  await until(() => readUntil() === NOON_MS + 10 * MINUTE_MS);
  expect(engine.seriesProgress(1)?.samplesSeen).toBe(11);
  await engine.stop();
  expect(engine.status().running).toBe(false);
  expect(() => engine.start()).toThrow(TypeError);
  // What was learned is kept: the next engine asks for nothing that was seen.
  world.source.requests.length = 0;
  const next = world.engine();
  await world.clock.advance(MINUTE_MS);
  await next.detectOnce();
  expect(world.source.requests.map(({ startMs }) => startMs)).toEqual([NOON_MS + 11 * MINUTE_MS]);
  expect(next.seriesProgress(1)?.samplesSeen).toBe(12);
});

test('stop() ends the sleep between runs, also after a run that was asked for', async () => {
  const world = new TestWorld(database);
  world.source.add('load', {}, noise);
  const engine = world.engine();
  engine.start();
  await until(() => world.clock.sleeping === 3);
  await engine.detectOnce();
  await engine.trainOnce();
  await engine.stop();
  expect(engine.status().running).toBe(false);
});

test('stop() ends a run that waits for a source that does not answer', async () => {
  const world = new TestWorld(database);
  world.source.hangs = true;
  const engine = world.engine();
  engine.start();
  await until(() => world.source.requests.length > 0);
  await engine.stop();
});

test('a query that does not answer is left alone, the others go on', async () => {
  const queries = ['load', 'slow'].map((alias) => ({ alias, expr: alias }));
  const world = new TestWorld(database, { options: { queries } });
  world.source.add('load', {}, noise);
  world.source.hanging.add('slow');
  const engine = world.engine();
  const first = engine.detectOnce();
  await until(
    () => world.clock.sleeping === 1 && engine.status().queries[0]?.readUntilMs === NOON_MS,
  );
  await world.clock.advance(5 * MINUTE_MS);
  await first;
  await engine.detectOnce();
  const asked = world.source.requests.map(({ expr }) => expr);
  expect(asked.filter((expr) => expr === 'slow')).toHaveLength(1);
  expect(engine.status().queries).toMatchObject([
    { alias: 'load', readUntilMs: NOON_MS + 5 * MINUTE_MS },
    { alias: 'slow', readUntilMs: null },
  ]);
  await engine.stop();
});

test('without queries the presets of the source are watched, as soon as it answers', async () => {
  const world = new TestWorld(database, { options: { queries: [] } });
  world.source.proposals = [preset('cpu'), preset('memory')];
  world.source.failure = new SourceError('unreachable', 'Cannot reach the source: refused');
  const engine = world.engine();
  await engine.detectOnce();
  await engine.detectOnce();
  expect(await aliases()).toEqual([]);
  expect(world.said).toEqual(['Cannot reach the source: refused; presets are looked for again']);
  world.source.failure = undefined;
  await world.run(engine, 5);
  expect(await aliases()).toEqual(['cpu', 'memory']);
  expect(engine.status().problems).toEqual([]);
  // An exporter that is away does not end what is watched.
  world.source.proposals = [preset('cpu'), preset('disk')];
  await world.run(engine, 65, 65);
  expect(await aliases()).toEqual(['cpu', 'memory', 'disk']);
  const [query] = await listActiveQueries(database);
  expect(query?.options).toEqual({ data_range: [0, 1] });
});

test('queries of the configuration take the place of others that are no longer named', async () => {
  const world = new TestWorld(database);
  world.source.add('load', {}, noise);
  const engine = world.engine();
  await saveQueries(database, 'preset', [{ alias: 'cpu', expr: 'cpu' }]);
  await saveQueries(database, 'config', [{ alias: 'gone', expr: 'gone' }]);
  await saveQueries(database, 'api', [{ alias: 'mine', expr: 'mine', options: { step: '5x' } }]);
  await engine.detectOnce();
  expect(await aliases()).toEqual(['mine', 'load']);
  expect(engine.status().problems).toEqual([
    'Cannot watch mine: Cannot parse duration "5x": expected a number and one of ms, s, m, h, d, w',
  ]);
  await engine.reconfigure({ settleMs: 0, queries: [{ alias: 'other', expr: 'other' }] });
  await engine.detectOnce();
  expect(await aliases()).toEqual(['mine', 'other']);
});

test('a query that somebody named and that finds nothing is a trouble until it finds something', async () => {
  const world = new TestWorld(database);
  const engine = world.engine();
  await engine.detectOnce();
  expect(engine.status().queries).toMatchObject([
    {
      alias: 'load',
      problem: 'load is answered, but with no series yet: try its expr in the source',
    },
  ]);
  world.source.add('load', {}, noise);
  await world.run(engine, 5);
  expect(engine.status().queries).toMatchObject([{ alias: 'load', problem: null }]);
  await engine.stop();
});

test('a series keeps what it knows when only its policy changes, and learns anew when its expression does', async () => {
  const world = new TestWorld(database);
  world.source.add('load', {}, (timeMs) => noise(timeMs));
  world.source.add('load * 2', {}, (timeMs) => 2 * noise(timeMs));
  const engine = world.engine();
  await engine.detectOnce();
  await engine.trainOnce();
  const options = {
    stepMs: MINUTE_MS,
    settleMs: 0,
    historyMs: 20 * HOUR_MS,
    policy: { trees: 10 },
  };
  const query = { alias: 'load', expr: 'load', options: { data_range: [0, 11] } };
  await engine.reconfigure({ ...options, queries: [query] });
  await world.run(engine, 10, 10);
  expect(engine.seriesProgress(1)?.state).toBe('ready');
  expect([...engine.latestJudgements()][0]?.upper).toBe(11);
  await engine.reconfigure({ ...options, queries: [{ alias: 'load', expr: 'load * 2' }] });
  await engine.detectOnce();
  expect(engine.seriesProgress(1)?.state).toBe('warm-up');
  await engine.trainOnce();
  await world.run(engine, 10, 10);
  expect(engine.seriesProgress(1)?.state).toBe('ready');
  expect([...engine.latestJudgements()][0]?.expected).toBeCloseTo(20, -0.5);
});

test('a listener that fails is dropped and the others go on', () => {
  const hub = new LiveHub(SILENT);
  const heard: string[] = [];
  hub.subscribe(() => {
    heard.push('bad');
    throw new Error('failed');
  });
  const end = hub.subscribe(({ kind }) => heard.push(kind));
  const event = { kind: 'series', seriesId: 1, state: 'ready', reason: '' } as const;
  hub.publish(event);
  hub.publish(event);
  end();
  hub.publish(event);
  expect(heard).toEqual(['bad', 'series', 'series']);
});
