import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listAlerts } from '../store/alerts-table.ts';
import { listAnomalies, type StoredAnomaly } from '../store/anomalies-table.ts';
import type { EmbeddedDatabase } from '../store/embedded-database.ts';
import { listIncidents } from '../store/incidents-table.ts';
import { decideRule, findRule, insertRule, type RuleScope } from '../store/rules-table.ts';
import { openTestDatabase } from '../store/test-database.ts';
import { confirmAnomaly } from '../store/verdicts-table.ts';
import type { Engine } from './engine.ts';
import { proposalsFor } from './rule-proposals.ts';
import { MINUTE_MS, mortal, NOON_MS, noise, TestWorld } from './test-engine.ts';

vi.setConfig({ testTimeout: 120_000 });
const ALL = { skip: 0, limit: 100 };
const HOUR = 60 * MINUTE_MS;
/** The pattern: ten minutes of 20 more, every day from then on. */
const DAY = 24 * HOUR;
const FIRST_MS = NOON_MS + 20 * MINUTE_MS;

let database: EmbeddedDatabase;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

const within = (timeMs: number, fromMs: number, minutes: number): boolean =>
  timeMs >= fromMs && timeMs < fromMs + minutes * MINUTE_MS;

/** A series with the pattern, and what `more` adds to it. */
async function begun(more: (timeMs: number) => number = () => 0): Promise<[TestWorld, Engine]> {
  const world = new TestWorld(database, { options: { minSamples: 500 } });
  world.source.add('load', { host: 'a' }, (timeMs) => {
    const sinceMs = timeMs - FIRST_MS;
    const isOn = sinceMs >= 0 && sinceMs % DAY < 10 * MINUTE_MS;
    return noise(timeMs) + (isOn ? 20 : 0) + more(timeMs);
  });
  const engine = world.engine();
  await engine.detectOnce();
  await engine.trainOnce();
  return [world, engine];
}

async function anomalies(): Promise<StoredAnomaly[]> {
  return (await listAnomalies(database, {}, ALL)).rows.toSorted((a, b) => a.id - b.id);
}

const counts = async () => ({
  anomalies: (await anomalies()).length,
  alerts: (await listAlerts(database, {}, ALL)).total,
  incidents: (await listIncidents(database, {}, ALL)).total,
});

/** From an hour after the pattern to when it comes again. */
const untilNext = (world: TestWorld, engine: Engine) => world.run(engine, 23 * 60, 60);

const OF_SERIES: RuleScope = { kind: 'series', seriesId: 1 };

/** Calls the first anomaly a false alarm, and accepts the proposed rule of that kind. */
async function teach(kind: string, nowMs: number): Promise<number> {
  const [first] = await anomalies();
  if (!first) throw new Error('There is no anomaly to learn from');
  await confirmAnomaly(database, first.id, {
    confirmed: false,
    user: 'ann',
    comment: 'the backup',
  });
  const range = { scope: OF_SERIES, sinceMs: nowMs - 28 * 24 * HOUR };
  const { proposals } = await proposalsFor(database, { ...first, isConfirmed: false }, range);
  const chosen = proposals.find(({ rule }) => rule.condition.kind === kind);
  if (!chosen) throw new Error(`No rule of kind ${kind} is proposed`);
  expect(chosen.effect).toMatchObject({
    compared: 1,
    quieted: [first.id],
    alertsFewer: [first.id],
    falseAlarms: [first.id],
    confirmedLost: [],
  });
  const { rule, sentence, effect } = chosen;
  const made = { sentence, effect, reason: '', createdBy: 'ann', anomalyId: first.id };
  return insertRule(database, { ...rule, scope: OF_SERIES, ...made, status: 'accepted' });
}

