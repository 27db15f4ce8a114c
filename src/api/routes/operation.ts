import * as z from 'zod';
import { About, DetailedHealth, Health } from '../../contract/health.ts';
import { ApiError } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { checkDependencies } from '../dependency-checks.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { sendUiFile } from '../ui-files.ts';
import { iso } from '../wire/iso.ts';

const TAGS = ['operation'];
const SERVICE = 'saimon';
const DESCRIPTION =
  'Learns how an infrastructure behaves and says when it does not, why, and how sure it is';

/** What is asked of the process itself: who it is, how it is, read your configuration again. */
export function operationRoutes(api: FastifyApi, dependencies: ApiDependencies): void {
  const { clock, version, ready, reload, logger } = dependencies;

  api.get(
    '/',
    {
      schema: {
        tags: TAGS,
        summary: 'What this is; the web UI for browsers',
        response: { 200: z.union([About, z.string()]) },
      },
    },
    async (request, reply) => {
      if (request.headers.accept?.includes('text/html') === true)
        return sendUiFile(request, { reply, file: 'index.html' });
      void reply.header('vary', 'accept');
      return { name: 'SAIMon', version, description: DESCRIPTION, docs: '/docs' };
    },
  );

  for (const prefix of ['', '/api/v1']) {
    api.get(
      `${prefix}/health`,
      { schema: { tags: TAGS, summary: 'Whether the process answers', response: { 200: Health } } },
      async () => ({ status: 'healthy' as const, timestamp: iso(clock.now()), service: SERVICE }),
    );
    api.get(
      `${prefix}/health/detailed`,
      {
        schema: {
          tags: TAGS,
          summary: 'Whether everything it leans on answers',
          response: { 200: DetailedHealth },
        },
      },
      async () => {
        const checks = await checkDependencies(dependencies);
        const states = Object.entries(checks).map(([name, check]) => [name, check.status] as const);
        const isIll = states.some(([, state]) => state === 'unhealthy');
        return {
          status: isIll ? ('degraded' as const) : ('healthy' as const),
          timestamp: iso(clock.now()),
          service: SERVICE,
          version,
          dependencies: Object.fromEntries(states),
          checks,
        };
      },
    );
  }

  api.get(
    '/-/healthy',
    { schema: { tags: TAGS, summary: 'Whether the process answers' } },
    async (_request, reply) => reply.type('text/plain').send('SAIMon is healthy.\n'),
  );
  api.get(
    '/-/ready',
    { schema: { tags: TAGS, summary: 'Whether it is at work: 503 while it starts' } },
    async (_request, reply) => {
      if (!ready()) throw new ApiError(503, 'not_ready', 'SAIMon is starting: try again shortly');
      return reply.type('text/plain').send('SAIMon is ready.\n');
    },
  );
  api.post(
    '/-/reload',
    {
      config: { changesItself: true },
      schema: { tags: TAGS, summary: 'Read the configuration anew' },
    },
    async (request, reply) => {
      try {
        await reload();
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        logger.warn({ err: message }, 'Configuration not reloaded');
        throw new ApiError(500, 'reload_failed', message);
      }
      // What was read stays read, also where its row cannot be written.
      await request.change(async () => {});
      return reply.type('text/plain').send('Configuration reloaded.\n');
    },
  );
}
