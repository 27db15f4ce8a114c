import type { EpisodeKind } from '../core/anomalies/episode.ts';
import type { AlertBudget, BudgetDecision } from '../core/calibration/alert-budget.ts';
import type { Queryable } from './database.ts';
import { isoTime } from './parameters.ts';

/** What was last decided for a budget. */
export interface StoredBudget extends AlertBudget, BudgetDecision {
  /** First time that is judged with it; before that `formerStrictness` is in force. */
  readonly sinceMs: number;
  readonly formerStrictness: number;
  /** Series whose past it was decided from. */
  readonly series: number;
}

/** The budget of all series together. */
const ALL = 'all';

export async function findAlertBudget(db: Queryable): Promise<StoredBudget | undefined> {
  const rows = await db.query<StoredBudget>(
    `select max, every_ms as "everyMs", since as "sinceMs", strictness,
       former_strictness as "formerStrictness", series, expected, found, kept, days
     from alert_budgets where scope = $1`,
    [ALL],
  );
  return rows[0];
}

export async function saveAlertBudget(db: Queryable, budget: StoredBudget): Promise<void> {
  await db.query(
    `insert into alert_budgets (scope, max, every_ms, since, strictness, former_strictness, series,
       expected, found, kept, days)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (scope) do update set (max, every_ms, since, strictness, former_strictness, series,
       expected, found, kept, days) = row(excluded.max, excluded.every_ms, excluded.since,
       excluded.strictness, excluded.former_strictness, excluded.series, excluded.expected,
       excluded.found, excluded.kept, excluded.days)`,
    [
      ALL,
      budget.max,
      budget.everyMs,
      isoTime(budget.sinceMs),
      budget.strictness,
      budget.formerStrictness,
      budget.series,
      budget.expected,
      budget.found,
      budget.kept,
      budget.days,
    ],
  );
}

export async function deleteAlertBudget(db: Queryable): Promise<void> {
  await db.query('delete from alert_budgets where scope = $1', [ALL]);
}

/** Anomalies opened from `fromMs` to before `untilMs` by kind; not those of planned work, which alert nobody. */
export async function countOpened(
  db: Queryable,
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): Promise<{ kind: EpisodeKind; found: number }[]> {
  return db.query(
    `select kind, count(*) as found from anomalies
     where timestamp >= $1 and opened_at >= $1 and opened_at < $2
       and not context ? 'maintenance' group by kind`,
    [isoTime(fromMs), isoTime(untilMs)],
  );
}
