import { planMessages } from '../core/routing/plan-messages.ts';
import { findAlertBudget } from '../store/alert-budgets-table.ts';
import type { Queryable } from '../store/database.ts';
import { listMaintenanceSince } from '../store/maintenance-windows-table.ts';
import { loadToRoute, savePlan } from '../store/routing.ts';
import { listSilencesAt } from '../store/silences-table.ts';
import { loadChannels } from './channels.ts';
import { windowOf } from './declared-context.ts';
import type { NotifyOptions } from './notify-options.ts';
import { withLeastRatios } from './route-budgets.ts';

export interface RoutingOptions {
  readonly notify: NotifyOptions;
  readonly zone: string;
  readonly nowMs: number;
}

/**
 * Decides what channels are told of the incidents that changed, or whose time has come: inside the transaction of the change, or in
 * one of its own, always in `withIncidents`. Gives how many incidents it looked at.
 */
export async function routeIncidents(
  tx: Queryable,
  { notify, zone, nowMs }: RoutingOptions,
): Promise<number> {
  const due = await loadToRoute(tx, nowMs);
  if (due.incidents.length === 0) return 0;
  const { channels, routes } = await loadChannels(tx, notify);
  const silences = await listSilencesAt(tx, nowMs);
  const windows = await listMaintenanceSince(tx, nowMs);
  const plan = planMessages(due, {
    channels: channels.map(({ name }) => name),
    routes: await withLeastRatios(tx, routes, (await findAlertBudget(tx))?.strictness ?? 1),
    silences,
    windows: windows.map(windowOf),
    nowMs,
    zone,
  });
  await savePlan(tx, plan, nowMs);
  return due.incidents.length;
}
