import { DAY_MS } from '../core/civil-time.ts';
import type { PastOccurrence } from '../core/rules/effect.ts';
import { isOnePattern } from '../core/rules/propose.ts';
import { quiets } from '../core/rules/rule.ts';
import type { StoredAnomaly } from '../store/anomalies-table.ts';
import type { Queryable } from '../store/database.ts';
import { listFalseAlarms } from '../store/past-anomalies.ts';
import {
  insertRule,
  listRulesWith,
  type RuleScope,
  withdrawProposals,
} from '../store/rules-table.ts';
import { labelsOfAnomaly, pastOccurrence } from './past-occurrence.ts';
import { isInScope } from './quiet-rules.ts';
import { proposalsFor } from './rule-proposals.ts';

/** Called false so often, a pattern proposes a rule by itself. */
const OFTEN = 3;
const LOOK_BACK_MS = 28 * DAY_MS;
const PROPOSER = 'saimon';

interface FalseAlarm {
  readonly row: StoredAnomaly;
  readonly occurrence: PastOccurrence;
}

/**
 * Proposes one rule for every pattern that people called false three times in four weeks, on one series or on several of a
 * query, unless a rule for it was accepted, waits, or was rejected. Gives the ids of the rules; run again it makes none.
 */
export async function proposeForPatterns(
  db: Queryable,
  { nowMs }: { readonly nowMs: number },
): Promise<number[]> {
  const sinceMs = nowMs - LOOK_BACK_MS;
  const alarms = (await listFalseAlarms(db, sinceMs)).map((row) => ({
    row,
    occurrence: pastOccurrence(row),
  }));
  const made: number[] = [];
  for (const pattern of patternsOf(alarms)) {
    const id = await proposeFor(db, pattern, sinceMs);
    if (id !== undefined) made.push(id);
  }
  return made;
}

/** Those of one query that look like the newest of them, then of the rest; newest first. */
function patternsOf(alarms: readonly FalseAlarm[]): FalseAlarm[][] {
  const patterns: FalseAlarm[][] = [];
  let rest = alarms;
  for (let first = rest[0]; first !== undefined; first = rest[0]) {
    const { row, occurrence } = first;
    const isLike = (one: FalseAlarm): boolean =>
      one === first ||
      (one.row.metricId === row.metricId && isOnePattern(occurrence, one.occurrence));
    patterns.push(rest.filter(isLike));
    rest = rest.filter((one) => !isLike(one));
  }
  return patterns.filter(({ length }) => length >= OFTEN);
}

async function proposeFor(
  db: Queryable,
  pattern: readonly FalseAlarm[],
  sinceMs: number,
): Promise<number | undefined> {
  const [first] = pattern;
  const scope = first && scopeOf(pattern);
  if (!scope || (await isCovered(db, pattern))) return undefined;
  const { proposals } = await proposalsFor(db, first.row, { scope, sinceMs });
  const best = proposals.find(({ effect }) =>
    pattern.every(({ row }) => effect.quieted.includes(row.id)),
  );
  if (!best) return undefined;
  for (const { row } of pattern) await withdrawProposals(db, row.id, { user: PROPOSER });
  const { rule, sentence, effect } = best;
  return insertRule(db, {
    ...rule,
    scope,
    sentence,
    effect,
    status: 'proposed',
    anomalyId: first.row.id,
    reason: `Called false ${pattern.length} times in four weeks`,
    createdBy: PROPOSER,
  });
}

function scopeOf(pattern: readonly FalseAlarm[]): RuleScope | undefined {
  const { seriesId, metricId } = pattern[0]?.row ?? { seriesId: null, metricId: null };
  if (seriesId === null || metricId === null) return undefined;
  const isOne = pattern.every(({ row }) => row.seriesId === seriesId);
  return isOne ? { kind: 'series', seriesId } : { kind: 'query', metricId };
}

/** Whether one rule that somebody knows of quiets all of a pattern. */
async function isCovered(db: Queryable, pattern: readonly FalseAlarm[]): Promise<boolean> {
  const rules = await listRulesWith(db, ['accepted', 'proposed', 'off', 'rejected']);
  return rules.some((rule) =>
    pattern.every(({ row, occurrence }) => {
      const { seriesId, metricId } = row;
      if (seriesId === null || metricId === null) return false;
      const place = { seriesId, metricId, labels: labelsOfAnomaly(row) };
      return isInScope(rule.scope, place) && quiets(rule, occurrence);
    }),
  );
}
