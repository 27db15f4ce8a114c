import type { Clock } from '../base/clock.ts';
import { SEVERITIES } from '../core/anomalies/severity.ts';
import type { Database, Queryable } from '../store/database.ts';
import { countOpenIncidents } from '../store/incidents-table.ts';
import { regroupIncidents, withIncidents } from '../store/save-incidents.ts';
import type { IncidentOptions } from './engine-options.ts';
import type { Telemetry } from './telemetry.ts';

/**
 * After a detection run: incidents as the anomalies have it, and what `tell` decides to say of them. Transactions of its own: killed
 * before them, the next run groups the same anomalies.
 */
export async function groupIncidents(
  options: IncidentOptions,
  {
    database,
    clock,
    telemetry,
    tell,
  }: {
    readonly database: Database;
    readonly clock: Clock;
    readonly telemetry: Telemetry;
    readonly tell: (tx: Queryable) => Promise<unknown>;
  },
): Promise<void> {
  const rules = { ...options, nowMs: clock.now() };
  const group = async (tx: Queryable) => {
    const found = await regroupIncidents(tx, rules);
    // More may be tied yet: what is found at last is told.
    if (found === 0) await tell(tx);
    return found;
  };
  while ((await withIncidents(database, group)) > 0);
  const counted = await countOpenIncidents(database);
  for (const severity of SEVERITIES) {
    const open = counted.find((one) => one.severity === severity);
    telemetry.incidentsOpen.set({ severity }, open?.found ?? 0);
  }
}
