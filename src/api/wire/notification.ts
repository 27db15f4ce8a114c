import type { Notification } from '../../contract/notification.ts';
import type { StoredNotification } from '../../store/notifications-table.ts';
import { iso, isoOrNull } from './iso.ts';

export function notificationOf(row: StoredNotification): Notification {
  return {
    id: row.id,
    incident_id: row.incidentId,
    channel: row.channel,
    kind: row.kind,
    status: row.status,
    reason: row.reason,
    title: row.title,
    dedup_key: row.dedupKey,
    attempts: row.attempts,
    next_try_at: isoOrNull(row.nextTryAtMs),
    created_at: iso(row.createdAtMs),
    sent_at: isoOrNull(row.sentAtMs),
  };
}
