import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { ErrorBody } from '../contract/error-body.ts';
import type { FastifyApi } from './fastify-api.ts';

const METHODS = ['get', 'post', 'put', 'delete'] as const;

/** The document of all routes at /openapi.json, and Swagger UI from the package's own files at /docs. */
export async function registerOpenApi(
  api: FastifyApi,
  { version }: { readonly version: string },
): Promise<void> {
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'SAIMon',
        version,
        description: 'Learns how an infrastructure behaves and says when it does not.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: { schemas: { Error: z.toJSONSchema(ErrorBody) as object } },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) =>
      'openapiObject' in document ? withErrors(document.openapiObject) : document.swaggerObject,
  });
  await api.register(swaggerUi, {
    routePrefix: '/docs',
    // No badge of a validator on the net.
    uiConfig: { validatorUrl: null },
    staticCSP: false,
  });
}

export function openApiRoute(api: FastifyApi): void {
  api.get('/openapi.json', { schema: { hide: true } }, async () => api.swagger());
}

/** Every operation may answer with the common error body. */
function withErrors<Document extends { paths?: object }>(document: Document): Document {
  const failure = {
    description: 'What went wrong; with 422 `detail` names each field',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  };
  for (const path of Object.values(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = (path as Partial<Record<string, { responses?: object }>>)[method];
      if (operation) operation.responses = { ...operation.responses, default: failure };
    }
  }
  return document;
}
