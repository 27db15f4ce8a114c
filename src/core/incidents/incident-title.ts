import { entityOf } from '../entity/entity-of.ts';
import type { IncidentMember } from './incident-member.ts';
import { rankCauses } from './rank-causes.ts';

/** An incident in a few words: what moved first, where, and how many anomalies went with it. */
export function incidentTitle(members: readonly IncidentMember[]): string {
  const first = rankCauses(members)[0]?.member;
  const what = first?.metricName ?? 'an anomaly';
  const place = first && Object.values(entityOf(first.labels) ?? first.labels).join(', ');
  const others = members.length > 1 ? ` and ${members.length - 1} more` : '';
  return `${what}${place ? ` of ${place}` : ''}${others}`;
}
