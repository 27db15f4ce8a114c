import type { Clock } from '../base/clock.ts';
import { SEVERITIES } from '../core/anomalies/severity.ts';
import type { Database, Queryable } from '../store/database.ts';
import { countOpenIncidents } from '../store/incidents-table.ts';
import { regroupIncidents, withIncidents } from '../store/save-incidents.ts';
import type { IncidentOptions } from './engine-options.ts';
import type { Telemetry } from './telemetry.ts';

/**
 * After a detection run: incidents as the anomalies have it, with what `tell` decides to say of them, in one transaction: nobody can
 * resolve an incident of which channels were not told yet. Killed before its end, the next run groups the same anomalies.
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
  await withIncidents(database, async (tx) => {
    // More may be tied yet: what is found at last is told.
    while ((await regroupIncidents(tx, rules)) > 0);
    await tell(tx);
  });
  const counted = await countOpenIncidents(database);
  for (const severity of SEVERITIES) {
    const open = counted.find((one) => one.severity === severity);
    telemetry.incidentsOpen.set({ severity }, open?.found ?? 0);
  }
}
