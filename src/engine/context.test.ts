import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DAY_MS, HOUR_MS } from '../core/civil-time.ts';
import { listAlerts } from '../store/alerts-table.ts';
import type { EmbeddedDatabase } from '../store/embedded-database.ts';
import { type EventDraft, listEvents, saveEvents } from '../store/events-table.ts';
import { addMaintenance } from '../store/maintenance-windows-table.ts';
import { listSeries } from '../store/series-table.ts';
import { openTestDatabase } from '../store/test-database.ts';
import { DEFAULT_ENGINE_OPTIONS } from './engine-options.ts';
import { MINUTE_MS, NOON_MS, noise, noiseWithJump, TestWorld } from './test-engine.ts';

vi.setConfig({ testTimeout: 30_000 });

const JUMP_MS = NOON_MS + 20 * MINUTE_MS;
const FIRST_PAGE = { skip: 0, limit: 100 };
const { context } = DEFAULT_ENGINE_OPTIONS;
let database: EmbeddedDatabase;

beforeEach(async () => {
  await database?.close();
  database = await openTestDatabase();
});
afterAll(() => database.close());

function deploy(over: Partial<EventDraft> = {}): EventDraft {
  return {
    kind: 'deploy',
    title: 'api v1.2',
    labels: { version: '1.2' },
    startedAtMs: JUMP_MS - 4 * MINUTE_MS,
    endedAtMs: null,
    source: 'api',
    sourceKey: '1',
    reason: '',
    createdBy: 'ann',
    ...over,
  };
}

async function trained(world: TestWorld) {
  world.source.add('load', { host: 'a' }, (timeMs) => noiseWithJump(timeMs, JUMP_MS));
  const engine = world.engine();
  await engine.detectOnce();
  await engine.trainOnce();
  return engine;
}

