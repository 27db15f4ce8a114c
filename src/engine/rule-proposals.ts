import type { Direction } from '../core/anomalies/episode.ts';
import { type Reach, reachOf } from '../core/anomalies/reach.ts';
import { CivilTime } from '../core/civil-time.ts';
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
import type { QuietRule } from '../core/rules/rule.ts';
import type { StoredAnomaly } from '../store/anomalies-table.ts';
import type { Queryable } from '../store/database.ts';
import { anomaliesInScope, type JudgedAnomaly } from '../store/past-anomalies.ts';
import type { RuleScope } from '../store/rules-table.ts';

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

/** A stored anomaly as rules see it. */
function pastOccurrence(row: JudgedAnomaly): PastOccurrence {
  const { id, kind, isConfirmed, alerted, context, startedAtMs, lastAtMs } = row;
  const civil = new CivilTime(textOf(context['zone']) || 'UTC');
  const startLocalMs = civil.toLocal(startedAtMs);
  return {
    id,
    kind,
    direction: isDirection(row.direction) ? row.direction : 'shape',
    ratio: row.deviationRatio,
    reach: isReach(context['reach']) ? context['reach'] : reachOfRow(row),
    samples: typeof context['abnormal_samples'] === 'number' ? context['abnormal_samples'] : 1,
    startLocalMs,
    lastLocalMs: civil.toLocal(lastAtMs),
    shares: sharesOf(context['contributions']),
    isConfirmed,
    alerted,
    inIncident: row.inIncident,
  };
}

function reachOfRow({ value, expectedValue, lower, upper }: StoredAnomaly): Reach {
  const [low, high] = [lower ?? Number.NaN, upper ?? Number.NaN];
  return reachOf({ value, expected: expectedValue, lower: low, upper: high });
}

function sharesOf(contributions: unknown): Map<string, number> {
  const shares = new Map<string, number>();
  for (const one of Array.isArray(contributions) ? contributions : []) {
    if (isShare(one)) shares.set(one.name, one.share);
  }
  return shares;
}

function isShare(value: unknown): value is { name: string; share: number } {
  return isObject(value) && typeof value['name'] === 'string' && typeof value['share'] === 'number';
}

/** The engine alone writes it; older versions did not. */
function isReach(value: unknown): value is Reach {
  return (
    isObject(value) &&
    ['distance', 'relative', 'widths'].every((name) => typeof value[name] === 'number')
  );
}

function isDirection(value: string | null): value is Direction {
  return value === 'above' || value === 'below' || value === 'shape';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
