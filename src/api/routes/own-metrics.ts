import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
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
      const text = unhurried(own, resultMetrics(engine.latestJudgements()));
      return reply.type(registry.contentType).send(Readable.from(text));
    },
  );
}

/** Lets other work go on between pieces: ten thousand series are 5 MB of text. */
async function* unhurried(first: string, pieces: Iterable<string>): AsyncGenerator<string> {
  yield first;
  for (const piece of pieces) {
    yield piece;
    await setImmediate();
  }
}