describe('the engine and what people declare', () => {
  it('names the deploy before an anomaly in its context and its explanation', async () => {
    const world = new TestWorld(database);
    const engine = await trained(world);
    await saveEvents(database, [
      deploy(),
      deploy({ sourceKey: '2', title: 'db v7', labels: { host: 'b' } }),
      deploy({ sourceKey: '3', title: 'too early', startedAtMs: JUMP_MS - 16 * MINUTE_MS }),
    ]);
    await world.run(engine, 40);
    const [anomaly] = await world.anomalies();
    expect(anomaly?.context['events']).toEqual([
      {
        id: expect.any(Number),
        kind: 'deploy',
        title: 'api v1.2',
        started_at: new Date(JUMP_MS - 4 * MINUTE_MS).toISOString(),
        ended_at: new Date(JUMP_MS - 4 * MINUTE_MS).toISOString(),
        labels: { version: '1.2' },
      },
    ]);
    expect(anomaly?.explanation).toContain('It opened 4 min after deploy api v1.2 of 12:16');
  });

  it('puts a deploy that is declared late beside a closed anomaly, and leaves its score alone', async () => {
    const world = new TestWorld(database);
    const engine = await trained(world);
    await world.run(engine, 60);
    const [before] = await world.anomalies();
    await saveEvents(database, [deploy()]);
    await world.run(engine, 10);
    const [after, ...others] = await world.anomalies();
    expect(before).toMatchObject({ status: 'closed' });
    expect(before?.context).not.toHaveProperty('events');
    expect(after?.context['events']).toMatchObject([{ title: 'api v1.2' }]);
    expect(after).toEqual({ ...before, context: after?.context });
    expect(others).toEqual([]);
  });

  it('raises no alert for an anomaly within planned work, but keeps it and says why', async () => {
    const world = new TestWorld(database);
    const engine = await trained(world);
    const work = { title: 'Upgrade', matchers: { host: 'a', __name__: 'load' }, weekly: null };
    await addMaintenance(database, 'api', {
      ...work,
      startsAtMs: JUMP_MS - HOUR_MS,
      endsAtMs: JUMP_MS + HOUR_MS,
      reason: '',
      createdBy: 'ann',
    });
    await world.run(engine, 40);
    const [anomaly] = await world.anomalies();
    expect(anomaly?.explanation).toContain(
      'It opened during planned work Upgrade, which alerts nobody.',
    );
    const { rows } = await listSeries(database, {}, FIRST_PAGE);
    expect(rows[0]?.reason).toMatch(/; planned work Upgrade until 13:20 lets it alert nobody$/);
    expect(anomaly?.context['maintenance']).toEqual({
      title: 'Upgrade',
      start: new Date(JUMP_MS - HOUR_MS).toISOString(),
      end: new Date(JUMP_MS + HOUR_MS).toISOString(),
    });
    expect((await listAlerts(database, {}, FIRST_PAGE)).total).toBe(0);
  });

  it('raises the alert once an anomaly outlasts the work of the configuration', async () => {
    const maintenance = [
      {
        title: 'Nightly',
        matchers: {},
        startsAtMs: JUMP_MS - HOUR_MS,
        endsAtMs: JUMP_MS + 5 * MINUTE_MS,
        weekly: null,
        reason: '',
        createdBy: 'config',
      },
    ];
    const world = new TestWorld(database, { options: { context: { ...context, maintenance } } });
    const engine = await trained(world);
    await world.run(engine, 40, 1);
    expect(await world.anomalies()).toHaveLength(1);
    expect((await listAlerts(database, {}, FIRST_PAGE)).total).toBe(1);
  });

  it('learns what usually follows a deploy, says so, and flags the same without one', async () => {
    const world = new TestWorld(database, { options: { historyMs: 6 * DAY_MS } });
    // Eight in the past, at all times of day, one that is to come.
    const hours = Array.from({ length: 9 }, (_, i) => NOON_MS + (2 - 17 * i) * HOUR_MS);
    const undeclaredMs = NOON_MS + 5 * HOUR_MS;
    world.source.add('load', { host: 'a' }, (timeMs) => {
      const responds = hours.some((at) => timeMs >= at && timeMs < at + 10 * MINUTE_MS);
      return noiseWithJump(timeMs, undeclaredMs) + (responds ? 15 : 0);
    });
    const drafts = hours.map((startedAtMs) => {
      return deploy({ startedAtMs, sourceKey: String(startedAtMs), labels: {} });
    });
    await saveEvents(database, drafts);
    const engine = world.engine();
    await engine.detectOnce();
    await engine.trainOnce();
    await world.run(engine, 150, 30);
    const { rows } = await listSeries(database, {}, FIRST_PAGE);
    expect(rows[0]?.reason).toMatch(
      /; what it did at 14:\d\d, \d+ min after deploy api v1.2 of 14:00, is what usually follows one$/,
    );
    expect(await world.anomalies()).toEqual([]);
    await world.run(engine, 210, 30);
    const [anomaly, ...others] = await world.anomalies();
    expect(anomaly).toMatchObject({ startedAtMs: undeclaredMs });
    expect(anomaly?.context).not.toHaveProperty('events');
    expect(others).toEqual([]);
  });

  it('takes the changes of an expression for events, each once', async () => {
    const eventQueries = [{ kind: 'deploy', title: 'rollout', expr: 'deploys' }];
    const world = new TestWorld(database, { options: { context: { ...context, eventQueries } } });
    const changedMs = JUMP_MS - 4 * MINUTE_MS;
    world.source.add('deploys', { app: 'api' }, (timeMs) =>
      timeMs < NOON_MS - 3 * HOUR_MS ? 1 : timeMs < changedMs ? 2 : 3,
    );
    const engine = await trained(world);
    await world.run(engine, 30);
    const another = world.engine();
    await another.detectOnce();
    const { rows } = await listEvents(database, {}, FIRST_PAGE);
    expect(rows.map(({ startedAtMs, labels, source }) => [startedAtMs, labels, source])).toEqual([
      [changedMs, { app: 'api' }, 'query'],
      [NOON_MS - 3 * HOUR_MS, { app: 'api' }, 'query'],
    ]);
    const [anomaly] = await world.anomalies();
    expect(anomaly?.context['events']).toMatchObject([{ title: 'rollout' }]);
  });

  it('says what is wrong with an expression that changes all the time, and goes on', async () => {
    const eventQueries = [{ kind: 'deploy', title: '', expr: 'cpu' }];
    const world = new TestWorld(database, { options: { context: { ...context, eventQueries } } });
    world.source.add('cpu', {}, noise);
    const engine = await trained(world);
    await world.run(engine, 30);
    expect(world.said).toEqual([
      expect.stringMatching(/Cannot take the changes of cpu for events: \d+ at once, narrow it/),
    ]);
    expect(await world.anomalies()).toHaveLength(1);
  });
});
