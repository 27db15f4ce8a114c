import type { Labels } from '../core/labels.ts';
import { describeRule } from '../core/rules/describe-rule.ts';
import {
  byMerit,
  effectOf,
  isHarmless,
  type PastOccurrence,
  type RuleEffect,
} from '../core/rules/effect.ts';
import { proposeRules } from '../core/rules/propose.ts';
import { type QuietRule, quiets } from '../core/rules/rule.ts';
import type { StoredAnomaly } from '../store/anomalies-table.ts';
import type { Queryable } from '../store/database.ts';
import { anomaliesInScope } from '../store/past-anomalies.ts';
import { listRulesWith, type RuleInForce, type RuleScope } from '../store/rules-table.ts';
import { labelsOfAnomaly, pastOccurrence, textOf } from './past-occurrence.ts';
import { isInScope } from './quiet-rules.ts';

export interface Proposal {
  readonly rule: QuietRule;
  /** For people. */
  readonly sentence: string;
  readonly effect: RuleEffect;
}

export interface Proposals {
  /** They lose nothing that is known to be true, the best first. */
  readonly proposals: readonly Proposal[];
  /** They would, and are told so that nobody takes them for forgotten. */
  readonly costly: readonly Proposal[];
}

export interface ProposalRange {
  readonly scope: RuleScope;
  readonly sinceMs: number;
}

/** More of the past than this is not looked at. */
const MOST_COMPARED = 5000;

/** Rules that would have quieted a false alarm, with what each would have done to the past. */
export async function proposalsFor(
  db: Queryable,
  anomaly: StoredAnomaly,
  range: ProposalRange,
): Promise<Proposals> {
  const past = await pastOf(db, anomaly.kind, range);
  const own =
    past.find(({ id }) => id === anomaly.id) ??
    pastOccurrence({ ...anomaly, alerted: true, inIncident: false });
  const pattern = past.filter(({ id, isConfirmed }) => isConfirmed === false && id !== own.id);
  const unit = textOf(anomaly.context['unit']);
  const subject = subjectOf(range.scope, anomaly);
  const judged = proposeRules(own, pattern)
    .map((rule) => ({
      rule,
      sentence: `${describeRule(rule, unit)} ${subject}`,
      effect: effectOf(rule, past),
    }))
    .toSorted((a, b) => byMerit(a.effect, b.effect));
  return {
    proposals: judged.filter(({ effect }) => isHarmless(effect)),
    costly: judged.filter(({ effect }) => !isHarmless(effect)),
  };
}

/** What a rule would have done to the past. */
export async function effectOnPast(
  db: Queryable,
  rule: QuietRule,
  range: ProposalRange,
): Promise<RuleEffect> {
  return effectOf(rule, await pastOf(db, rule.anomalyKind, range));
}

/** The rules that would quiet an anomaly as it is stored: those that act, those that wait and those that are switched off. */
export async function rulesThatQuiet(
  db: Queryable,
  anomaly: StoredAnomaly,
): Promise<(RuleInForce & { readonly status: 'accepted' | 'proposed' | 'off' })[]> {
  const { seriesId, metricId } = anomaly;
  if (seriesId === null || metricId === null) return [];
  const place = { seriesId, metricId, labels: labelsOfAnomaly(anomaly) };
  const occurrence = pastOccurrence({ ...anomaly, alerted: false, inIncident: false });
  const rules = await listRulesWith(db, ['accepted', 'proposed', 'off']);
  return rules.filter((rule) => isInScope(rule.scope, place) && quiets(rule, occurrence));
}

/** What a rule is about, for sentences: `of load (host=a)`. */
export function subjectOf(
  scope: RuleScope,
  { metricName, labels }: { readonly metricName: string | null; readonly labels: Labels },
): string {
  const name = metricName ?? 'a metric';
  if (scope.kind === 'query') return `of ${name}`;
  const pairs = Object.entries(scope.kind === 'labels' ? scope.matchers : labels);
  const text = pairs.map(([label, value]) => `${label}=${value}`).join(', ');
  if (scope.kind === 'labels') return `of series with ${text}`;
  return text === '' ? `of ${name}` : `of ${name} (${text})`;
}

async function pastOf(
  db: Queryable,
  kind: StoredAnomaly['kind'],
  { scope, sinceMs }: ProposalRange,
): Promise<PastOccurrence[]> {
  const rows = await anomaliesInScope(db, scope, { kind, sinceMs, most: MOST_COMPARED });
  return rows.map(pastOccurrence);
}
