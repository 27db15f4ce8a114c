import type { FastifyRequest } from 'fastify';
import { AlertmanagerWebhook, AlertsKept } from '../../contract/truth-incident.ts';
import { saveTruthIncidents } from '../../store/truth-incidents-table.ts';
import { ApiError } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { isBearer, isSigned } from '../signature.ts';
import { incidentsOfAlerts, truthIncidentOf } from '../wire/truth-incident.ts';

/** Where Alertmanager tells of what really happened. A message sent twice changes nothing. */
export async function alertmanagerHookRoutes(
  api: FastifyApi,
  { database, alertmanagerSecret }: Pick<ApiDependencies, 'database' | 'alertmanagerSecret'>,
): Promise<void> {
  // A signature is that of the bytes: this route sees them before they are parsed.
  await api.register(async (raw: FastifyApi) => {
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser(
      '*',
      { parseAs: 'buffer' },
      async ({ headers }: FastifyRequest, body: Buffer) => {
        checkSender(headers, { body, secret: alertmanagerSecret() });
        return parsed(body);
      },
    );
    raw.post(
      '/api/v1/hooks/alertmanager',
      {
        config: { changesItself: true },
        schema: {
          tags: ['hooks'],
          summary:
            'Incidents from a webhook of Alertmanager; with a bearer token or signed, when context.hooks.alertmanager_secret is set',
          body: AlertmanagerWebhook,
          response: { 200: AlertsKept },
        },
      },
      async (request) => {
        const { alerts } = request.body;
        const drafts = incidentsOfAlerts(request.body);
        await request.change(
          () => saveTruthIncidents(database, drafts),
          (saved) => {
            const changed = saved.filter(({ isChanged }) => isChanged).map(truthIncidentOf);
            return changed.length === 0 ? null : { after: { truth_incidents: changed } };
          },
        );
        const ignored = alerts.length - drafts.length;
        return { message: 'Alerts kept as incidents', kept: drafts.length, ignored };
      },
    );
  });
}

function checkSender(
  headers: FastifyRequest['headers'],
  { body, secret }: { readonly body: Buffer; readonly secret: string },
): void {
  if (secret === '') return;
  const { authorization, 'x-hub-signature-256': signature } = headers;
  if (isBearer(authorization, secret) || isSigned(body, { secret, signature })) return;
  const isNamed = authorization !== undefined || signature !== undefined;
  const fault = isNamed ? 'its token or signature is wrong' : 'it names no token';
  throw new ApiError(
    401,
    'bad_signature',
    `Cannot take the webhook: ${fault}, expected Authorization: Bearer, or X-Hub-Signature-256, with the secret in context.hooks.alertmanager_secret`,
  );
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new ApiError(400, 'bad_request', 'Cannot read the webhook: its body is not JSON');
  }
}
