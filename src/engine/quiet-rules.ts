import type { Episode } from '../core/anomalies/episode.ts';
import { reachOf } from '../core/anomalies/reach.ts';
import { CivilTime } from '../core/civil-time.ts';
import { hasLabels } from '../core/context/declared-event.ts';
import type { Labels } from '../core/labels.ts';
import { type Occurrence, quiets } from '../core/rules/rule.ts';
import type { EpisodeDraft } from '../store/detection.ts';
import type { RuleInForce, RuleScope } from '../store/rules-table.ts';

/** A series as the scope of a rule sees it. */
export interface InScope {
  readonly seriesId: number;
  readonly metricId: number;
  /** With the query's tags and its alias; see labelsOf. */
  readonly labels: Labels;
}

export function isInScope(scope: RuleScope, { seriesId, metricId, labels }: InScope): boolean {
  if (scope.kind === 'series') {
    return scope.seriesId === seriesId;
  }
  if (scope.kind === 'query') {
    return scope.metricId === metricId;
  }
  return hasLabels(labels, scope.matchers);
}

/** An episode as rules see it; `shares` of its contributions, by name. */
export function occurrenceOf(
  {
    kind,
    direction,
    peak,
    reach = reachOf(peak),
    samples,
    startedAtMs,
    lastAtMs,
  }: Omit<Episode, 'grounds'>,
  { zone, shares }: { readonly zone: string; readonly shares: ReadonlyMap<string, number> },
): Occurrence {
  const civil = new CivilTime(zone);
  const { ratio } = peak;
  const startLocalMs = civil.toLocal(startedAtMs);
  return {
    kind,
    direction,
    ratio,
    reach,
    samples,
    startLocalMs,
    lastLocalMs: civil.toLocal(lastAtMs),
    shares,
  };
}

/** Share of every contribution to the peak of an episode. */
export function sharesOf({ grounds }: Episode): Map<string, number> {
  const { contributions = [] } = grounds ?? {};
  const all = contributions.reduce((sum, { ratio }) => sum + ratio, 0);
  return new Map(contributions.map(({ name, ratio }) => [name, ratio / all]));
}

/** The oldest of the rules that quiets an anomaly as it stands, and what it says. */
export function quietedBy(
  rules: readonly RuleInForce[],
  one: () => Occurrence,
): EpisodeDraft['quieted'] {
  if (rules.length === 0) return undefined;
  const occurrence = one();
  const rule = rules.find((candidate) => quiets(candidate, occurrence));
  return rule && { ruleId: rule.id, reason: rule.sentence };
}
