import type { AlertmanagerWebhook, TruthIncident } from '../../contract/truth-incident.ts';
import { labelsKey } from '../../core/labels.ts';
import type { StoredTruthIncident, TruthIncidentDraft } from '../../store/truth-incidents-table.ts';
import { iso, isoOrNull } from './iso.ts';

/** What SAIMon's own notifications are called: they are no proof that something happened. */
const OWN_ALERT = 'SAIMonIncident';

export function truthIncidentOf(row: StoredTruthIncident): TruthIncident {
  return {
    id: row.id,
    name: row.name,
    labels: row.labels,
    started_at: iso(row.startedAtMs),
    ended_at: isoOrNull(row.endedAtMs),
    source: row.source,
    created_by: row.createdBy,
    created_at: iso(row.createdAtMs),
  };
}

/** What makes an incident the same when it is told again without a key of its own. */
export function keyOf({
  name,
  startedAtMs,
  labels,
}: Pick<TruthIncidentDraft, 'name' | 'startedAtMs' | 'labels'>): string {
  return `${startedAtMs} ${labelsKey(labels)} ${name}`;
}

/** The incidents that alerts of Alertmanager tell of, without those that SAIMon raised itself. */
export function incidentsOfAlerts({ alerts }: AlertmanagerWebhook): TruthIncidentDraft[] {
  return alerts.flatMap(({ status, labels, annotations, startsAt, endsAt, fingerprint }) => {
    const { alertname = '', ...about } = labels;
    if (alertname === OWN_ALERT) return [];
    const name = alertname || annotations['summary'] || 'alert';
    const ended = status === 'resolved' && typeof endsAt === 'number' && endsAt >= startsAt;
    return {
      name: name.slice(0, 500),
      labels: about,
      startedAtMs: startsAt,
      endedAtMs: ended ? endsAt : null,
      source: 'alertmanager',
      sourceKey: `${fingerprint ?? labelsKey(labels)} ${startsAt}`,
      createdBy: 'alertmanager',
    };
  });
}
