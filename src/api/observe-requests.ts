import type { Logger } from '../base/logger.ts';
import type { Telemetry } from '../engine/telemetry.ts';
import type { FastifyApi } from './fastify-api.ts';
import { isInner } from './inner-request.ts';

/** Asked every few seconds by machines: not worth a line each. */
const PROBES = new Set(['/health', '/api/v1/health', '/-/healthy', '/-/ready', '/metrics']);

/** Counts and times every request by its route, and logs it: the path only, since a query may hold secrets. */
export function observeRequests(
  api: FastifyApi,
  {
    telemetry: { apiRequests, apiRequestDuration },
    logger,
  }: { readonly telemetry: Telemetry; readonly logger: Logger },
): void {
  api.addHook('onRequest', ({ id }, reply, done) => {
    void reply.header('x-request-id', id);
    done();
  });
  api.addHook('onResponse', (request, reply, done) => {
    if (isInner(request)) {
      done();
      return;
    }
    const { method, id } = request;
    const route = request.routeOptions.url ?? 'unknown';
    const status = reply.statusCode;
    const seconds = reply.elapsedTime / 1000;
    apiRequests.inc({ method, route, status: String(status) });
    apiRequestDuration.observe({ method, route }, seconds);
    const path = request.url.split('?', 1)[0];
    const fields = { method, path, status, ms: Math.round(seconds * 10_000) / 10, requestId: id };
    if (PROBES.has(route) || status < 400) logger.debug(fields, 'Request answered');
    else logger.info(fields, 'Request refused');
    done();
  });
}
