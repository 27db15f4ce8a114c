import { coMovementOf, MOST_LAG_MS } from '../correlation/co-movement.ts';
import type { Profile } from '../correlation/profile.ts';
import type { IncidentGroup } from './incident-group.ts';
import type { IncidentMember } from './incident-member.ts';
import type { LearnedTie } from './tie.ts';

/** Two anomalies that nothing ties yet, the one that began earlier first. */
export interface Pair {
  readonly earlier: IncidentMember & { readonly seriesId: number };
  readonly later: IncidentMember & { readonly seriesId: number };
}

/** As for grouping. */
export interface PairRules {
  readonly gapMs: number;
  readonly endedByHandMs: ReadonlyMap<number, number>;
}

/** Of a trouble so many anomalies are compared, the strongest. */
const MOST_OF_GROUP = 4;
/** So many pairs are compared at once: half a second where all tie. */
const MOST_PAIRS = 300;

/**
 * The anomalies whose past is worth comparing: of different groups, one of them new, begun at most half an hour apart (the
 * longest delay that a past teaches), tied within the gap as any. Newest first, 300 at most.
 */
export function pairsToCompare(
  groups: readonly IncidentGroup[],
  { gapMs, endedByHandMs }: PairRules,
): Pair[] {
  const firstNewMs = groups
    .flatMap(({ members }) => members)
    .reduce(
      (first, { incidentId, startedAtMs }) =>
        incidentId === null ? Math.min(first, startedAtMs) : first,
      Number.POSITIVE_INFINITY,
    );
  const candidates = groups
    .flatMap(({ members }, group) =>
      members
        .filter(hasSeries)
        .filter(({ startedAtMs }) => startedAtMs >= firstNewMs - MOST_LAG_MS)
        .toSorted((a, b) => b.ratio - a.ratio)
        .slice(0, MOST_OF_GROUP)
        .map((member) => ({ member, group })),
    )
    .toSorted((a, b) => a.member.startedAtMs - b.member.startedAtMs || a.member.id - b.member.id);
  const pairs: Pair[] = [];
  for (let i = candidates.length - 1; i > 0; i--) {
    const { member: later, group } = candidates[i];
    for (let j = i - 1; j >= 0; j--) {
      const { member: earlier, group: other } = candidates[j];
      if (later.startedAtMs - earlier.startedAtMs > MOST_LAG_MS) break;
      if (group === other || (earlier.incidentId !== null && later.incidentId !== null)) continue;
      const endedMs = endedByHandMs.get(earlier.incidentId ?? -1) ?? Number.POSITIVE_INFINITY;
      if (later.startedAtMs > Math.min(earlier.lastAtMs + gapMs, endedMs)) continue;
      if (pairs.push({ earlier, later }) === MOST_PAIRS) return pairs;
    }
  }
  return pairs;
}

/** Those of the pairs whose series move together, by their profiles; the surest first. */
export function learnedTies(
  pairs: readonly Pair[],
  profiles: ReadonlyMap<number, Profile>,
): LearnedTie[] {
  return pairs
    .flatMap(({ earlier, later }) => {
      const [first, second] = [profiles.get(earlier.seriesId), profiles.get(later.seriesId)];
      const moved = first && second && coMovementOf(first, second);
      return moved ? [{ earlierId: earlier.id, laterId: later.id, ...moved }] : [];
    })
    .toSorted((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation) || a.laterId - b.laterId);
}

function hasSeries(member: IncidentMember): member is Pair['earlier'] {
  return member.seriesId !== null;
}
