import { Explanation, SimilarAnomalies, SimilarQuery } from '../../contract/explanation.ts';
import { BigId } from '../../contract/paging.ts';
import { similarityOf } from '../../core/anomalies/similarity.ts';
import { rulesThatQuiet } from '../../engine/rule-proposals.ts';
import { findAnomaly, type StoredAnomaly } from '../../store/anomalies-table.ts';
import { earlierAnomalies } from '../../store/similar-anomalies.ts';
import { notFound } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { anomalyOf } from '../wire/anomaly.ts';
import { explanationOf } from '../wire/explanation.ts';
import { keptContext } from '../wire/kept-context.ts';
import { durationOf, likenessOf } from '../wire/likeness.ts';
import { quietingRuleOf } from '../wire/rule.ts';

const TAGS = ['anomalies'];
/** Of its series, and of its metric. */
const MOST_COMPARED = 200;
/** What the same course is worth on another series. */
const OTHER_SERIES = 0.8;

export function explanationRoutes(
  api: FastifyApi,
  { database }: Pick<ApiDependencies, 'database'>,
): void {
  const getAnomaly = async (id: number): Promise<StoredAnomaly> => {
    const row = await findAnomaly(database, id);
    if (!row) throw notFound('anomaly', id);
    return row;
  };
  const rulesOf = async (anomaly: StoredAnomaly): Promise<Explanation['rules']> =>
    (await rulesThatQuiet(database, anomaly)).map(quietingRuleOf);

  api.get(
    '/api/v1/anomalies/:id/explain',
    {
      schema: {
        tags: TAGS,
        summary:
          'Why it is one: what contributed, what was expected, how well the series was known',
        params: BigId,
        response: { 200: Explanation },
      },
    },
    async ({ params: { id } }) => {
      const anomaly = await getAnomaly(id);
      return explanationOf(anomaly, await rulesOf(anomaly));
    },
  );

  api.get(
    '/api/v1/anomalies/:id/similar',
    {
      schema: {
        tags: TAGS,
        summary: 'Earlier anomalies that look alike, and what became of them',
        params: BigId,
        querystring: SimilarQuery,
        response: { 200: SimilarAnomalies },
      },
    },
    async ({ params: { id }, query: { limit } }) => {
      const anomaly = await getAnomaly(id);
      const likeness = likenessOf(anomaly, keptContext(anomaly.context));
      const earlier = await earlierAnomalies(database, anomaly, MOST_COMPARED);
      const compared = earlier.map((row) => {
        const kept = keptContext(row.context);
        const sameSeries = row.seriesId !== null && row.seriesId === anomaly.seriesId;
        const similarity =
          similarityOf(likeness, likenessOf(row, kept)) * (sameSeries ? 1 : OTHER_SERIES);
        return { row, kept, sameSeries, similarity };
      });
      const similar = compared
        .toSorted((a, b) => b.similarity - a.similarity)
        .slice(0, limit)
        .map(({ row, kept, sameSeries, similarity }) => {
          const durationMs = durationOf(row);
          return {
            anomaly: anomalyOf(row),
            similarity: Number(similarity.toFixed(4)),
            same_series: sameSeries,
            duration_seconds: durationMs === null ? null : durationMs / 1000,
            ending: kept.ending ?? null,
            is_confirmed: row.isConfirmed,
          };
        });
      return {
        anomaly_id: id,
        compared: compared.length,
        rules: await rulesOf(anomaly),
        similar,
      };
    },
  );
}
