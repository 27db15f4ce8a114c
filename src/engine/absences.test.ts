import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DAY_MS, HOUR_MS } from '../core/civil-time.ts';
import { SourceError } from '../sources/errors.ts';
import type { EmbeddedDatabase } from '../store/embedded-database.ts';
import { openTestDatabase } from '../store/test-database.ts';
import type { Engine } from './engine.ts';
import { MINUTE_MS, NOON_MS, noise, TestWorld } from './test-engine.ts';

vi.setConfig({ testTimeout: 30_000 });

const GONE_MS = NOON_MS + 20 * MINUTE_MS;
/** Least that a regular series may be silent. */
const PATIENCE_MS = 5 * MINUTE_MS;

let database: EmbeddedDatabase;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

type Life = (timeMs: number) => boolean;
const always: Life = () => true;
const untilGone: Life = (timeMs) => timeMs <= GONE_MS;
const begin: Life = (timeMs) => timeMs >= GONE_MS - 2 * MINUTE_MS;

function worldOf(
  lives: Readonly<Record<string, Life>>,
  { label = 'instance', missing }: { label?: string; missing?: unknown } = {},
): TestWorld {
  const options = missing === undefined ? {} : { missing };
  const world = new TestWorld(database, {
    options: {
      historyMs: 2 * DAY_MS,
      queries: [{ alias: 'load', expr: 'load', options }],
    },
  });
  Object.entries(lives).forEach(([name, life], i) => {
    world.source.add('load', { job: 'web', [label]: name }, (timeMs) =>
      life(timeMs) ? noise(timeMs, i) : undefined,
    );
  });
  return world;
}

async function trained(world: TestWorld): Promise<Engine> {
  const engine = world.engine();
  await engine.detectOnce();
  await engine.trainOnce();
  return engine;
}

async function absences(world: TestWorld) {
  return (await world.anomalies())
    .filter(({ kind }) => kind === 'absence')
    .map(({ labels, startedAtMs, openedAtMs, endedAtMs, severity, explanation, context }) => ({
      of: labels['instance'] ?? labels['pod'],
      startedAtMs,
      openedAtMs,
      endedAtMs,
      severity,
      explanation,
      ending: context['ending'],
    }));
}

describe('a series that stops', () => {
  it('is absent after five minutes, and back with its next sample', async () => {
    const backMs = GONE_MS + HOUR_MS;
    const world = worldOf({ a: (at) => untilGone(at) || at >= backMs, b: always });
    const engine = await trained(world);
    await world.run(engine, 24, 1);
    expect(await absences(world)).toEqual([]);
    await world.run(engine, 1, 1);
    const [open] = await absences(world);
    expect(open).toMatchObject({
      of: 'a',
      startedAtMs: GONE_MS,
      openedAtMs: GONE_MS + PATIENCE_MS,
      endedAtMs: null,
      severity: 'high',
    });
    expect(open?.explanation).toMatch(
      /^load of a, web has sent no sample since 12:20; it had no pause before/,
    );
    await world.run(engine, 60, 5);
    const all = await absences(world);
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ endedAtMs: backMs, ending: 'returned' });
  });

  it('is the same for an engine that catches up, and for one that is killed on the way', async () => {
    const backMs = GONE_MS + HOUR_MS;
    const world = worldOf({ a: (at) => untilGone(at) || at >= backMs, b: always });
    await trained(world);
    await world.clock.advance(50 * MINUTE_MS);
    await world.engine().detectOnce();
    await world.engine().detectOnce();
    await world.clock.advance(60 * MINUTE_MS);
    await world.engine().detectOnce();
    const [first, ...others] = await absences(world);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      startedAtMs: GONE_MS,
      openedAtMs: GONE_MS + PATIENCE_MS,
      endedAtMs: backMs,
    });
  });

  it('is seen to have been absent by an engine that comes when it is back', async () => {
    const backMs = GONE_MS + HOUR_MS;
    const world = worldOf({ a: (at) => untilGone(at) || at >= backMs, b: always });
    const engine = await trained(world);
    await world.run(engine, 120, 120);
    const [first, ...others] = await absences(world);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ openedAtMs: GONE_MS + PATIENCE_MS, endedAtMs: backMs });
  });

  it('is forgotten after a day', async () => {
    const world = worldOf({ a: untilGone, b: always });
    const engine = await trained(world);
    await world.run(engine, 27 * 60, 9 * 60);
    const [first, ...others] = await absences(world);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ endedAtMs: GONE_MS + DAY_MS, ending: 'vanished' });
  });

  it('is absent also where it is the only one of its query', async () => {
    const world = worldOf({ a: untilGone });
    const engine = await trained(world);
    await world.run(engine, 40, 10);
    expect(await absences(world)).toMatchObject([{ openedAtMs: GONE_MS + PATIENCE_MS }]);
  });
});

describe('no absence is', () => {
  it('what an unreachable source does not give', async () => {
    const world = worldOf({ a: always, b: always });
    const engine = await trained(world);
    world.source.failure = new SourceError('unreachable', 'Cannot reach the source');
    await world.run(engine, 60, 10);
    world.source.failure = undefined;
    await world.run(engine, 30, 10);
    expect(await absences(world)).toEqual([]);
  });

  it('that all series of a query stop, which is one trouble', async () => {
    const backMs = GONE_MS + HOUR_MS;
    const pausing: Life = (at) => untilGone(at) || at >= backMs;
    const world = worldOf({ a: pausing, b: pausing, c: pausing });
    const engine = await trained(world);
    await world.run(engine, 60, 10);
    expect(world.said).toEqual([
      'load is answered, but no series of it sends since 2026-11-22 12:20 UTC',
    ]);
    await world.run(engine, 60, 10);
    expect(await absences(world)).toEqual([]);
  });

  it('the end of a pod that another one replaces, but that of a second one is', async () => {
    const lives = { 'web-a1': untilGone, 'web-b1': always, 'web-c2': begin };
    const world = worldOf({ ...lives, 'web-d1': untilGone }, { label: 'pod' });
    const engine = await trained(world);
    await world.run(engine, 60, 5);
    expect(await absences(world)).toMatchObject([{ of: 'web-d1' }]);
  });

  it('the end of pods of which each is replaced', async () => {
    const world = worldOf({ a: untilGone, b: untilGone, c: begin, d: begin }, { label: 'pod' });
    const engine = await trained(world);
    await world.run(engine, 60, 5);
    expect(await absences(world)).toEqual([]);
    expect(world.said).toEqual([]);
  });

  it('a pause of a series that often pauses', async () => {
    const world = worldOf({ a: (at) => (at / MINUTE_MS) % 60 > 3 && untilGone(at), b: always });
    const engine = await trained(world);
    await world.run(engine, 60, 5);
    expect(await absences(world)).toEqual([]);
  });

  it('a silence of which the query says that it is well', async () => {
    const world = worldOf({ a: untilGone, b: always }, { missing: 'ok' });
    const engine = await trained(world);
    await world.run(engine, 60, 5);
    expect(await absences(world)).toEqual([]);
  });
});

it('a query says itself how long a silence is well and how severe it is after that', async () => {
  const missing = { after: '15m', severity: 'critical' };
  const world = worldOf({ a: untilGone, b: always }, { missing });
  const engine = await trained(world);
  await world.run(engine, 60, 5);
  expect(await absences(world)).toMatchObject([
    { openedAtMs: GONE_MS + 15 * MINUTE_MS, severity: 'critical' },
  ]);
});
