import type { EpisodeKind } from '../core/anomalies/episode.ts';
import type { AlertBudget, BudgetDecision } from '../core/calibration/alert-budget.ts';
import type { Queryable } from './database.ts';
import { arrayText, isoTime } from './parameters.ts';

/** What was last decided for a budget. */
export interface StoredBudget extends AlertBudget, BudgetDecision {
  /** First time that is judged with it; before that `formerStrictness` is in force. */
  readonly sinceMs: number;
  readonly formerStrictness: number;
  /** Series whose past it was decided from. */
  readonly series: number;
}

/** The budget of all series together; the others are those of routes, by their names. */
const ALL = 'all';

const columns = `max, every_ms as "everyMs", since as "sinceMs", strictness,
  former_strictness as "formerStrictness", series, expected, found, kept, days`;

export async function findAlertBudget(db: Queryable): Promise<StoredBudget | undefined> {
  const rows = await db.query<StoredBudget>(
    `select ${columns} from alert_budgets where scope = $1`,
    [ALL],
  );
  return rows[0];
}

/** A budget of a route. */
export interface StoredRouteBudget extends StoredBudget {
  readonly route: string;
}

export async function listRouteBudgets(db: Queryable): Promise<StoredRouteBudget[]> {
  return db.query<StoredRouteBudget>(
    `select scope as route, ${columns} from alert_budgets where scope <> $1 order by scope`,
    [ALL],
  );
}

/** Takes away the budgets of all routes but these. */
export async function keepRouteBudgets(db: Queryable, routes: readonly string[]): Promise<void> {
  await db.query(
    `delete from alert_budgets
     where scope <> $1 and scope not in (select jsonb_array_elements_text($2::jsonb))`,
    [ALL, JSON.stringify(routes)],
  );
}

/** Keeps what was decided, of all series together or of one route. */
export async function saveAlertBudget(
  db: Queryable,
  budget: StoredBudget | StoredRouteBudget,
): Promise<void> {
  await db.query(
    `insert into alert_budgets (scope, max, every_ms, since, strictness, former_strictness, series,
       expected, found, kept, days)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (scope) do update set (max, every_ms, since, strictness, former_strictness, series,
       expected, found, kept, days) = row(excluded.max, excluded.every_ms, excluded.since,
       excluded.strictness, excluded.former_strictness, excluded.series, excluded.expected,
       excluded.found, excluded.kept, excluded.days)`,
    [
      'route' in budget ? budget.route : ALL,
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

export interface OpenedQuestion {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Of these only. */
  readonly seriesIds?: readonly number[];
  /** Deviation ratio from which they count; 0 where it is not said. */
  readonly leastRatio?: number;
}

export interface OpenedOfKind {
  readonly kind: EpisodeKind;
  readonly found: number;
  /** Incidents that they are in. */
  readonly incidents: number;
}

/** Anomalies opened from `fromMs` to before `untilMs` by kind; not those of planned work, which alert nobody. */
export async function countOpened(
  db: Queryable,
  { fromMs, untilMs, seriesIds, leastRatio = 0 }: OpenedQuestion,
): Promise<OpenedOfKind[]> {
  return db.query(
    `select kind, count(*) as found, count(distinct incident_id) as incidents from anomalies
     where timestamp >= $1 and opened_at >= $1 and opened_at < $2 and deviation_ratio >= $3
       and ($4::bigint[] is null or series_id = any($4::bigint[]))
       and not context ? 'maintenance' group by kind`,
    [isoTime(fromMs), isoTime(untilMs), leastRatio, seriesIds ? arrayText(seriesIds) : null],
  );
}

/** Incidents that these channels were told of from `fromMs` to before `untilMs`. */
export async function countTold(
  db: Queryable,
  {
    channels,
    fromMs,
    untilMs,
  }: { readonly channels: readonly string[]; readonly fromMs: number; readonly untilMs: number },
): Promise<number> {
  const rows = await db.query<{ told: number }>(
    `select count(distinct incident_id) as told from notifications
     where kind = 'firing' and status in ('queued', 'sent', 'failed')
       and created_at >= $1 and created_at < $2
       and channel in (select jsonb_array_elements_text($3::jsonb))`,
    [isoTime(fromMs), isoTime(untilMs), JSON.stringify(channels)],
  );
  return rows[0]?.told ?? 0;
}
