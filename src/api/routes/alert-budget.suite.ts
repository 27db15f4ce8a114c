import { afterAll, beforeAll, expect, test } from 'vitest';
import { AlertBudgetStatus } from '../../contract/alert-budget.ts';
import { DAY_MS } from '../../core/civil-time.ts';
import { saveAlertBudget } from '../../store/alert-budgets-table.ts';
import { openTestApi, TEST_NOW_MS, type TestApi } from '../test-api.ts';

const BUDGET = {
  max: 2,
  everyMs: 7 * DAY_MS,
  sinceMs: TEST_NOW_MS - 3_600_000,
  strictness: 1.834,
  formerStrictness: 1,
  series: 12,
  expected: 1.93,
  found: 11,
  kept: 3,
  days: 14,
};

/** A part of api.test.ts. */
export function alertBudgetSuite(): void {
  let server: TestApi;
  beforeAll(async () => {
    server = await openTestApi();
  }, 30_000);
  afterAll(() => server.close());

  const status = async () =>
    AlertBudgetStatus.parse((await server.call('GET', '/api/v1/alert-budget')).body);
  const ask = async () => (await status()).alert_budget;

  test('without an alert budget there is nothing to say', async () => {
    expect(await ask()).toBeNull();
  });

  test('an alert budget says what it does and costs, and promises nothing', async () => {
    await saveAlertBudget(server.database, BUDGET);
    expect(await ask()).toMatchObject({
      max: 2,
      every_seconds: 604_800,
      strictness: 1.834,
      raised: 0,
      since: '2026-11-22T11:00:00.000Z',
      sentence:
        'At most 2 in 7 days: boundaries are 1.83 times the learned ones. 0 raised in the last 7 days, ' +
        '1.9 to expect if it goes on as before; in the past 14 days it would have kept 3 of 11 anomalies',
    });
  });

  test('one that leaves room or cannot be held says so', async () => {
    const room = { ...BUDGET, strictness: 0.75, everyMs: DAY_MS, found: 3, kept: 5, days: 2.04 };
    await saveAlertBudget(server.database, room);
    expect((await ask())?.sentence).toBe(
      'At most 2 in 1 day: boundaries are 0.75 times the learned ones. 0 raised in the last 1 day, ' +
        '1.9 to expect if it goes on as before; in the past 2 days it would have raised 5 anomalies instead of 3',
    );
    await saveAlertBudget(server.database, { ...BUDGET, strictness: 4, expected: 6 });
    expect((await ask())?.sentence).toContain('It cannot be held at the strictest boundary');
  });

  test('that of a route says from which deviation ratio on it tells', async () => {
    await saveAlertBudget(server.database, { ...BUDGET, strictness: 1.5 });
    await saveAlertBudget(server.database, { ...BUDGET, route: 'route 1', strictness: 3 });
    expect((await status()).routes).toMatchObject([
      {
        route: 'route 1',
        least_ratio: 2,
        raised: 0,
        sentence:
          'At most 2 incidents in 7 days by route 1: anomalies count from deviation ratio 2.00 on. 0 told in the last 7 days, ' +
          '1.9 to expect if it goes on as before; in the past 14 days it would have kept 3 of 11 anomalies',
      },
    ]);
  });
}
