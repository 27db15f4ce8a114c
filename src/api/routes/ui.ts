import type { FastifyApi } from '../fastify-api.ts';
import { sendUiFile, UI_FILES } from '../ui-files.ts';

/** Addresses of the web UI beside `/`; which page it is, the program in the browser reads from the address. */
const PAGES = ['/anomalies', '/anomalies/:id', '/series', '/series/:id'];

export function uiRoutes(api: FastifyApi): void {
  for (const file of UI_FILES)
    api.get(`/${file}`, { schema: { hide: true } }, (request, reply) =>
      sendUiFile(request, { reply, file }),
    );
  for (const page of PAGES)
    api.get(page, { schema: { hide: true } }, (request, reply) =>
      sendUiFile(request, { reply, file: 'index.html' }),
    );
}
