import type { IncidentGroup } from './incident-group.ts';
import type { IncidentMember } from './incident-member.ts';
import type { LearnedTie } from './tie.ts';
import { Together } from './together.ts';
import { traitsOf } from './traits.ts';

export interface GroupingRules {
  /** Anomalies that are tied but not longer apart than this are one incident. */
  readonly gapMs: number;
  /** Labels whose equal values tie, beside series and entity. */
  readonly sharedLabels: readonly string[];
  /** When a person ended an incident, by its id: what starts later is another one. */
  readonly endedByHandMs?: ReadonlyMap<number, number>;
  /** What the past says of members that share nothing, the surest first. */
  readonly learned?: readonly LearnedTie[];
}

/** What was learned draws no more entities together than this: an incident of everything says nothing. */
export const MOST_PLACES = 16;

/**
 * Anomalies to incidents: members of one trait (`traitsOf`) whose spans from first to last abnormal sample are at most
 * `gapMs` apart are together, and so is what was together before. Spans only grow, so neither the order in which anomalies
 * come nor how often they are grouped makes a difference. O(n log n). Then what was `learned` ties, as long as no incident
 * comes to touch more than 16 entities by it.
 */
export function groupMembers(
  members: readonly IncidentMember[],
  { gapMs, sharedLabels, endedByHandMs = new Map(), learned = [] }: GroupingRules,
): IncidentGroup[] {
  const ordered = members.toSorted((a, b) => a.startedAtMs - b.startedAtMs || a.id - b.id);
  const together = new Together(ordered);
  const reach = new Map<string, { anomalyId: number; untilMs: number }>();
  for (const member of ordered) {
    const { id, incidentId, startedAtMs, lastAtMs } = member;
    const endedMs = endedByHandMs.get(incidentId ?? -1) ?? Number.POSITIVE_INFINITY;
    const untilMs = Math.min(lastAtMs + gapMs, endedMs);
    for (const [key, trait] of traitsOf(member, sharedLabels)) {
      const before = reach.get(key);
      if (before && startedAtMs <= before.untilMs) {
        together.tie(id, { ...trait, anomalyId: before.anomalyId });
        before.untilMs = Math.max(before.untilMs, untilMs);
      } else reach.set(key, { anomalyId: id, untilMs });
    }
  }
  for (const { earlierId, laterId, ...moved } of learned) {
    if (together.placesOf(earlierId, laterId) > MOST_PLACES) continue;
    together.tie(laterId, { kind: 'correlation', ...moved, anomalyId: earlierId });
  }
  return together.groups();
}
