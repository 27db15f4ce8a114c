import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import type { ApiDependencies } from './dependencies.ts';
import type { FastifyApi } from './fastify-api.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;
const REQUEST_ID = /^[\w.:-]{1,64}$/;

/** The REST API, ready to `listen`; `close()` ends streams and open requests. */
export async function createServer(dependencies: ApiDependencies): Promise<FastifyApi> {
  const api: FastifyApi = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
  }).withTypeProvider();
  api.setValidatorCompiler(validatorCompiler);
  // NaN and the infinities become null; the types have checked the shape already.
  api.setSerializerCompiler(() => JSON.stringify);
  void dependencies;
  await api.ready();
  return api;
}
