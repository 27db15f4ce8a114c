import { type IncidentMember, tiesOf } from './incident-member.ts';

/** What becomes one incident. */
export interface IncidentGroup {
  /** Incidents that its members were in, ascending: none for a new one, several where evidence ties them. */
  readonly incidentIds: readonly number[];
  /** Earliest start first. */
  readonly members: readonly IncidentMember[];
}

export interface GroupingRules {
  /** Anomalies that are tied but not longer apart than this are one incident. */
  readonly gapMs: number;
  /** Labels whose equal values tie, beside series and entity. */
  readonly sharedLabels: readonly string[];
  /** When a person ended an incident, by its id: what starts later is another one. */
  readonly endedByHandMs?: ReadonlyMap<number, number>;
}

/**
 * Anomalies to incidents: members of one tie (`tiesOf`) whose spans from first to last abnormal sample are at most
 * `gapMs` apart are together, and so is what was together before. Spans only grow, so neither the order in which anomalies
 * come nor how often they are grouped makes a difference. O(n log n).
 */
export function groupMembers(
  members: readonly IncidentMember[],
  { gapMs, sharedLabels, endedByHandMs = new Map() }: GroupingRules,
): IncidentGroup[] {
  const ordered = members.toSorted(byStart);
  const parents = ordered.map((_, i) => i);
  const rootOf = (i: number): number => {
    let root = i;
    while (parents[root] !== root) root = parents[root];
    parents[i] = root;
    return root;
  };
  const join = (a: number, b: number): void => {
    const [first, second] = [rootOf(a), rootOf(b)];
    parents[Math.max(first, second)] = Math.min(first, second);
  };
  const firstOf = new Map<number, number>();
  const reach = new Map<string, { last: number; untilMs: number }>();
  ordered.forEach((member, i) => {
    const { incidentId, startedAtMs, lastAtMs } = member;
    let untilMs = lastAtMs + gapMs;
    if (incidentId !== null) {
      join(i, firstOf.get(incidentId) ?? i);
      firstOf.set(incidentId, rootOf(i));
      untilMs = Math.min(untilMs, endedByHandMs.get(incidentId) ?? untilMs);
    }
    for (const tie of tiesOf(member, sharedLabels)) {
      const before = reach.get(tie);
      if (before && startedAtMs <= before.untilMs) {
        join(i, before.last);
        before.untilMs = Math.max(before.untilMs, untilMs);
      } else reach.set(tie, { last: i, untilMs });
    }
  });
  const groups = new Map<number, IncidentMember[]>();
  ordered.forEach((member, i) => {
    const root = rootOf(i);
    const group = groups.get(root);
    if (group) group.push(member);
    else groups.set(root, [member]);
  });
  return [...groups.values()].map((group) => ({
    incidentIds: incidentIdsOf(group),
    members: group,
  }));
}

function byStart(a: IncidentMember, b: IncidentMember): number {
  return a.startedAtMs - b.startedAtMs || a.id - b.id;
}

function incidentIdsOf(members: readonly IncidentMember[]): number[] {
  const ids = members.flatMap(({ incidentId }) => (incidentId === null ? [] : [incidentId]));
  return [...new Set(ids)].toSorted((a, b) => a - b);
}
