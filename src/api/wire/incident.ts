import type { Cause, Incident, Moment, Tie } from '../../contract/incident.ts';
import type { IncidentMember } from '../../core/incidents/incident-member.ts';
import { rankCauses } from '../../core/incidents/rank-causes.ts';
import { tieSentence } from '../../core/incidents/tie-sentence.ts';
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
  const tiesOf = tieWriter(members);
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
    tied_by: tiesOf(member.id),
  }));
}

export function timelineOf(
  members: readonly IncidentMember[],
  entries: readonly IncidentEntry[],
): Moment[] {
  const tiesOf = tieWriter(members);
  const moments = members.flatMap((member) => {
    const what = member.metricName ?? 'An anomaly';
    const about = { anomaly_id: member.id, user: null };
    const { startedAtMs, endedAtMs, severity, kind } = member;
    const began = {
      atMs: startedAtMs,
      kind: 'began' as const,
      ...about,
      text: [`${what}: ${kind}, ${severity}`, ...tiesOf(member.id).map(({ text }) => text)].join(
        '. ',
      ),
    };
    if (endedAtMs === null) return [began];
    return [began, { atMs: endedAtMs, kind: 'ended' as const, ...about, text: what }];
  });
  const deeds = entries.map((entry) => ({ ...entry, anomaly_id: null }));
  return [...moments, ...deeds]
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, ...moment }) => ({ at: iso(atMs), ...moment }));
}

/** The ties of each anomaly, by its id. */
function tieWriter(members: readonly IncidentMember[]): (anomalyId: number) => Tie[] {
  const known = new Map(members.map((member) => [member.id, member]));
  return (id) =>
    (known.get(id)?.ties ?? []).map((tie) => ({
      kind: tie.kind,
      anomaly_id: tie.anomalyId,
      correlation: tie.kind === 'correlation' ? Number(tie.correlation.toFixed(3)) : null,
      lag_seconds: tie.kind === 'correlation' ? tie.lagMs / 1000 : null,
      text: tieSentence(tie, known.get(tie.anomalyId)),
    }));
}
