import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../core/civil-time.ts';
import { parseMatcher } from '../core/routing/matcher.ts';
import { DEFAULT_ROUTE, type Route } from '../core/routing/route.ts';
import { FakeNotifier } from '../notify/fake-notifier.ts';
import { listRouteBudgets } from '../store/alert-budgets-table.ts';
import type { EmbeddedDatabase } from '../store/embedded-database.ts';
import { listNotifications } from '../store/notifications-table.ts';
import { openTestDatabase } from '../store/test-database.ts';
import type { Engine } from './engine.ts';
import { DEFAULT_NOTIFY_OPTIONS } from './notify-options.ts';
import { MINUTE_MS, NOON_MS, noise, TestWorld } from './test-engine.ts';

const ntfy = { type: 'ntfy', url: 'http://127.0.0.1:9', topic: 'unused' } as const;
const defaults = { ...DEFAULT_ROUTE, groupWaitMs: 0, minSeverity: 'low' } as const;
const STRICT: Route = {
  ...defaults,
  name: 'route 1',
  channels: ['strict'],
  matchers: [parseMatcher('host=a'), parseMatcher('severity!="none"')],
  alertBudget: { max: 0.25, everyMs: 7 * DAY_MS },
};
const FREE: Route = { ...defaults, name: 'route 2', channels: ['free'] };
const OPTIONS = {
  stepMs: 5 * MINUTE_MS,
  settleMs: 0,
  historyMs: 8 * DAY_MS,
  queries: [{ alias: 'load', expr: 'load' }],
  policy: { trees: 10, treeSampleSize: 64 },
  notify: {
    ...DEFAULT_NOTIFY_OPTIONS,
    channels: { strict: ntfy, free: ntfy },
    routes: [STRICT, FREE],
  },
};
const SMALL_MS = NOON_MS + HOUR_MS;
const LARGE_MS = NOON_MS + 6 * HOUR_MS;

let database: EmbeddedDatabase;
let world: TestWorld;
let engine: Engine;
const channels = { strict: new FakeNotifier(), free: new FakeNotifier() };
beforeAll(async () => {
  database = await openTestDatabase();
  world = new TestWorld(database, {
    options: OPTIONS,
    notifierOf: ({ name }) => (name === 'strict' ? channels.strict : channels.free),
  });
  world.source.heldFromMs = NOON_MS - 8 * DAY_MS;
  world.source.add('load', { host: 'a' }, restless);
  world.source.add('load', { host: 'b' }, (timeMs) => noise(timeMs, 1));
  engine = world.engine();
  await engine.detectOnce();
  await engine.trainOnce();
  await world.run(engine, 15);
}, 30_000);
afterAll(async () => {
  await engine.stop();
  await database.close();
});

/** Noise, and nearly every day half an hour of more: at SMALL_MS of more than ever, at LARGE_MS of far more. */
function restless(timeMs: number): number {
  const hour = Math.floor(timeMs / HOUR_MS);
  const within = (startMs: number) => timeMs >= startMs && timeMs < startMs + 30 * MINUTE_MS;
  if (within(LARGE_MS)) return noise(timeMs) + 2000;
  if (within(SMALL_MS)) return noise(timeMs) + 80;
  const isOdd = timeMs < NOON_MS && hour % 29 === 0 && within(hour * HOUR_MS);
  return noise(timeMs) + (isOdd ? 8 + ((hour * 7) % 23) : 0);
}

test('the budget of a route is decided from the series that it leads from', async () => {
  const [budget, ...others] = await listRouteBudgets(database);
  expect(others).toEqual([]);
  expect(budget).toMatchObject({ route: 'route 1', max: 0.25, series: 1 });
  expect(budget?.strictness).toBeGreaterThan(1);
  expect(budget?.found).toBeGreaterThan(budget?.kept ?? 0);
});

test('what its budget has no room for is kept and told by other routes, what is worse by all', async () => {
  await world.run(engine, 65, 5);
  await engine.notifyOnce();
  expect(channels.free.taken).toHaveLength(1);
  expect(channels.strict.taken).toEqual([]);
  const { rows } = await listNotifications(database, { channel: 'strict' }, { skip: 0, limit: 9 });
  expect(rows[0]?.reason).toMatch(
    /^below the alert budget of route 1: deviation ratio [\d.]+ of [\d.]+$/,
  );
  await world.run(engine, 305, 5);
  await engine.notifyOnce();
  expect(channels.strict.taken.map(({ message: { kind } }) => kind)).toContain('firing');
});

test('without its budget a route leaves nothing', async () => {
  const routes = [FREE];
  await engine.reconfigure({ ...OPTIONS, notify: { ...OPTIONS.notify, routes } });
  await engine.detectOnce();
  expect(await listRouteBudgets(database)).toEqual([]);
});
