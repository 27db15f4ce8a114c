import {
  Anomaly,
  AnomalyList,
  AnomalyQuery,
  AnomalyStats,
  AnomalyStored,
  NewAnomaly,
  StatsQuery,
} from '../../contract/anomaly.ts';
import { BigId } from '../../contract/paging.ts';
import { ratioOf } from '../../core/anomalies/severity.ts';
import {
  anomalyStats,
  findAnomaly,
  insertAnomaly,
  listAnomalies,
} from '../../store/anomalies-table.ts';
import { findQuery, proposeQueries } from '../../store/queries-table.ts';
import { notFound } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { remembered } from '../remembered.ts';
import { anomalyOf } from '../wire/anomaly.ts';

const TAGS = ['anomalies'];
const GROUP = 'anomalies';
const HOUR_MS = 3_600_000;
/** The ratio of a reported score of exactly 1, which no ratio reaches. */
const LARGEST_SCORE = 1 - Number.EPSILON;

export function anomalyRoutes(
  api: FastifyApi,
  { database, cache, clock }: Pick<ApiDependencies, 'database' | 'cache' | 'clock'>,
): void {
  api.get(
    '/api/v1/anomalies',
    {
      schema: {
        tags: TAGS,
        summary: 'Anomalies, newest first',
        querystring: AnomalyQuery,
        response: { 200: AnomalyList },
      },
    },
    async ({ query }) => {
      const { skip, limit } = query;
      const filter = {
        metricName: query.metric_name,
        severity: query.severity,
        status: query.status,
        minScore: query.min_score,
        seriesId: query.series_id,
        quieted: query.quieted,
        startMs: query.start_time ?? query.start_date,
        endMs: query.end_time ?? query.end_date,
      };
      const { total, rows } = await listAnomalies(database, filter, { skip, limit });
      return { total, skip, limit, anomalies: rows.map(anomalyOf) };
    },
  );

  api.post(
    '/api/v1/anomalies',
    {
      // The fields may stand in the query instead of the body, as the original's clients send them.
      preValidation: async (request) => {
        Object.assign(request, { body: Object.assign({}, request.query, request.body) });
      },
      schema: {
        tags: TAGS,
        summary: 'Report an anomaly that another program found',
        body: NewAnomaly,
        response: { 200: AnomalyStored },
      },
    },
    async ({ body }) => {
      const id = await insertAnomaly(database, {
        metricId: await metricIdOf(body.metric_name),
        timestampMs: body.timestamp,
        value: body.value,
        expectedValue: body.expected_value,
        anomalyScore: body.anomaly_score,
        deviationRatio: ratioOf(Math.min(body.anomaly_score, LARGEST_SCORE)),
        severity: body.severity,
        algorithm: body.algorithm,
        labels: body.labels,
      });
      await cache.drop(GROUP);
      return { message: 'Anomaly stored', anomaly_id: id };
    },
  );

  /** A reported metric that SAIMon does not watch becomes an inactive query, so that its anomalies have a name. */
  async function metricIdOf(name: string): Promise<number | null> {
    const known = await findQuery(database, name);
    if (known) return known.id;
    await proposeQueries(database, 'api', [{ alias: name, expr: name, metricType: 'unknown' }]);
    return (await findQuery(database, name))?.id ?? null;
  }

  for (const path of ['/api/v1/anomalies/stats', '/api/v1/anomalies/stats/summary']) {
    api.get(
      path,
      {
        schema: {
          tags: TAGS,
          summary: 'What was found in the last hours, and what people said of it',
          querystring: StatsQuery,
          response: { 200: AnomalyStats },
        },
      },
      async ({ query: { hours } }) => {
        const stats = await remembered(cache, { group: GROUP, key: hours }, () =>
          anomalyStats(database, clock.now() - hours * HOUR_MS),
        );
        return {
          time_range_hours: hours,
          total_anomalies: stats.total,
          by_severity: stats.bySeverity,
          confirmed: stats.confirmed,
          false_positives: stats.falsePositives,
          pending_review: stats.pendingReview,
        };
      },
    );
  }

  api.get(
    '/api/v1/anomalies/:id',
    { schema: { tags: TAGS, summary: 'One anomaly', params: BigId, response: { 200: Anomaly } } },
    async ({ params: { id } }) => {
      const row = await findAnomaly(database, id);
      if (!row) throw notFound('anomaly', id);
      return anomalyOf(row);
    },
  );
}
