import type { IncidentMember } from './incident-member.ts';

/** How likely the trouble began with a member. */
export interface RankedCause {
  readonly member: IncidentMember;
  /** The earliest time at which it can have begun, epoch milliseconds. */
  readonly onsetMs: number;
  /** How long after the first one that is, milliseconds. */
  readonly afterMs: number;
  /** Its part in the sum of all, 0..1. */
  readonly contribution: number;
}

/** Anomalies of series without a known step are timed no better than this. */
const LEAST_BLUR_MS = 1000;

/**
 * The first mover and those after it, most likely first; the contributions add up to 1.
 *
 * The first abnormal sample says that the trouble began after the sample before it, so an onset is a step earlier (not that of
 * an absence, which starts at its last sample). Of two between the same samples that is put later which in the past
 * followed the other, as far as its first abnormal sample allows. An onset weighs half for each longest step that it is later than the first
 * one, times ln(1 + peak ratio): between two that cannot be told apart in time the stronger one leads.
 */
export function rankCauses(members: readonly IncidentMember[]): RankedCause[] {
  const onsets = onsetsOf(members);
  const firstMs = onsets.reduce((first, onset) => Math.min(first, onset), Number.POSITIVE_INFINITY);
  const blurMs = members.reduce((blur, { stepMs }) => Math.max(blur, stepMs), LEAST_BLUR_MS);
  const weights = members.map(
    ({ ratio }, i) => strengthOf(ratio) * 2 ** -((onsets[i] - firstMs) / blurMs),
  );
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return members
    .map((member, i) => ({
      member,
      onsetMs: onsets[i],
      afterMs: onsets[i] - firstMs,
      contribution: weights[i] / sum,
    }))
    .toSorted((a, b) => b.contribution - a.contribution || a.onsetMs - b.onsetMs || idOrder(a, b));
}

function onsetsOf(members: readonly IncidentMember[]): number[] {
  const onsets = members.map(earliestOnset);
  const rows = new Map(members.map(({ id }, row) => [id, row]));
  members.forEach(({ ties }, row) => {
    for (const tie of ties) {
      const other = rows.get(tie.anomalyId);
      if (tie.kind !== 'correlation' || tie.lagMs === 0 || other === undefined) continue;
      const [leader, follower] = tie.lagMs > 0 ? [other, row] : [row, other];
      // This time it was the other way round.
      if (onsets[leader] >= members[follower].startedAtMs) continue;
      const usualMs = Math.min(onsets[leader] + Math.abs(tie.lagMs), members[follower].startedAtMs);
      onsets[follower] = Math.max(onsets[follower], usualMs);
    }
  });
  return onsets;
}

function earliestOnset({ kind, startedAtMs, stepMs }: IncidentMember): number {
  return kind === 'absence' ? startedAtMs : startedAtMs - stepMs;
}

/** A ratio that is not a number is taken for the least anomalous one. */
function strengthOf(ratio: number): number {
  return Math.log1p(Number.isNaN(ratio) ? 1 : Math.min(Math.max(ratio, 1), 1e6));
}

function idOrder(a: RankedCause, b: RankedCause): number {
  return a.member.id - b.member.id;
}
