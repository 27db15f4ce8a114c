import { AlertBudgetStatus } from '../../contract/alert-budget.ts';
import { countOpened, findAlertBudget } from '../../store/alert-budgets-table.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { alertBudgetOf } from '../wire/alert-budget.ts';

export function alertBudgetRoutes(
  api: FastifyApi,
  { database, clock }: Pick<ApiDependencies, 'database' | 'clock'>,
): void {
  api.get(
    '/api/v1/alert-budget',
    {
      schema: {
        tags: ['alerts'],
        summary: 'The alert budget: how strict it makes detection, and what that costs',
        response: { 200: AlertBudgetStatus },
      },
    },
    async () => {
      const budget = await findAlertBudget(database);
      if (budget === undefined) return { alert_budget: null };
      const nowMs = clock.now();
      const opened = await countOpened(database, {
        fromMs: nowMs - budget.everyMs,
        untilMs: nowMs,
      });
      const raised = opened.reduce((sum, { found }) => sum + found, 0);
      return { alert_budget: alertBudgetOf(budget, raised) };
    },
  );
}
