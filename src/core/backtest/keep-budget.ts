import type { Episode } from '../anomalies/episode.ts';
import {
  type AlertBudget,
  type BudgetDecision,
  type Budgeted,
  decideBudget,
  decisionAt,
  hasBoundary,
  type RecentPast,
  recentPastOf,
} from '../calibration/alert-budget.ts';

/** A backtest before the first row of a day, when the boundary is set for an alert budget. */
export interface BacktestDay {
  readonly model: Budgeted;
  readonly episodes: readonly Episode[];
  readonly timeMs: number;
}

/** Sets the boundary of backtests that run side by side and share a budget; `inForce` is their strictness before. */
export function keepBudget(
  days: readonly BacktestDay[],
  { budget, inForce }: { readonly budget: AlertBudget; readonly inForce: number },
): BudgetDecision {
  const models = days.map(({ model }) => model);
  const { untilMs } = decisionAt(days[0].timeMs);
  const past = recentPastOf(models, untilMs);
  const others = days.reduce((sum, { episodes }) => sum + countOthers(episodes, past), 0);
  const decision = decideBudget(past, budget, { inForce, others });
  for (const model of models) model.strictness = decision.strictness;
  return decision;
}

function countOthers(episodes: readonly Episode[], { fromMs, untilMs }: RecentPast): number {
  return episodes.filter(
    ({ kind, openedAtMs }) => !hasBoundary(kind) && openedAtMs >= fromMs && openedAtMs < untilMs,
  ).length;
}
