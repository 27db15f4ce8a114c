import { type Anomaly, PlannedWork } from '../../contract/anomaly.ts';
import type { StoredAnomaly } from '../../store/anomalies-table.ts';
import { iso, isoOrNull } from './iso.ts';

export function anomalyOf(row: StoredAnomaly): Anomaly {
  return {
    id: row.id,
    metric_id: row.metricId,
    model_id: row.modelId,
    timestamp: iso(row.timestampMs),
    value: row.value,
    expected_value: row.expectedValue,
    anomaly_score: row.anomalyScore,
    severity: row.severity,
    labels: row.labels,
    context: row.context,
    is_confirmed: row.isConfirmed,
    confirmed_by: row.confirmedBy,
    confirmed_at: isoOrNull(row.confirmedAtMs),
    created_at: iso(row.createdAtMs),
    metric_name: row.metricName,
    query: row.query,
    series_id: row.seriesId,
    lower: row.lower,
    upper: row.upper,
    deviation_ratio: row.deviationRatio,
    kind: row.kind,
    direction: row.direction,
    algorithm: row.algorithm,
    model_version: row.modelVersion,
    confidence: row.confidence,
    status: row.status,
    started_at: iso(row.startedAtMs),
    opened_at: iso(row.openedAtMs),
    last_at: iso(row.lastAtMs),
    ended_at: isoOrNull(row.endedAtMs),
    peak_value: row.value,
    incident_id: row.incidentId,
    explanation: explanationText(row),
    quieted_by: quietedByOf(row),
    maintenance: PlannedWork.safeParse(row.context['maintenance']).data ?? null,
  };
}

export function quietedByOf({ quietedBy, quietReason }: StoredAnomaly): Anomaly['quieted_by'] {
  return quietedBy === null ? null : { rule_id: quietedBy, reason: quietReason ?? '' };
}

/** What was said of an anomaly, and why it alerted nobody where a rule keeps it quiet. */
export function explanationText({
  explanation,
  quietedBy,
  quietReason,
}: StoredAnomaly): string | null {
  if (explanation === null || quietedBy === null) return explanation;
  return `${explanation}. Kept quiet by rule ${quietedBy}: ${quietReason ?? ''}`;
}
