import {
  Discovery,
  Metric,
  MetricData,
  MetricDataQuery,
  MetricList,
  MetricName,
} from '../../contract/metric.ts';
import { Page } from '../../contract/paging.ts';
import type { SeriesSamples } from '../../sources/source.ts';
import {
  findQuery,
  listQueries,
  proposeQueries,
  type StoredQuery,
} from '../../store/queries-table.ts';
import { notFound } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { valueText } from '../prometheus/answer-text.ts';
import { timeRange } from '../time-range.ts';
import { iso } from '../wire/iso.ts';
import { metricOf } from '../wire/metric.ts';

const TAGS = ['metrics'];

export function metricRoutes(
  api: FastifyApi,
  { database, source, clock }: Pick<ApiDependencies, 'database' | 'source' | 'clock'>,
): void {
  api.get(
    '/api/v1/metrics',
    {
      schema: {
        tags: TAGS,
        summary: 'Metrics: the queries that are known',
        querystring: Page,
        response: { 200: MetricList },
      },
    },
    async ({ query: { skip, limit } }) => {
      const { total, rows } = await listQueries(database, { skip, limit });
      return { total, skip, limit, metrics: rows.map(metricOf) };
    },
  );

  api.get(
    '/api/v1/metrics/:name',
    {
      schema: { tags: TAGS, summary: 'One metric', params: MetricName, response: { 200: Metric } },
    },
    async ({ params: { name } }) => metricOf(await getQuery(name)),
  );

  api.get(
    '/api/v1/metrics/:name/data',
    {
      schema: {
        tags: TAGS,
        summary: 'Its values from the source, by default of the last hour',
        params: MetricName,
        querystring: MetricDataQuery,
        response: { 200: MetricData },
      },
    },
    async ({ params: { name }, query }) => {
      const { expr } = await getQuery(name);
      const range = timeRange(query, { nowMs: clock.now(), fallbackStepMs: () => 60_000 });
      const { series } = await source.queryRange({ expr, ...range });
      const { startMs, endMs } = range;
      return {
        metric: name,
        start: iso(startMs),
        end: iso(endMs),
        step: query.step,
        data: { resultType: 'matrix' as const, result: series.map(matrixRow) },
      };
    },
  );

  api.post(
    '/api/v1/metrics/discover',
    {
      config: { changesItself: true },
      schema: {
        tags: TAGS,
        summary: 'Ask the source what it holds; what is proposed is watched once it is made active',
        response: { 200: Discovery },
      },
    },
    async (request) => {
      const proposals = await source.discover();
      return request.change(async () => {
        const added = await proposeQueries(database, 'discovered', proposals);
        const fresh = new Set(added.map((query) => query.alias));
        const metrics = proposals.map((proposal) => ({
          name: proposal.alias,
          query: proposal.expr,
          metric_type: proposal.metricType,
          description: proposal.description,
          unit: proposal.unit,
          known: !fresh.has(proposal.alias),
        }));
        return { total_discovered: proposals.length, new_metrics: fresh.size, metrics };
      });
    },
  );

  async function getQuery(name: string): Promise<StoredQuery> {
    const query = await findQuery(database, name);
    if (!query) throw notFound('metric', name);
    return query;
  }
}

function matrixRow({ labels, samples: { times, values } }: SeriesSamples) {
  const pairs: [number, string][] = Array.from(times, (timeMs, index) => [
    timeMs / 1000,
    valueText(values[index] ?? Number.NaN),
  ]);
  return { metric: labels, values: pairs };
}
