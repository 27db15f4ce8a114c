import type { AlertBudget, RouteBudget } from '../../contract/alert-budget.ts';
import { DAY_MS } from '../../core/civil-time.ts';
import type { StoredBudget, StoredRouteBudget } from '../../store/alert-budgets-table.ts';
import { iso } from './iso.ts';

export function alertBudgetOf(budget: StoredBudget, raised: number): AlertBudget {
  const { max, everyMs, strictness, expected, days, found, kept, series, sinceMs } = budget;
  return {
    max,
    every_seconds: everyMs / 1000,
    strictness,
    expected,
    raised,
    days,
    found,
    kept,
    series,
    since: iso(sinceMs),
    sentence: sentenceOf(budget, raised),
  };
}

export interface ToldBy {
  /** What the budget of all series multiplies their boundaries by. */
  readonly strictness: number;
  /** Incidents that the channels of the route were told of. */
  readonly told: number;
}

export function routeBudgetOf(
  budget: StoredRouteBudget,
  { strictness, told }: ToldBy,
): RouteBudget {
  const { route, max, everyMs, expected, days, found, kept } = budget;
  const leastRatio = Math.max(1, budget.strictness / strictness);
  const every = daysText(everyMs / DAY_MS);
  const held = expected > max ? ' It cannot be held at the strictest boundary.' : '';
  return {
    ...alertBudgetOf(budget, told),
    route,
    least_ratio: leastRatio,
    sentence:
      `At most ${max} incidents in ${every} by ${route}: anomalies count from deviation ratio ${leastRatio.toFixed(2)} on.${held} ` +
      `${told} told in the last ${every}, ${expected.toFixed(1)} to expect if it goes on as before; ` +
      `in the past ${daysText(days)} it would have kept ${kept} of ${found} anomalies`,
  };
}

/** What the budget does and costs, without promising anything. */
function sentenceOf(budget: StoredBudget, raised: number): string {
  const { max, everyMs, strictness, expected, days, found, kept } = budget;
  const every = daysText(everyMs / DAY_MS);
  const look =
    strictness >= 1
      ? `in the past ${daysText(days)} it would have kept ${kept} of ${found} anomalies`
      : `in the past ${daysText(days)} it would have raised ${kept} anomalies instead of ${found}`;
  const held = expected > max ? 'It cannot be held at the strictest boundary. ' : '';
  return (
    `At most ${max} in ${every}: boundaries are ${strictness.toFixed(2)} times the learned ones. ${held}` +
    `${raised} raised in the last ${every}, ${expected.toFixed(1)} to expect if it goes on as before; ${look}`
  );
}

function daysText(days: number): string {
  const rounded = Number(days.toFixed(1));
  return rounded === 1 ? '1 day' : `${rounded} days`;
}
