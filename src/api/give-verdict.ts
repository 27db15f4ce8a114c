import { DAY_MS } from '../core/civil-time.ts';
import { proposalsFor } from '../engine/rule-proposals.ts';
import { findAnomaly, type StoredAnomaly } from '../store/anomalies-table.ts';
import { insertRule, isKnownRule, withdrawProposals } from '../store/rules-table.ts';
import { confirmAnomaly, type GivenVerdict } from '../store/verdicts-table.ts';
import { notFound } from './api-error.ts';
import type { ApiDependencies } from './dependencies.ts';
import { type AskedScope, scopeAround } from './rule-scope.ts';

/** How much of the past a proposal is judged by, unless somebody asks for another span. */
export const PROPOSAL_WEEKS = 4;

export interface VerdictKept {
  readonly isConfirmed: boolean | null;
  /** Null where a false alarm gives nothing to propose. */
  readonly proposedRuleId: number | null;
}

/**
 * Keeps a person's verdict. A false alarm proposes a rule: the one that loses nothing true, if there is one that nobody
 * has decided on yet. Any other verdict takes back what the anomaly had proposed.
 */
export async function giveVerdict(
  { database, cache, clock }: Pick<ApiDependencies, 'database' | 'cache' | 'clock'>,
  id: number,
  { scope = 'series', ...given }: GivenVerdict & { readonly scope?: AskedScope },
): Promise<VerdictKept> {
  const anomaly = await findAnomaly(database, id);
  if (!anomaly) throw notFound('anomaly', id);
  const proposes = given.confirmed === false && anomaly.seriesId !== null;
  const around = proposes ? scopeAround(anomaly, scope) : undefined;
  await confirmAnomaly(database, id, given);
  await cache.drop('anomalies');
  await withdrawProposals(database, id, { user: given.user });
  const sinceMs = clock.now() - 7 * PROPOSAL_WEEKS * DAY_MS;
  const proposedRuleId =
    around === undefined || anomaly.quietedBy !== null
      ? null
      : await propose({ ...anomaly, isConfirmed: false }, { scope: around, sinceMs });
  return { isConfirmed: given.confirmed, proposedRuleId };

  async function propose(
    falseAlarm: StoredAnomaly,
    range: Parameters<typeof proposalsFor>[2],
  ): Promise<number | null> {
    const [best] = (await proposalsFor(database, falseAlarm, range)).proposals;
    if (!best) return null;
    const { rule, sentence, effect } = best;
    const draft = { ...rule, scope: range.scope };
    if (await isKnownRule(database, draft)) return null;
    const { user: createdBy, comment: reason = '' } = given;
    // One that covers the pattern takes the place of those that were proposed for parts of it.
    for (const covered of effect.falseAlarms) {
      await withdrawProposals(database, covered, { user: createdBy, scope: range.scope });
    }
    const made = { sentence, effect, reason, createdBy, anomalyId: id };
    return insertRule(database, { ...draft, ...made, status: 'proposed' });
  }
}
