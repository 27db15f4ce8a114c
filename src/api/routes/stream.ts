import { ApiError } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { createLiveFeed } from '../live-feed.ts';
import { StreamHub } from '../stream-hub.ts';

/** GET /api/v1/stream: server-sent events `anomaly`, `series` and `training`. */
export function streamRoutes(
  api: FastifyApi,
  { database, engine, logger }: Pick<ApiDependencies, 'database' | 'engine' | 'logger'>,
): void {
  let unsubscribe: (() => void) | undefined;
  // The engine is listened to while somebody listens to us.
  const hub = new StreamHub({
    onFirst: () => {
      unsubscribe = engine.subscribe(feed);
    },
    onLast: () => unsubscribe?.(),
  });
  const feed = createLiveFeed({ database, logger }, ({ name, payload }) =>
    hub.publish(name, payload),
  );

  api.get(
    '/api/v1/stream',
    { schema: { tags: ['stream'], summary: 'Server-sent events, as they happen' } },
    (request, reply) => {
      if (hub.full)
        throw new ApiError(
          503,
          'too_many_streams',
          'Too many open streams: close one or try again later',
        );
      const lastEventId = request.headers['last-event-id'];
      reply.hijack();
      // Headers set by hooks so far (request id, CORS, security) belong to this answer too.
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) reply.raw.setHeader(name, value);
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        // Tells a proxy in front not to hold events back.
        'x-accel-buffering': 'no',
      });
      hub.add(reply.raw, typeof lastEventId === 'string' ? lastEventId : undefined);
    },
  );

  api.addHook('preClose', async () => hub.close());
}
