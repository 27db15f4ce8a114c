import type { Episode } from '../anomalies/episode.ts';
import {
  type AlertBudget,
  type BudgetDecision,
  type Budgeted,
  decideBudget,
  decisionAt,
  hasBoundary,
  recentPastOf,
} from '../calibration/alert-budget.ts';
import type { Span } from '../context/maintenance.ts';

/** A backtest before the first row of a day, when the boundary is set for an alert budget. */
export interface BacktestDay {
  /** Of one series, or of several and what they are together. */
  readonly models: readonly Budgeted[];
  readonly episodes: readonly Episode[];
  readonly timeMs: number;
  /** Planned work of the look back. */
  readonly planned: readonly Span[];
}

/** Sets the boundary of backtests that run side by side and share a budget; `inForce` is their strictness before. */
export function keepBudget(
  days: readonly BacktestDay[],
  { budget, inForce }: { readonly budget: AlertBudget; readonly inForce: number },
): BudgetDecision {
  const { lookBack } = decisionAt(days[0].timeMs);
  const watched = days.flatMap(({ models, planned }) =>
    models.map(({ peaks }) => ({ peaks, planned })),
  );
  const others = days.reduce((sum, day) => sum + countOthers(day, lookBack), 0);
  const decision = decideBudget(recentPastOf(watched, lookBack.endMs), budget, { inForce, others });
  for (const { models } of days) {
    for (const model of models) model.strictness = decision.strictness;
  }
  return decision;
}

function countOthers({ episodes, planned }: BacktestDay, lookBack: Span): number {
  return episodes.filter(
    ({ kind, openedAtMs }) =>
      !hasBoundary(kind) &&
      isWithin(openedAtMs, lookBack) &&
      !planned.some((span) => isWithin(openedAtMs, span)),
  ).length;
}

function isWithin(timeMs: number, { startMs, endMs }: Span): boolean {
  return timeMs >= startMs && timeMs < endMs;
}
