import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { SlackAnswer, SlackInteraction } from '../../contract/hooks.ts';
import { loadChannels } from '../../engine/channels.ts';
import { VERDICT_ACTION } from '../../notify/slack-blocks.ts';
import { takeReceipt } from '../../store/hook-receipts-table.ts';
import { findIncident, listIncidentMembers } from '../../store/incidents-table.ts';
import { ApiError, notFound, unusable } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { giveVerdict } from '../give-verdict.ts';

/** Older requests are refused: who recorded one cannot send it later. */
const GOOD_FOR_MS = 300_000;
const VERDICT = /^(\d{1,15}) (confirmed|false_positive)$/;

/** Buttons in messages of Slack: who pressed one judges all anomalies of its incident. */
export async function slackHookRoutes(
  api: FastifyApi,
  dependencies: Pick<ApiDependencies, 'database' | 'cache' | 'clock' | 'watching'>,
): Promise<void> {
  const { database, clock, watching } = dependencies;
  // A signature is that of the bytes: this route sees them before they are parsed.
  await api.register(async (raw: FastifyApi) => {
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser(
      '*',
      { parseAs: 'buffer' },
      async ({ headers }: FastifyRequest, body: Buffer) => {
        await checkSignature(body, {
          signature: textOf(headers['x-slack-signature']),
          seconds: textOf(headers['x-slack-request-timestamp']),
        });
        return payloadOf(body);
      },
    );
    raw.post(
      '/api/v1/hooks/slack',
      {
        config: { changesItself: true },
        schema: {
          tags: ['hooks'],
          summary: 'Buttons of Slack messages: signed with the signing secret of the app',
          body: SlackInteraction,
          response: { 200: SlackAnswer },
        },
      },
      async (request) => {
        const { type, actions, user } = request.body;
        const pressed = actions.find(({ action_id: id }) => id.startsWith(VERDICT_ACTION));
        if (type !== 'block_actions' || pressed === undefined)
          return { message: `Ignored: ${type} without a verdict`, incident_id: null };
        const [, id, verdict] = VERDICT.exec(pressed.value) ?? [];
        if (id === undefined) {
          const message = 'Cannot take the verdict: expected a value such as "7 confirmed"';
          throw unusable(['body', 'actions'], message);
        }
        const by = (user.username ?? user.name ?? user.id).slice(0, 200);
        const confirmed = verdict === 'confirmed';
        const { incidentId } = await request.change(
          () => judge(Number(id), { confirmed, user: by }),
          (judged) => ({
            user: by,
            subject: `incidents/${judged.incidentId}`,
            after: { is_confirmed: confirmed, anomalies: judged.anomalies },
          }),
        );
        const message = confirmed ? 'Incident confirmed' : 'Incident marked as a false alarm';
        return { message, incident_id: incidentId };
      },
    );
  });

  async function judge(id: number, verdict: { confirmed: boolean; user: string }) {
    const incident = await findIncident(database, id);
    if (!incident) throw notFound('incident', id);
    const members = await listIncidentMembers(database, incident.mergedInto ?? id);
    for (const member of members)
      await giveVerdict(dependencies, member.id, { ...verdict, comment: 'From Slack' });
    return { incidentId: id, anomalies: members.map((member) => member.id) };
  }

  async function checkSignature(
    body: Uint8Array,
    { signature, seconds }: { readonly signature: string; readonly seconds: string },
  ): Promise<void> {
    const { channels } = await loadChannels(database, watching().notify);
    const secrets = channels.flatMap(({ settings }) =>
      settings?.type === 'slack' && settings.signing_secret ? [settings.signing_secret] : [],
    );
    if (secrets.length === 0)
      throw refuse('no channel of type slack has a signing_secret, set the one of the Slack app');
    const ageMs = Math.abs(clock.now() - Number(seconds) * 1000);
    if (!/^\d{1,12}$/.test(seconds) || ageMs > GOOD_FOR_MS)
      throw refuse('expected X-Slack-Request-Timestamp of the last five minutes');
    if (!secrets.some((secret) => isSigned(body, { secret, seconds, signature })))
      throw refuse('expected X-Slack-Signature made with the signing_secret of the channel');
    if (!(await takeReceipt(database, signature, clock.now())))
      throw refuse('it was taken before, nobody sends the same request twice');
  }
}

function refuse(why: string): ApiError {
  return new ApiError(401, 'bad_signature', `Cannot take the request: ${why}`);
}

/** Slack's version 0: HMAC-SHA256 of version, time and body, compared in the same time for every wrong one. */
function isSigned(
  body: Uint8Array,
  {
    secret,
    seconds,
    signature,
  }: { readonly secret: string; readonly seconds: string; readonly signature: string },
): boolean {
  const hmac = createHmac('sha256', secret).update(`v0:${seconds}:`).update(body);
  const expected = Buffer.from(`v0=${hmac.digest('hex')}`);
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** A form whose one field `payload` holds JSON. */
function payloadOf(body: Buffer): unknown {
  try {
    return JSON.parse(new URLSearchParams(body.toString()).get('payload') ?? '');
  } catch {
    const expected = 'a form with a field payload that holds JSON, as Slack sends it';
    throw new ApiError(400, 'bad_request', `Cannot read the request: expected ${expected}`);
  }
}

function textOf(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' ? header : '';
}
