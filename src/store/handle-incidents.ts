import { acknowledgeAlertsOf, resolveAlertsOf } from './alerts-table.ts';
import type { Database } from './database.ts';
import { addEntry } from './incident-entries-table.ts';
import { arrayText, isoTime } from './parameters.ts';
import {
  absorbIncident,
  type IncidentRules,
  regroupIncidents,
  withIncidents,
} from './save-incidents.ts';

/** Who does something, and when. */
export interface Hand {
  readonly user: string;
  readonly nowMs: number;
}

/** Marks an incident and its alerts as seen by someone; a resolved one stays resolved. */
export async function acknowledgeIncident(
  db: Database,
  id: number,
  { user, nowMs }: Hand,
): Promise<void> {
  await withIncidents(db, async (tx) => {
    await tx.query(
      `update incidents set acknowledged_by = $2, acknowledged_at = $3,
         status = case status when 'resolved' then status else 'acknowledged' end
       where id = $1`,
      [id, user, isoTime(nowMs)],
    );
    await acknowledgeAlertsOf(tx, id, user);
    await addEntry(tx, id, { kind: 'acknowledged', atMs: nowMs, user, text: '' });
  });
}

/** Ends an incident and its alerts by hand, although its anomalies may go on; nothing happens to one that has ended. */
export async function resolveIncident(
  db: Database,
  id: number,
  { user, nowMs }: Hand,
): Promise<void> {
  await withIncidents(db, async (tx) => {
    const ended = await tx.query(
      `update incidents set status = 'resolved', resolved_by = $2, resolved_at = $3
       where id = $1 and status <> 'resolved' returning id`,
      [id, user, isoTime(nowMs)],
    );
    if (ended.length === 0) return;
    await resolveAlertsOf(tx, id, user);
    await addEntry(tx, id, { kind: 'resolved', atMs: nowMs, user, text: '' });
  });
}

/** Makes `others` a part of the incident `id`. What a person ended is open again if one of `others` was ended by nobody. */
export async function mergeIncidents(
  db: Database,
  { id, others }: { readonly id: number; readonly others: readonly number[] },
  { user, rules }: { readonly user: string; readonly rules: IncidentRules },
): Promise<void> {
  await withIncidents(db, async (tx) => {
    await tx.query(
      `update incidents set resolved_by = null where id = $1 and exists (
         select from incidents where id = any($2::bigint[]) and resolved_by is null)`,
      [id, arrayText(others)],
    );
    await tx.query('update anomalies set incident_id = $1 where incident_id = any($2::bigint[])', [
      id,
      arrayText(others),
    ]);
    for (const absorbed of others)
      await absorbIncident(tx, { id, absorbed, nowMs: rules.nowMs, user });
    await regroupIncidents(tx, rules, [id]);
  });
}

export async function addNote(
  db: Database,
  id: number,
  { user, nowMs, text }: Hand & { readonly text: string },
): Promise<void> {
  await withIncidents(db, (tx) => addEntry(tx, id, { kind: 'note', atMs: nowMs, user, text }));
}
