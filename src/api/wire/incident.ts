import type { Cause, Incident, Moment } from '../../contract/incident.ts';
import type { IncidentMember } from '../../core/incidents/incident-member.ts';
import { rankCauses } from '../../core/incidents/rank-causes.ts';
import type { IncidentEntry } from '../../store/incident-entries-table.ts';
import type { StoredIncident } from '../../store/incidents-table.ts';
import { iso, isoOrNull } from './iso.ts';

export function incidentOf(row: StoredIncident): Incident {
  return {
    id: row.id,
    title: row.title,
    status: row.status,
    severity: row.severity,
    members: row.members,
    started_at: iso(row.startedAtMs),
    last_at: iso(row.lastAtMs),
    ended_at: isoOrNull(row.endedAtMs),
    acknowledged_by: row.acknowledgedBy,
    acknowledged_at: isoOrNull(row.acknowledgedAtMs),
    resolved_by: row.resolvedBy,
    resolved_at: isoOrNull(row.resolvedAtMs),
    merged_into: row.mergedInto,
    created_at: iso(row.createdAtMs),
  };
}

export function causesOf(members: readonly IncidentMember[]): Cause[] {
  return rankCauses(members).map(({ member, onsetMs, afterMs, contribution }) => ({
    anomaly_id: member.id,
    series_id: member.seriesId,
    metric_name: member.metricName,
    labels: member.labels,
    kind: member.kind,
    severity: member.severity,
    deviation_ratio: member.ratio,
    started_at: iso(member.startedAtMs),
    ended_at: isoOrNull(member.endedAtMs),
    onset_at: iso(onsetMs),
    after_seconds: afterMs / 1000,
    contribution: Number(contribution.toPrecision(4)),
  }));
}

export function timelineOf(
  members: readonly IncidentMember[],
  entries: readonly IncidentEntry[],
): Moment[] {
  const moments = members.flatMap((member) => {
    const what = member.metricName ?? 'An anomaly';
    const about = { anomaly_id: member.id, user: null };
    const { startedAtMs, endedAtMs, severity, kind } = member;
    const began = {
      atMs: startedAtMs,
      kind: 'began' as const,
      ...about,
      text: `${what}: ${kind}, ${severity}`,
    };
    if (endedAtMs === null) return [began];
    return [began, { atMs: endedAtMs, kind: 'ended' as const, ...about, text: what }];
  });
  const deeds = entries.map((entry) => ({ ...entry, anomaly_id: null }));
  return [...moments, ...deeds]
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, ...moment }) => ({ at: iso(atMs), ...moment }));
}
