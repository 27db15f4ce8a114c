import { SEVERITIES } from '../anomalies/severity.ts';
import { type GroupingRules, groupMembers } from '../incidents/group-members.ts';
import type { IncidentMember } from '../incidents/incident-member.ts';
import { incidentTitle } from '../incidents/incident-title.ts';
import type { Page } from './incident-report.ts';

/** An anomaly as it would be told to people. */
export interface PagedAnomaly extends IncidentMember {
  readonly openedAtMs: number;
  /** Whether it may alert by itself: not in planned work, not quieted. */
  readonly alerts: boolean;
}

/**
 * Anomalies to pages as production would: those of one trouble are one page, which goes out when the first of them that
 * alerts opens. Anomalies of low severity alert nobody.
 */
export function pagesOf(anomalies: readonly PagedAnomaly[], rules: GroupingRules): Page[] {
  const known = new Map(anomalies.map((one) => [one.id, one]));
  return groupMembers(anomalies, rules).flatMap(({ members }) => {
    const page = pageOf(members.flatMap(({ id }) => known.get(id) ?? []));
    return page ? [page] : [];
  });
}

/** The page of one trouble; undefined where nothing of it alerts. */
export function pageOf(members: readonly PagedAnomaly[]): Page | undefined {
  const alerting = members.filter(({ alerts, severity }) => alerts && severity !== 'low');
  if (alerting.length === 0) return undefined;
  const worst = Math.max(...alerting.map(({ severity }) => SEVERITIES.indexOf(severity)));
  return {
    title: incidentTitle(members),
    severity: SEVERITIES[worst],
    openedAtMs: Math.min(...alerting.map(({ openedAtMs }) => openedAtMs)),
    lastAtMs: Math.max(...members.map(({ lastAtMs }) => lastAtMs)),
    labels: members.map(({ labels }) => labels),
  };
}
