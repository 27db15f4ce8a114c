import type { Event } from '../../contract/event.ts';
import type { StoredEvent } from '../../store/events-table.ts';
import { iso, isoOrNull } from './iso.ts';

export function eventOf(row: StoredEvent): Event {
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    labels: row.labels,
    started_at: iso(row.startedAtMs),
    ended_at: isoOrNull(row.endedAtMs),
    source: row.source,
    reason: row.reason,
    created_by: row.createdBy,
    created_at: iso(row.createdAtMs),
  };
}
