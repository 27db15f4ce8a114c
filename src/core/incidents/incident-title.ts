import type { IncidentMember } from './incident-member.ts';
import { rankCauses } from './rank-causes.ts';
import { nameOf } from './tie-sentence.ts';

/** An incident in a few words: what moved first, where, and how many anomalies went with it. */
export function incidentTitle(members: readonly IncidentMember[]): string {
  const first = rankCauses(members)[0]?.member;
  const others = members.length > 1 ? ` and ${members.length - 1} more` : '';
  return `${first ? nameOf(first) : 'an anomaly'}${others}`;
}
