import type { FastifyRequest } from 'fastify';
import {
  AnnotationAdded,
  GithubLabels,
  GithubWebhook,
  GrafanaAnnotation,
  HookAnswer,
} from '../../contract/hooks.ts';
import { saveEvents } from '../../store/events-table.ts';
import { only } from '../../store/only.ts';
import { ApiError, unusable } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { eventOfAnnotation, eventOfDeployment } from '../hook-events.ts';
import { isSigned, type Signature } from '../signature.ts';

const TAGS = ['hooks'];

/** Where other systems tell of events in their own words. */
export async function hookRoutes(
  api: FastifyApi,
  {
    database,
    engine,
    clock,
    githubSecret,
  }: Pick<ApiDependencies, 'database' | 'engine' | 'clock' | 'githubSecret'>,
): Promise<void> {
  api.post(
    '/api/v1/hooks/grafana',
    {
      schema: {
        tags: TAGS,
        summary: 'An event in the words of a Grafana annotation',
        body: GrafanaAnnotation,
        response: { 200: AnnotationAdded },
      },
    },
    async ({ body }) => {
      const { id } = only(await saveEvents(database, [eventOfAnnotation(body, clock.now())]));
      engine.notifyContextChanged();
      return { message: 'Annotation added', id };
    },
  );

  // A signature is that of the bytes: this route sees them before they are parsed.
  await api.register(async (raw: FastifyApi) => {
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser(
      '*',
      { parseAs: 'buffer' },
      async (request: FastifyRequest, body: Buffer) => {
        const { headers } = request;
        checkSignature(body, { secret: githubSecret(), signature: headers['x-hub-signature-256'] });
        return parsed(body, headers['content-type']);
      },
    );
    raw.post(
      '/api/v1/hooks/github',
      {
        config: { changesItself: true },
        schema: {
          tags: TAGS,
          summary:
            'Deployments from a GitHub webhook; signed, when context.hooks.github_secret is set',
          querystring: GithubLabels,
          body: GithubWebhook,
          response: { 200: HookAnswer },
        },
      },
      async (request) => {
        const { body, query, headers } = request;
        const happened = headers['x-github-event'];
        if (happened === undefined || happened === '') {
          const expected = 'the header X-GitHub-Event, as GitHub sends it';
          throw unusable(
            ['header', 'x-github-event'],
            `Cannot take the webhook: expected ${expected}`,
          );
        }
        if (happened === 'ping') return { message: 'Pong', event_id: null };
        if (happened !== 'deployment' && happened !== 'deployment_status') {
          return { message: `Ignored: ${String(happened)} is no deployment`, event_id: null };
        }
        const event = eventOfDeployment(body, query);
        if (event === undefined) {
          throw unusable(
            ['body'],
            `Cannot take the webhook: expected deployment and repository, as GitHub sends ${happened}`,
          );
        }
        return request.change(async () => {
          const { id } = only(await saveEvents(database, [event]));
          engine.notifyContextChanged();
          return { message: 'Event kept', event_id: id };
        });
      },
    );
  });
}

function checkSignature(body: Uint8Array, { secret, signature }: Signature): void {
  if (secret === '' || isSigned(body, { secret, signature })) return;
  const fault = signature === undefined ? 'it is not signed' : 'its signature is wrong';
  throw new ApiError(
    401,
    'bad_signature',
    `Cannot take the webhook: ${fault}, expected X-Hub-Signature-256 made with the secret in context.hooks.github_secret`,
  );
}

/** GitHub sends JSON, or a form whose one field `payload` holds it. */
function parsed(body: Buffer, type = ''): unknown {
  const text = body.toString();
  const isForm = type.startsWith('application/x-www-form-urlencoded');
  try {
    return JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text);
  } catch {
    const expected = isForm ? 'a field payload that holds JSON' : 'JSON';
    throw new ApiError(400, 'bad_request', `Cannot read the webhook: its body is not ${expected}`);
  }
}
