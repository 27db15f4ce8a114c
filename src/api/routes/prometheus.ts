import { parse } from 'node:querystring';
import {
  BuildInfoAnswer,
  LabelName,
  LabelsQuestion,
  MetadataAnswer,
  MetadataQuestion,
  NamesAnswer,
  PrometheusRefusal,
  SeriesAnswer,
  SeriesQuestion,
} from '../../contract/prometheus.ts';
import { RESULT_METRICS } from '../../engine/results.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { FORM, question, ROOT, TAGS } from '../prometheus/question.ts';
import { prometheusRefusal } from '../prometheus/refusal.ts';
import { resultsMatching } from '../prometheus/results-matching.ts';
import { prometheusQueryRoutes } from './prometheus-query.ts';

type Parts = Pick<
  ApiDependencies,
  'database' | 'source' | 'engine' | 'clock' | 'watching' | 'version'
>;

/** Results as a data source of type Prometheus, so that Grafana and promtool read them as they are. */
export async function prometheusRoutes(api: FastifyApi, parts: Parts): Promise<void> {
  // A part of its own: other errors, and forms as bodies.
  await api.register(async (scope: FastifyApi) => {
    scope.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, done) => {
      done(null, parse(String(body)));
    });
    scope.setErrorHandler((error, _request, reply) => {
      const { status, body } = prometheusRefusal(error);
      return reply.status(status).type('application/json; charset=utf-8').send(body);
    });
    prometheusQueryRoutes(scope, parts);
    nameRoutes(scope, parts);
  });
}

function nameRoutes(scope: FastifyApi, { database, version }: Parts): void {
  question(
    scope,
    {
      path: 'series',
      summary: 'Label sets of results',
      asks: SeriesQuestion,
      answers: SeriesAnswer,
    },
    async (asked) => success(await resultsMatching(database, asked), asked.limit),
  );

  question(
    scope,
    {
      path: 'labels',
      summary: 'Names of the labels of results',
      asks: LabelsQuestion,
      answers: NamesAnswer,
    },
    async (asked) => {
      const names = new Set((await resultsMatching(database, asked)).flatMap(Object.keys));
      return success([...names].toSorted(), asked.limit);
    },
  );

  scope.get(
    `${ROOT}/label/:name/values`,
    {
      schema: {
        tags: TAGS,
        summary: 'Values of a label of results',
        params: LabelName,
        querystring: LabelsQuestion,
        response: { 200: NamesAnswer, default: PrometheusRefusal },
      },
    },
    async ({ params: { name }, query }) => {
      const found = (await resultsMatching(database, query)).map((labels) => labels[name]);
      const values = new Set(found.filter((value) => value !== undefined));
      return success([...values].toSorted(), query.limit);
    },
  );

  scope.get(
    `${ROOT}/metadata`,
    {
      schema: {
        tags: TAGS,
        summary: 'What the results mean',
        querystring: MetadataQuestion,
        response: { 200: MetadataAnswer, default: PrometheusRefusal },
      },
    },
    async ({ query }) => {
      const asked = RESULT_METRICS.map(({ variable, help }) => ({
        name: `saimon_${variable}`,
        entry: [{ type: 'gauge', help, unit: '' }],
      })).filter(({ name }) => query.metric === undefined || query.metric === name);
      const some = asked.slice(0, query.limit || undefined);
      const data = Object.fromEntries(some.map(({ name, entry }) => [name, entry]));
      return { status: 'success' as const, data };
    },
  );

  scope.get(
    `${ROOT}/status/buildinfo`,
    {
      schema: {
        tags: TAGS,
        summary: 'Which program answers',
        response: { 200: BuildInfoAnswer, default: PrometheusRefusal },
      },
    },
    async () => ({ status: 'success' as const, data: { application: 'SAIMon', version } }),
  );
}

function success<Entry>(entries: readonly Entry[], most: number | undefined) {
  const cut = most !== undefined && most > 0 && entries.length > most;
  return {
    status: 'success' as const,
    data: cut ? entries.slice(0, most) : [...entries],
    ...(cut && { warnings: ['results truncated due to limit'] }),
  };
}
