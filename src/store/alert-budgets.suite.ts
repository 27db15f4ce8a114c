import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  countOpened,
  deleteAlertBudget,
  findAlertBudget,
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
    });
  });
}
