import { SEVERITIES, type Severity } from '../anomalies/severity.ts';
import type { IncidentMember } from './incident-member.ts';

export type IncidentStatus = 'open' | 'acknowledged' | 'resolved';

/** What people did to an incident; null where nobody did. */
export interface HandledBy {
  readonly acknowledgedAtMs: number | null;
  /** When a person ended it: it stays so. */
  readonly endedByHandMs: number | null;
}

export interface LifeRules {
  readonly nowMs: number;
  readonly gapMs: number;
  /** Fewer members are kept but are no incident yet. */
  readonly minMembers: number;
}

/** How an incident stands; times are epoch milliseconds. */
export interface IncidentLife {
  readonly status: IncidentStatus;
  /** The worst of its members. */
  readonly severity: Severity;
  readonly startedAtMs: number;
  readonly lastAtMs: number;
  /** When the last member ended; null while one is open. */
  readonly endedAtMs: number | null;
  readonly resolvedAtMs: number | null;
  /** Whether it has as many members as an incident needs. */
  readonly formed: boolean;
}

/**
 * Where the life of an incident of these members stands, a function of them alone: open until every member has ended and
 * nothing tied came for `gapMs`, or a person ended it; resolved at the time of its last end. Evidence that comes late opens
 * again what nobody ended. RangeError when there are no members.
 */
export function lifeOf(
  members: readonly IncidentMember[],
  { acknowledgedAtMs, endedByHandMs }: HandledBy,
  { nowMs, gapMs, minMembers }: LifeRules,
): IncidentLife {
  if (members.length === 0) throw new RangeError('Cannot tell the life of an incident: no members');
  let [startedAtMs, lastAtMs, worst] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  let endedAtMs: number | null = Number.NEGATIVE_INFINITY;
  for (const member of members) {
    startedAtMs = Math.min(startedAtMs, member.startedAtMs);
    lastAtMs = Math.max(lastAtMs, member.lastAtMs);
    worst = Math.max(worst, SEVERITIES.indexOf(member.severity));
    const ends: number | null = member.endedAtMs;
    endedAtMs = endedAtMs === null || ends === null ? null : Math.max(endedAtMs, ends);
  }
  const isOver = endedAtMs !== null && nowMs > lastAtMs + gapMs;
  const resolvedAtMs = endedByHandMs ?? (isOver ? endedAtMs : null);
  const seen = acknowledgedAtMs === null ? 'open' : 'acknowledged';
  return {
    status: resolvedAtMs === null ? seen : 'resolved',
    severity: SEVERITIES[worst],
    startedAtMs,
    lastAtMs,
    endedAtMs,
    resolvedAtMs,
    formed: members.length >= minMembers,
  };
}
