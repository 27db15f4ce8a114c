import type * as z from 'zod';
import { BigId, Id, User } from '../../contract/paging.ts';
import {
  NewRule,
  PreviewedRule,
  ProposalQuery,
  Rule,
  RuleChanged,
  RuleList,
  RulePreview,
  RuleProposals,
  RuleQuery,
} from '../../contract/rule.ts';
import { DAY_MS } from '../../core/civil-time.ts';
import { describeRule } from '../../core/rules/describe-rule.ts';
import { effectOnPast, proposalsFor, subjectOf } from '../../engine/rule-proposals.ts';
import { findAnomaly } from '../../store/anomalies-table.ts';
import {
  decideRule,
  findRule,
  insertRule,
  listRules,
  type RuleStatus,
  type StoredRule,
} from '../../store/rules-table.ts';
import { ApiError, notFound, unusable } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { PROPOSAL_WEEKS } from '../give-verdict.ts';
import { type AskedScope, findScope, scopeAround } from '../rule-scope.ts';
import { proposalOf, ruleOf, scopeOf } from '../wire/rule.ts';

const TAGS = ['rules'];
const WEEK_MS = 7 * DAY_MS;

export function ruleRoutes(
  api: FastifyApi,
  { database, engine, clock }: Pick<ApiDependencies, 'database' | 'engine' | 'clock'>,
): void {
  api.get(
    '/api/v1/rules',
    {
      schema: {
        tags: TAGS,
        summary: 'Rules that quiet what people called false alarms, newest first',
        querystring: RuleQuery,
        response: { 200: RuleList },
      },
    },
    async ({ query: { skip, limit, status } }) => {
      const { total, rows } = await listRules(database, { status }, { skip, limit });
      return { total, skip, limit, rules: rows.map(ruleOf) };
    },
  );

  api.get(
    '/api/v1/rules/:id',
    {
      schema: {
        tags: TAGS,
        summary: 'One rule, and how often it acted',
        params: Id,
        response: { 200: Rule },
      },
    },
    async ({ params: { id } }) => ruleOf(await getRule(id)),
  );

  api.get(
    '/api/v1/anomalies/:id/rule-proposals',
    {
      schema: {
        tags: TAGS,
        summary: 'Rules that would have quieted it, with what each would have done to the past',
        params: BigId,
        querystring: ProposalQuery,
        response: { 200: RuleProposals },
      },
    },
    async ({ params: { id }, query: { weeks, ...asked } }) => {
      const anomaly = await findAnomaly(database, id);
      if (!anomaly) throw notFound('anomaly', id);
      const scope = scopeAround(anomaly, askedScope(asked));
      const sinceMs = clock.now() - weeks * WEEK_MS;
      const { proposals, costly } = await proposalsFor(database, anomaly, { scope, sinceMs });
      const named = scopeOf(scope, anomaly.metricName);
      return {
        anomaly_id: id,
        weeks,
        proposals: proposals.map((one) => proposalOf(one, named)),
        costly: costly.map((one) => proposalOf(one, named)),
      };
    },
  );

  api.post(
    '/api/v1/rules/preview',
    {
      schema: {
        tags: TAGS,
        summary: 'What a rule would have done to the past four weeks; nothing is kept',
        body: RulePreview,
        response: { 200: PreviewedRule },
      },
    },
    async ({ body }) => proposalOf(await weigh(body), body.scope),
  );

  api.post(
    '/api/v1/rules',
    {
      schema: {
        tags: TAGS,
        summary: 'Accept a proposal as it stands, or write a rule by hand',
        querystring: User,
        body: NewRule,
        response: { 201: Rule },
      },
    },
    async ({ body, query: { user } }, reply) => {
      const { anomaly_id: anomalyId = null } = body;
      if (anomalyId !== null && !(await findAnomaly(database, anomalyId))) {
        const message = `Cannot make a rule for anomaly ${anomalyId}: there is none`;
        throw unusable(['body', 'anomaly_id'], message);
      }
      const { rule, ...weighed } = await weigh(body);
      const id = await insertRule(database, {
        ...rule,
        ...weighed,
        status: body.status,
        anomalyId,
        reason: body.reason,
        createdBy: user,
      });
      if (body.status === 'accepted') engine.notifyContextChanged();
      void reply.status(201);
      return ruleOf(await getRule(id));
    },
  );

  const switches = {
    enable: { from: ['proposed', 'off', 'rejected', 'accepted'], to: 'accepted', done: 'accepted' },
    disable: { from: ['accepted', 'off'], to: 'off', done: 'switched off' },
  } as const;
  for (const [verb, { from, to, done }] of Object.entries(switches)) {
    api.post(
      `/api/v1/rules/:id/${verb}`,
      {
        schema: {
          tags: TAGS,
          summary: 'Let a rule act from the next detection run on, or no longer',
          params: Id,
          querystring: User,
          response: { 200: RuleChanged },
        },
      },
      async ({ params: { id }, query: { user } }) => {
        await decide(id, { verb, from, to, user });
        return { message: `Rule ${done}`, rule_id: id };
      },
    );
  }

  api.delete(
    '/api/v1/rules/:id',
    {
      schema: {
        tags: TAGS,
        summary: 'Reject a proposal, or remove a rule; what it kept quiet still names it',
        params: Id,
        querystring: User,
        response: { 200: RuleChanged },
      },
    },
    async ({ params: { id }, query: { user } }) => {
      const { status } = await getRule(id);
      const isProposal = status === 'proposed';
      const to = isProposal ? 'rejected' : 'removed';
      const from = isProposal
        ? (['proposed'] as const)
        : (['accepted', 'off', 'rejected'] as const);
      await decide(id, { verb: 'remove', from, to, user });
      return { message: `Rule ${to}`, rule_id: id };
    },
  );

  /** A rule in words, and what it would have done to the past. */
  async function weigh({
    anomaly_kind: anomalyKind,
    condition,
    scope: asked,
  }: z.output<typeof RulePreview>) {
    const found = await findScope(database, asked);
    const { scope } = found;
    const rule = { anomalyKind, condition };
    const sentence = `${describeRule(rule, found.unit)} ${subjectOf(scope, found)}`;
    const sinceMs = clock.now() - PROPOSAL_WEEKS * WEEK_MS;
    return {
      rule,
      scope,
      sentence,
      effect: await effectOnPast(database, rule, { scope, sinceMs }),
    };
  }

  async function getRule(id: number): Promise<StoredRule> {
    const rule = await findRule(database, id);
    if (!rule) throw notFound('rule', id);
    return rule;
  }

  async function decide(
    id: number,
    { verb, ...decision }: Parameters<typeof decideRule>[2] & { readonly verb: string },
  ): Promise<void> {
    const { status } = await getRule(id);
    if (!(await decideRule(database, id, decision))) throw conflict(id, { verb, status });
    engine.notifyContextChanged();
  }
}

function conflict(id: number, { verb, status }: { verb: string; status: RuleStatus }): ApiError {
  const message = `Cannot ${verb} rule ${id}: it is ${status}, ${status === 'proposed' ? 'enable or delete it' : 'make another one'}`;
  return new ApiError(409, 'conflict', message);
}

function askedScope({
  scope,
  match,
}: {
  readonly scope: 'series' | 'query' | 'labels';
  readonly match?: string | undefined;
}): AskedScope {
  if (scope !== 'labels') {
    if (match === undefined) return scope;
    throw unusable(['query', 'match'], `Cannot use match with scope=${scope}: use scope=labels`);
  }
  if (match === undefined) {
    throw unusable(['query', 'match'], 'Cannot propose for labels: expected match=host=a');
  }
  const pairs = match.split(',').map((pair) => pair.split(/=(.*)/s));
  return { match: Object.fromEntries(pairs.map(([name = '', value = '']) => [name, value])) };
}
