import type { Episode } from '../anomalies/episode.ts';
import {
  type AlertBudget,
  type BudgetDecision,
  type Budgeted,
  decideBudget,
  recentPastOf,
} from '../calibration/alert-budget.ts';

/** A backtest that stops at every midnight (UTC), so that the boundary can be set for an alert budget. */
export interface BacktestDay {
  readonly model: Budgeted;
  readonly episodes: readonly Episode[];
  /** Judged so far. */
  readonly spanMs: number;
}

/** Sets the boundary of backtests that run side by side for a budget that they share. */
export function keepBudget(days: readonly BacktestDay[], budget: AlertBudget): BudgetDecision {
  const models = days.map(({ model }) => model);
  const inForce = models[0]?.strictness ?? 1;
  const others = days.reduce((sum, day) => sum + othersRate(day) * budget.everyMs, 0);
  const decision = decideBudget(recentPastOf(models), budget, { inForce, others });
  for (const model of models) model.strictness = decision.strictness;
  return decision;
}

/** Anomalies a millisecond that no boundary decides. */
function othersRate({ episodes, spanMs }: BacktestDay): number {
  const others = episodes.filter(({ kind }) => kind !== 'deviation' && kind !== 'combination');
  return spanMs > 0 ? others.length / spanMs : 0;
}
