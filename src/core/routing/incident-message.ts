import type { Severity } from '../anomalies/severity.ts';
import type { IncidentStatus } from '../incidents/incident-life.ts';
import { rankCauses } from '../incidents/rank-causes.ts';
import type { Labels } from '../labels.ts';
import type { MessageKind } from './decide-message.ts';
import type { RoutedIncident, RoutedMember } from './routed-incident.ts';

/** One anomaly in a message. */
export interface MessageMember {
  readonly anomalyId: number;
  readonly seriesId: number | null;
  readonly metric: string | null;
  readonly labels: Labels;
  readonly severity: Severity;
  readonly explanation: string;
  /** Of its peak. */
  readonly value: number | null;
  readonly expected: number | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
}

/** What a channel is told: everything that any of them writes. Plain JSON, kept as it was when it was decided. */
export interface IncidentMessage {
  readonly kind: MessageKind | 'test';
  readonly incidentId: number;
  readonly title: string;
  readonly status: IncidentStatus;
  readonly severity: Severity;
  /** What stays the same as long as the incident lives: what all of its first anomalies had in common. */
  readonly labels: Labels;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** When it was decided. */
  readonly atMs: number;
  readonly acknowledgedBy: string | null;
  readonly resolvedBy: string | null;
  readonly mergedInto: number | null;
  /** How many anomalies there are; `members` are the likeliest causes of them. */
  readonly memberCount: number;
  readonly members: readonly MessageMember[];
}

const MOST_MEMBERS = 10;

/** The message that tells how an incident stands; `labels` are those that its channel was told first. */
export function draftMessage(
  kind: MessageKind,
  incident: RoutedIncident,
  { labels, nowMs }: { readonly labels: Labels; readonly nowMs: number },
): IncidentMessage {
  const members = rankCauses(incident.members).slice(0, MOST_MEMBERS);
  const byId = new Map(incident.members.map((member) => [member.id, member]));
  return {
    kind,
    incidentId: incident.id,
    title: incident.title,
    status: incident.status,
    severity: incident.severity,
    labels,
    startedAtMs: incident.startedAtMs,
    endedAtMs: incident.status === 'resolved' ? (incident.resolvedAtMs ?? nowMs) : null,
    atMs: nowMs,
    acknowledgedBy: incident.acknowledgedBy,
    resolvedBy: incident.resolvedBy,
    mergedInto: incident.mergedInto,
    memberCount: incident.members.length,
    members: members.flatMap(({ member: { id } }) => {
      const member = byId.get(id);
      return member ? [messageMember(member)] : [];
    }),
  };
}

function messageMember(member: RoutedMember): MessageMember {
  const { id, seriesId, metricName, labels, severity, explanation } = member;
  return {
    anomalyId: id,
    seriesId,
    metric: metricName,
    labels,
    severity,
    explanation: explanation ?? `${metricName ?? 'A metric'} is anomalous`,
    value: finite(member.value),
    expected: finite(member.expected),
    startedAtMs: member.startedAtMs,
    endedAtMs: member.endedAtMs,
  };
}

// JSON has no word for NaN and the infinities.
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** The labels of an incident for other systems: what all of its anomalies have in common, and its severity now. */
export function incidentLabels({ members, severity }: RoutedIncident): Labels {
  const [first, ...others] = members.map(({ labels, tags, metricName }) => {
    return { ...tags, ...(metricName !== null && { metric: metricName }), ...labels };
  });
  const common = Object.entries<string>(first ?? {}).filter(([name, value]) =>
    others.every((labels: Labels) => labels[name] === value),
  );
  return { ...Object.fromEntries(common), severity };
}
