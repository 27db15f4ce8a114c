import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  countOpened,
  deleteAlertBudget,
  findAlertBudget,
  keepRouteBudgets,
  listRouteBudgets,
  type StoredBudget,
  saveAlertBudget,
} from './alert-budgets-table.ts';
import type { Database } from './database.ts';
import { saveDetection } from './save-detection.ts';
import { ensureInstances, episodeAt, MINUTE, T0 } from './watched.suite.ts';

const BUDGET: StoredBudget = {
  max: 2,
  everyMs: 7 * 86_400_000,
  sinceMs: T0,
  strictness: 1.25,
  formerStrictness: 1,
  series: 12,
  expected: 1.9,
  found: 11,
  kept: 3,
  days: 13.5,
};

/** Alert budgets, on any database. */
export function describeAlertBudgetStore(open: () => Promise<Database>): void {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());

  describe('alert budgets', () => {
    it('keep what was decided last until it is deleted', async () => {
      expect(await findAlertBudget(db)).toBeUndefined();
      await saveAlertBudget(db, BUDGET);
      const later = { ...BUDGET, sinceMs: T0 + MINUTE, strictness: 2, formerStrictness: 1.25 };
      await saveAlertBudget(db, later);
      expect(await findAlertBudget(db)).toEqual(later);
      await deleteAlertBudget(db);
      expect(await findAlertBudget(db)).toBeUndefined();
    });

    it('of routes are kept by name, beside that of all series', async () => {
      await saveAlertBudget(db, BUDGET);
      for (const route of ['route 1', 'route 2']) await saveAlertBudget(db, { ...BUDGET, route });
      await saveAlertBudget(db, { ...BUDGET, route: 'route 2', strictness: 3 });
      expect(await listRouteBudgets(db)).toEqual([
        { ...BUDGET, route: 'route 1' },
        { ...BUDGET, route: 'route 2', strictness: 3 },
      ]);
      await keepRouteBudgets(db, ['route 2']);
      expect((await listRouteBudgets(db)).map(({ route }) => route)).toEqual(['route 2']);
      await keepRouteBudgets(db, []);
      expect(await listRouteBudgets(db)).toEqual([]);
      expect(await findAlertBudget(db)).toEqual(BUDGET);
      await deleteAlertBudget(db);
    });

    it('count what opened by kind, without planned work', async () => {
      const [seriesId = 0] = await ensureInstances(db, 'budget', ['a']);
      const context = { maintenance: { title: 'Upgrade' } };
      await saveDetection(db, [
        {
          seriesId,
          metricId: 1,
          labels: {},
          scoredFromMs: null,
          scoredUntilMs: T0 + 50 * MINUTE,
          episode: {},
          episodes: [
            episodeAt(T0, { endedAtMs: T0 + MINUTE }),
            episodeAt(T0 + 10 * MINUTE, { endedAtMs: T0 + 11 * MINUTE, context }),
            episodeAt(T0 + 20 * MINUTE, { kind: 'drift' }),
            episodeAt(T0 + 30 * MINUTE),
          ],
          bands: [],
        },
      ]);
      const counted = async (from: number, until: number) => {
        const range = { fromMs: T0 + from * MINUTE, untilMs: T0 + until * MINUTE };
        const rows = await countOpened(db, range);
        return Object.fromEntries(rows.map(({ kind, found }) => [kind, found]));
      };
      expect(await counted(0, 60)).toEqual({ deviation: 2, drift: 1 });
      expect(await counted(0, 30)).toEqual({ deviation: 1, drift: 1 });
      expect(await counted(1, 20)).toEqual({});
      const range = { fromMs: T0, untilMs: T0 + 60 * MINUTE };
      expect(await countOpened(db, { ...range, leastRatio: 1e6 })).toEqual([]);
      expect(await countOpened(db, { ...range, seriesIds: [seriesId + 1] })).toEqual([]);
      const own = await countOpened(db, { ...range, seriesIds: [seriesId], leastRatio: 1 });
      expect(own.toSorted((a, b) => b.found - a.found)).toEqual([
        { kind: 'deviation', found: 2, incidents: 0 },
        { kind: 'drift', found: 1, incidents: 0 },
      ]);
    });
  });
}
