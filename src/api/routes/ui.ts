import { UI_NOUNS } from '../../contract/ui-address.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { sendUiFile, UI_FILES } from '../ui-files.ts';

/** Files of the web UI and its addresses; which page one is, the program in the browser reads from it. */
export function uiRoutes(api: FastifyApi): void {
  for (const file of UI_FILES)
    api.get(`/${file}`, { schema: { hide: true } }, (request, reply) =>
      sendUiFile(request, { reply, file }),
    );
  for (const [noun, { one }] of Object.entries(UI_NOUNS))
    for (const page of one ? [`/${noun}`, `/${noun}/:id`] : [`/${noun}`])
      api.get(page, { schema: { hide: true } }, (request, reply) =>
        sendUiFile(request, { reply, file: 'index.html' }),
      );
}
