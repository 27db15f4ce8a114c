import type { Logger } from '../base/logger.ts';
import { ApiError } from './api-error.ts';
import { errorBody, refusalOf } from './errors.ts';
import type { FastifyApi } from './fastify-api.ts';

/** Makes every failure a JSON body, also of paths and methods that there are none of. Register before any route. */
export function answerFailures(api: FastifyApi, { logger }: { readonly logger: Logger }): void {
  api.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error);
    // A refusal of our own, or a dependency that is away for now, is an answer and not a failure.
    const expected = error instanceof ApiError || refusal.retryAfterSeconds !== undefined;
    if (refusal.status >= 500 && !expected) {
      const fields = { err: error, requestId: request.id, method: request.method };
      logger.error(fields, 'Request failed');
    }
    if (refusal.retryAfterSeconds !== undefined)
      void reply.header('retry-after', refusal.retryAfterSeconds);
    return reply
      .status(refusal.status)
      .type('application/json; charset=utf-8')
      .serializer(JSON.stringify)
      .send(errorBody(refusal, request.id));
  });

  const methodsOf = new Map<string, { readonly path: RegExp; readonly methods: Set<string> }>();
  api.addHook('onRoute', ({ url, method }) => {
    // The preflight route of CORS takes any path and says nothing of what is there.
    if (url === '*') return;
    const known = methodsOf.get(url) ?? { path: pathPattern(url), methods: new Set() };
    for (const one of [method].flat()) known.methods.add(one);
    methodsOf.set(url, known);
  });

  api.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = new Set(
      [...methodsOf.values()].flatMap((route) => (route.path.test(path) ? [...route.methods] : [])),
    );
    if (allowed.size === 0)
      throw new ApiError(
        404,
        'not_found',
        `Cannot find ${JSON.stringify(path)}: see /docs for what there is`,
      );
    const list = [...allowed].join(', ');
    void reply.header('allow', list);
    throw new ApiError(
      405,
      'method_not_allowed',
      `Cannot ${request.method} ${path}: it takes ${list}`,
    );
  });
}

function pathPattern(url: string): RegExp {
  const literal = url.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll(/:\w+/g, '[^/]+').replaceAll('\\*', '.*')}/?$`);
}
