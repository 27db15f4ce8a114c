import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { ErrorBody } from '../contract/error-body.ts';
import type { FastifyApi } from './fastify-api.ts';

const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><text x="0" y="28" font-family="sans-serif" font-size="24" font-weight="bold" fill="#fff">SAIMon</text></svg>';

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
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  // Every operation may answer with the common error body.
  api.addHook('onRoute', ({ schema }) => {
    if (schema?.hide !== true && schema !== undefined)
      schema.response = Object.assign({ default: ErrorBody }, schema.response);
  });
  await api.register(swaggerUi, {
    routePrefix: '/docs',
    // No badge of a validator on the net.
    uiConfig: { validatorUrl: null },
    logo: { type: 'image/svg+xml', content: LOGO },
  });
}

export function openApiRoute(api: FastifyApi): void {
  api.get('/openapi.json', { schema: { hide: true } }, async () => api.swagger());
}
