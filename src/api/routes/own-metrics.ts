import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { resultMetrics } from '../result-metrics.ts';

/** GET /metrics: our own health and the latest result of every series, for Prometheus to scrape. */
export function ownMetricsRoutes(
  api: FastifyApi,
  { telemetry: { registry }, engine }: Pick<ApiDependencies, 'telemetry' | 'engine'>,
): void {
  api.get(
    '/metrics',
    { schema: { tags: ['operation'], summary: 'Text format of Prometheus' } },
    async (_request, reply) => {
      const own = await registry.metrics();
      return reply.type(registry.contentType).send(own + resultMetrics(engine.latestJudgements()));
    },
  );
}
