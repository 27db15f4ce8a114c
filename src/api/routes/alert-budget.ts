import {
  type AlertBudget,
  AlertBudgetStatus,
  type RouteBudget,
} from '../../contract/alert-budget.ts';
import { loadChannels } from '../../engine/channels.ts';
import {
  countOpened,
  countTold,
  findAlertBudget,
  listRouteBudgets,
  type StoredBudget,
} from '../../store/alert-budgets-table.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { alertBudgetOf, routeBudgetOf } from '../wire/alert-budget.ts';

export function alertBudgetRoutes(
  api: FastifyApi,
  { database, clock, watching }: Pick<ApiDependencies, 'database' | 'clock' | 'watching'>,
): void {
  api.get(
    '/api/v1/alert-budget',
    {
      schema: {
        tags: ['alerts'],
        summary:
          'The alert budgets of all series and of routes: how strict they are, and what that costs',
        response: { 200: AlertBudgetStatus },
      },
    },
    async () => {
      const nowMs = clock.now();
      const budget = await findAlertBudget(database);
      return {
        alert_budget: budget ? await ofAll(budget, nowMs) : null,
        routes: await ofRoutes(budget?.strictness ?? 1, nowMs),
      };
    },
  );

  async function ofAll(budget: StoredBudget, nowMs: number): Promise<AlertBudget> {
    const fromMs = nowMs - budget.everyMs;
    const opened = await countOpened(database, { fromMs, untilMs: nowMs });
    return alertBudgetOf(
      budget,
      opened.reduce((sum, { found }) => sum + found, 0),
    );
  }

  async function ofRoutes(strictness: number, nowMs: number): Promise<RouteBudget[]> {
    const { routes } = await loadChannels(database, watching().notify);
    const budgets: RouteBudget[] = [];
    for (const budget of await listRouteBudgets(database)) {
      const channels = routes.find(({ name }) => name === budget.route)?.channels ?? [];
      const fromMs = nowMs - budget.everyMs;
      const told = await countTold(database, { channels, fromMs, untilMs: nowMs });
      budgets.push(routeBudgetOf(budget, { strictness, told }));
    }
    return budgets;
  }
}
