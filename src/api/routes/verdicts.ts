import { AnomalyConfirmed, Confirmation } from '../../contract/anomaly.ts';
import { BigId, User } from '../../contract/paging.ts';
import { Feedback, FeedbackHistory, FeedbackKept } from '../../contract/verdict.ts';
import { findAnomaly } from '../../store/anomalies-table.ts';
import { listVerdicts } from '../../store/verdicts-table.ts';
import { notFound } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { giveVerdict } from '../give-verdict.ts';
import { iso } from '../wire/iso.ts';

const TAGS = ['anomalies'];
const CONFIRMED = { confirmed: true, false_positive: false, none: null } as const;

export function verdictRoutes(
  api: FastifyApi,
  dependencies: Pick<ApiDependencies, 'database' | 'cache' | 'clock'>,
): void {
  const { database } = dependencies;

  api.post(
    '/api/v1/anomalies/:id/confirm',
    {
      schema: {
        tags: TAGS,
        summary: 'Say whether it was one',
        params: BigId,
        querystring: Confirmation,
        response: { 200: AnomalyConfirmed },
      },
    },
    async ({ params: { id }, query: { confirmed, user } }) => {
      await giveVerdict(dependencies, id, { confirmed, user });
      return { message: messageOf(confirmed), anomaly_id: id, is_confirmed: confirmed };
    },
  );

  api.post(
    '/api/v1/anomalies/:id/feedback',
    {
      schema: {
        tags: TAGS,
        summary: 'Say what it was, and why; a false alarm proposes a rule',
        params: BigId,
        querystring: User,
        body: Feedback,
        response: { 200: FeedbackKept },
      },
    },
    async ({ params: { id }, query: { user }, body: { verdict, comment, scope } }) => {
      const given = { confirmed: CONFIRMED[verdict], user, comment, scope };
      const kept = await giveVerdict(dependencies, id, given);
      return {
        message: messageOf(kept.isConfirmed),
        anomaly_id: id,
        is_confirmed: kept.isConfirmed,
        proposed_rule_id: kept.proposedRuleId,
      };
    },
  );

  api.get(
    '/api/v1/anomalies/:id/feedback',
    {
      schema: {
        tags: TAGS,
        summary: 'All that people said of it, newest first',
        params: BigId,
        response: { 200: FeedbackHistory },
      },
    },
    async ({ params: { id } }) => {
      if (!(await findAnomaly(database, id))) throw notFound('anomaly', id);
      const verdicts = await listVerdicts(database, id);
      const feedback = verdicts.map(({ atMs, ...said }) => ({ ...said, at: iso(atMs) }));
      return { anomaly_id: id, feedback };
    },
  );
}

function messageOf(confirmed: boolean | null): string {
  if (confirmed === null) return 'Verdict taken back';
  return confirmed ? 'Anomaly confirmed' : 'Anomaly marked as a false positive';
}
