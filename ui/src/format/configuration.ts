import type { BacktestSettings } from '../../../src/contract/backtest.ts';
import type { Query } from '../../../src/contract/query.ts';

export type Changed = Pick<Query, 'alias' | 'expr' | 'options'>;

/** A saimon.yml that asks for the settings of a backtest: those of each query with what was changed, and the budget. */
export function configurationOf(
  { alert_budget: budget, ...changes }: BacktestSettings,
  queries: readonly Changed[],
): string {
  const lines: string[] = [];
  if (queries.length > 0 && Object.keys(changes).length > 0) {
    lines.push('reader:', '  queries:');
    for (const { alias, expr, options } of queries) {
      lines.push(`    ${alias}:`, `      expr: ${JSON.stringify(expr)}`);
      for (const [key, value] of Object.entries({ ...options, ...changes }))
        lines.push(`      ${key}: ${JSON.stringify(value)}`);
    }
  }
  if (budget)
    lines.push('detection:', `  alert_budget: {max: ${budget.max}, every: ${budget.every}}`);
  return lines.join('\n');
}