describe('a rule', () => {
  it.each(['min_deviation', 'shape'])('keeps the next false alarm quiet, by %s', async (kind) => {
    const [world, engine] = await begun();
    await world.run(engine, 60);
    expect(await counts()).toEqual({ anomalies: 1, alerts: 1, incidents: 1 });
    const id = await teach(kind, world.clock.now());
    await untilNext(world, engine);
    await world.run(engine, 60);
    expect(await counts()).toEqual({ anomalies: 2, alerts: 1, incidents: 1 });
    const [, second] = await anomalies();
    expect(second).toMatchObject({ quietedBy: id, incidentId: null, status: 'closed' });
    expect(['medium', 'high', 'critical']).toContain(second?.severity);
    expect(second?.quietReason).toContain('of load (host=a)');
    expect(await findRule(database, id)).toMatchObject({ acted: 1, actedOnConfirmed: 0 });
  });

  it('lets a larger one and one of the other direction beside it alert', async () => {
    const [world, engine] = await begun(
      (timeMs) =>
        (within(timeMs, FIRST_MS + DAY + 2 * HOUR, 10) ? 40 : 0) -
        (within(timeMs, FIRST_MS + DAY + 4 * HOUR, 10) ? 40 : 0),
    );
    await world.run(engine, 60);
    const id = await teach('min_deviation', world.clock.now());
    await untilNext(world, engine);
    await world.run(engine, 360);
    const rows = await anomalies();
    expect(rows.map(({ quietedBy, direction }) => [quietedBy, direction])).toEqual([
      [null, 'above'],
      [id, 'above'],
      [null, 'above'],
      [null, 'below'],
    ]);
    expect(await counts()).toEqual({ anomalies: 4, alerts: 3, incidents: 3 });
  });

  it('alerts at once when an episode outgrows it, and never quiets it again', async () => {
    const grown = FIRST_MS + DAY + 6 * MINUTE_MS;
    const [world, engine] = await begun((timeMs) => (within(timeMs, grown, 2) ? 25 : 0));
    await world.run(engine, 60);
    await teach('min_deviation', world.clock.now());
    await untilNext(world, engine);
    await world.run(engine, 25, 1);
    expect(await counts()).toEqual({ anomalies: 2, alerts: 1, incidents: 1 });
    await world.run(engine, 2, 1);
    expect(await counts()).toEqual({ anomalies: 2, alerts: 2, incidents: 2 });
    await world.run(engine, 30, 1);
    const [, second] = await anomalies();
    expect(second).toMatchObject({ quietedBy: null, quietReason: null, status: 'closed' });
    expect((await listAlerts(database, {}, ALL)).rows.map(({ status }) => status)).toEqual([
      'resolved',
      'resolved',
    ]);
  });

  it('acts on what opens from the next run on: what was raised before stays raised', async () => {
    const [world, engine] = await begun();
    await world.run(engine, 25);
    expect((await anomalies())[0]).toMatchObject({ status: 'open' });
    const id = await teach('direction', world.clock.now());
    await world.run(engine, 35);
    expect((await anomalies())[0]).toMatchObject({ quietedBy: null, status: 'closed' });
    expect(await findRule(database, id)).toMatchObject({ acted: 0 });
  });

  it('stops acting at the next run when it is switched off', async () => {
    const [world, engine] = await begun();
    await world.run(engine, 60);
    const id = await teach('direction', world.clock.now());
    await untilNext(world, engine);
    await world.run(engine, 25);
    expect((await anomalies())[1]).toMatchObject({ quietedBy: id, status: 'open' });
    await decideRule(database, id, { from: ['accepted'], to: 'off', user: 'ann' });
    await world.run(engine, 5);
    expect((await anomalies())[1]).toMatchObject({ quietedBy: null, status: 'open' });
    expect(await counts()).toEqual({ anomalies: 2, alerts: 2, incidents: 2 });
  });

  it('leaves the same rows when every run is killed before or after its writes', async () => {
    const lived = async (kills: boolean) => {
      const [world, engine] = await begun((timeMs) =>
        within(timeMs, FIRST_MS + DAY + HOUR, 10) ? 40 : 0,
      );
      await world.run(engine, 60);
      await teach('min_deviation', world.clock.now());
      await untilNext(world, engine);
      let alive = engine;
      for (let run = 0; run < 30; run++) {
        await world.clock.advance(5 * MINUTE_MS);
        if (kills) {
          await alive.stop();
          const dying = mortal(database);
          dying.dieAfter = 1 + (run % 4);
          dying.afterCommit = run % 2 === 0;
          await world.engine(dying).detectOnce();
          alive = world.engine();
        }
        await alive.detectOnce();
      }
      await alive.stop();
      const rows = await world.anomalies();
      return rows.toReversed().map((row) => ({ ...row, confirmedAtMs: 0 }));
    };
    const quiet = await lived(false);
    await database.close();
    database = await openTestDatabase();
    expect(await lived(true)).toEqual(quiet);
    expect(quiet.map(({ quietedBy }) => quietedBy)).toEqual([null, 1, null]);
  });
});

describe('proposalsFor()', () => {
  it('keeps apart what would lose an anomaly that a person confirmed', async () => {
    const [world, engine] = await begun((timeMs) =>
      within(timeMs, FIRST_MS + 2 * HOUR, 10) ? -18 : 0,
    );
    await world.run(engine, 180);
    const [first, other] = await anomalies();
    expect(other).toMatchObject({ direction: 'below' });
    await confirmAnomaly(database, first?.id ?? 0, { confirmed: false, user: 'ann' });
    await confirmAnomaly(database, other?.id ?? 0, { confirmed: true, user: 'ann' });
    const range = { scope: OF_SERIES, sinceMs: 0 };
    if (!first) throw new Error('There is no anomaly');
    const { proposals, costly } = await proposalsFor(database, first, range);
    expect(costly.map(({ effect }) => effect.confirmedLost)).toContainEqual([other?.id]);
    expect(costly.map(({ rule }) => rule.condition.kind)).toContain('min_deviation');
    expect(proposals.map(({ rule }) => rule.condition.kind)).toContain('direction');
    for (const { effect } of proposals) expect(effect.confirmedLost).toEqual([]);
  });
});
