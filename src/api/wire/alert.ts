import type { Alert } from '../../contract/alert.ts';
import type { StoredAlert } from '../../store/alerts-table.ts';
import { iso, isoOrNull } from './iso.ts';

export function alertOf(row: StoredAlert): Alert {
  return {
    id: row.id,
    metric_id: row.metricId,
    anomaly_id: row.anomalyId,
    incident_id: row.incidentId,
    alert_type: row.alertType,
    severity: row.severity,
    title: row.title,
    message: row.message,
    channels: [...row.channels],
    status: row.status,
    sent_at: isoOrNull(row.sentAtMs),
    acknowledged_by: row.acknowledgedBy,
    acknowledged_at: isoOrNull(row.acknowledgedAtMs),
    resolved_at: isoOrNull(row.resolvedAtMs),
    context: row.context,
    created_at: iso(row.createdAtMs),
  };
}
