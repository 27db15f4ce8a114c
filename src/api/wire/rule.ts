import type { Rule, RuleProposals, RuleScope } from '../../contract/rule.ts';
import type { RuleEffect } from '../../core/rules/effect.ts';
import type { Proposal } from '../../engine/rule-proposals.ts';
import type { StoredRule, RuleScope as StoredScope } from '../../store/rules-table.ts';
import { iso, isoOrNull } from './iso.ts';

export function ruleOf(row: StoredRule): Rule {
  return {
    id: row.id,
    status: row.status,
    sentence: row.sentence,
    anomaly_kind: row.anomalyKind,
    condition: row.condition,
    scope: scopeOf(row.scope, row.metricName),
    metric_name: row.metricName,
    anomaly_id: row.anomalyId,
    effect: wireEffect(row.effect),
    acted: row.acted,
    acted_on_confirmed: row.actedOnConfirmed,
    last_acted_at: isoOrNull(row.lastActedAtMs),
    reason: row.reason,
    created_by: row.createdBy,
    created_at: iso(row.createdAtMs),
    decided_by: row.decidedBy,
    decided_at: isoOrNull(row.decidedAtMs),
  };
}

export function proposalOf(
  { rule, sentence, effect }: Proposal,
  scope: RuleScope,
): RuleProposals['proposals'][number] {
  const { anomalyKind, condition } = rule;
  return { anomaly_kind: anomalyKind, condition, scope, sentence, effect: wireEffect(effect) };
}

export function scopeOf(scope: StoredScope, metricName: string | null): RuleScope {
  if (scope.kind === 'series') {
    return { kind: 'series', series_id: scope.seriesId };
  }
  if (scope.kind === 'query') {
    return { kind: 'query', metric_name: metricName ?? '' };
  }
  return { kind: 'labels', match: scope.matchers };
}

function wireEffect(effect: RuleEffect): Rule['effect'] {
  return {
    compared: effect.compared,
    quieted: [...effect.quieted],
    alerts_fewer: [...effect.alertsFewer],
    false_alarms: [...effect.falseAlarms],
    confirmed_lost: [...effect.confirmedLost],
    incidents_lost: [...effect.incidentsLost],
  };
}

export function quietingRuleOf<Status extends string>({
  id,
  status,
  sentence,
}: Pick<StoredRule, 'id' | 'sentence'> & { readonly status: Status }) {
  return { rule_id: id, status, sentence };
}
