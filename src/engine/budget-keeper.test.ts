import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../core/civil-time.ts';
import { findAlertBudget } from '../store/alert-budgets-table.ts';
import type { EmbeddedDatabase } from '../store/embedded-database.ts';
import { openTestDatabase } from '../store/test-database.ts';
import type { Engine } from './engine.ts';
import { MINUTE_MS, NOON_MS, noise, TestWorld } from './test-engine.ts';

const BUDGET = { max: 0.5, everyMs: 7 * DAY_MS };
const OPTIONS = {
  stepMs: 5 * MINUTE_MS,
  settleMs: 0,
  historyMs: 8 * DAY_MS,
  queries: [{ alias: 'load', expr: 'load' }],
  policy: { trees: 10, treeSampleSize: 64 },
  alertBudget: BUDGET,
};

let database: EmbeddedDatabase;
let world: TestWorld;
let engine: Engine;
beforeAll(async () => {
  database = await openTestDatabase();
  world = new TestWorld(database, { options: OPTIONS });
  world.source.heldFromMs = NOON_MS - 8 * DAY_MS;
  world.source.add('load', { host: 'a' }, restless);
  engine = world.engine();
  await engine.detectOnce();
  await engine.trainOnce();
  await world.run(engine, 15);
}, 30_000);
afterAll(async () => {
  await engine.stop();
  await database.close();
});

/** Noise, and nearly every day half an hour of more, never as much as before. */
function restless(timeMs: number): number {
  const hour = Math.floor(timeMs / HOUR_MS);
  const isOdd = hour % 29 === 0 && timeMs % HOUR_MS < 30 * MINUTE_MS;
  return noise(timeMs) + (isOdd ? 8 + ((hour * 7) % 23) : 0);
}

test('a budget is decided as soon as a series has a model, from what it has learned', async () => {
  const stored = await findAlertBudget(database);
  expect(stored).toMatchObject({ ...BUDGET, series: 1, sinceMs: NOON_MS - 11 * HOUR_MS });
  expect(stored?.strictness).toBeGreaterThan(1);
  expect(stored?.found).toBeGreaterThan(stored?.kept ?? 0);
  const figures = await world.telemetry.registry.metrics();
  expect(figures).toContain('saimon_alert_budget_max{scope="all"} 0.5');
  expect(figures).toContain(`saimon_alert_budget_strictness{scope="all"} ${stored?.strictness}`);
});

test('another process goes on with what was decided, and decides anew after midnight', async () => {
  const before = await findAlertBudget(database);
  const other = world.engine();
  await other.detectOnce();
  expect(await findAlertBudget(database)).toEqual(before);
  await world.run(other, 13 * 60, 60);
  const next = await findAlertBudget(database);
  expect(next?.sinceMs).toBe((before?.sinceMs ?? 0) + DAY_MS);
  expect(next?.formerStrictness).toBe(before?.strictness);
  await other.stop();
});

test('a changed budget acts at the next run, one that was taken away leaves nothing', async () => {
  await engine.reconfigure({ ...OPTIONS, alertBudget: { ...BUDGET, max: 100 } });
  await engine.detectOnce();
  expect(await findAlertBudget(database)).toMatchObject({ max: 100, strictness: 2 ** (-10 / 24) });
  await engine.reconfigure({ ...OPTIONS, alertBudget: undefined });
  await engine.detectOnce();
  expect(await findAlertBudget(database)).toBeUndefined();
  expect(await world.telemetry.registry.metrics()).not.toContain('saimon_alert_budget_max{');
});
