import type { Queryable } from './database.ts';
import { isoTime } from './parameters.ts';

/** What people did to an incident or wrote of it, and what was merged into it. */
export interface IncidentEntry {
  readonly kind: 'note' | 'acknowledged' | 'resolved' | 'merged';
  readonly atMs: number;
  readonly user: string;
  readonly text: string;
}

export async function addEntry(
  tx: Queryable,
  incidentId: number,
  { kind, atMs, user, text }: IncidentEntry,
): Promise<void> {
  await tx.query(
    `insert into incident_entries (incident_id, kind, at, by_user, text)
     values ($1, $2, $3, $4, $5)`,
    [incidentId, kind, isoTime(atMs), user, text],
  );
}

/** Oldest first. */
export async function listEntries(db: Queryable, incidentId: number): Promise<IncidentEntry[]> {
  return db.query<IncidentEntry>(
    `select kind, at as "atMs", by_user as user, text from incident_entries
     where incident_id = $1 order by at, id`,
    [incidentId],
  );
}
