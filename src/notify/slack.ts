import type { Delivery, Notifier, Outcome } from './notifier.ts';
import { outcomeOf, type PostAnswer, post } from './post.ts';
import { slackMessage } from './slack-blocks.ts';

export interface SlackSettings {
  readonly webhook_url?: string | undefined;
  readonly bot_token?: string | undefined;
  readonly channel?: string | undefined;
  readonly signing_secret?: string | undefined;
  readonly api_url: string;
}

/** Slack, through a bot that keeps one message an incident up to date, or through an incoming webhook, which can only add. */
export function createSlack(settings: SlackSettings): Notifier {
  const { bot_token: token, webhook_url: webhook = '', channel = '' } = settings;
  const send = token === undefined ? viaWebhook(webhook) : viaBot({ ...settings, token, channel });
  return { wantsChart: false, resendEveryMs: null, send, close() {} };
}

function viaWebhook(url: string): Notifier['send'] {
  return async ({ message, link, key }, signal) => {
    const body = JSON.stringify(slackMessage(message, { key, link, hasButtons: false }));
    return outcomeOf(await post({ url, body, signal }), { url });
  };
}

interface Bot extends SlackSettings {
  readonly token: string;
  readonly channel: string;
}

function viaBot({ token, channel, signing_secret: secret, api_url: api }: Bot): Notifier['send'] {
  const urlOf = (method: string): string => `${api.replace(/\/+$/, '')}/${method}`;
  const ask = (method: string, content: object, signal: AbortSignal): Promise<PostAnswer> => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json; charset=utf-8',
    };
    const body = JSON.stringify(content);
    return post({ url: urlOf(method), headers, body, signal, longest: LONGEST_HISTORY });
  };
  const call = async (method: string, content: object, signal: AbortSignal) =>
    readAnswer(await ask(method, content, signal), urlOf(method));
  /** A message of this incident that arrived, though nobody could say so any more. Needs an id of the channel, and leave to read it. */
  const findSent = async (
    { key, triedSinceMs }: Delivery,
    signal: AbortSignal,
  ): Promise<Place | undefined> => {
    if (triedSinceMs === null || !CHANNEL_ID.test(channel)) return undefined;
    const oldest = String(triedSinceMs / 1000 - CLOCKS_APART_S);
    const asked = { channel, oldest, limit: MOST_SEARCHED };
    const answer = await ask('conversations.history', asked, signal);
    return answer.kind === 'answered' ? placeIn(parsed(answer.body), { key, channel }) : undefined;
  };
  return async (delivery: Delivery, signal) => {
    const { message, link, key } = delivery;
    const form = slackMessage(message, { key, link, hasButtons: secret !== undefined });
    const told = placeOf(delivery.reference) ?? (await findSent(delivery, signal));
    if (told !== undefined) {
      const changed = await call('chat.update', { ...told, ...form }, signal);
      // What somebody deleted, or nobody may change any more, is written anew.
      if (changed.kind !== 'gone') return changed;
    }
    const posted = await call(
      'chat.postMessage',
      { channel, ...form, unfurl_links: false },
      signal,
    );
    return posted.kind === 'gone' ? { kind: 'refused', reason: posted.reason } : posted;
  };
}

/** Names of channels can be written to, only ids can be read. */
const CHANNEL_ID = /^[CGD][A-Z0-9]{6,}$/;
const MOST_SEARCHED = 15;
const LONGEST_HISTORY = 1024 * 1024;
const CLOCKS_APART_S = 60;

interface Place {
  readonly ts: string;
  readonly channel: string;
}

/** The newest message in a history that has the key in a block. */
function placeIn(
  { messages }: Record<string, unknown>,
  { key, channel }: { readonly key: string; readonly channel: string },
): Place | undefined {
  const found: unknown = (Array.isArray(messages) ? messages : []).find((one: unknown) => {
    const blocks: unknown = Object(one).blocks;
    return Array.isArray(blocks) && blocks.some((block) => Object(block).block_id === key);
  });
  return placeOf({ ts: Object(found).ts, channel });
}

type SlackOutcome = Outcome | { readonly kind: 'gone'; readonly reason: string };

const GONE = ['message_not_found', 'cant_update_message', 'edit_window_closed'];
const PASSING = [
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
];

/** Slack answers 200 also where it refuses: what it means stands in the body. */
function readAnswer(answer: PostAnswer, url: string): SlackOutcome {
  const outcome = outcomeOf(answer, { url });
  if (outcome.kind !== 'sent' || answer.kind !== 'answered') return outcome;
  const { ok, error, ts, channel } = parsed(answer.body);
  if (ok === true) return { kind: 'sent', reference: { ts, channel } };
  const reason = `Slack refused it: ${typeof error === 'string' ? error : 'its answer is not that of the Web API'}`;
  if (typeof error !== 'string' || PASSING.includes(error))
    return { kind: 'failed', reason, retryAfterMs: answer.retryAfterMs };
  return { kind: GONE.includes(error) ? 'gone' : 'refused', reason };
}

function parsed(body: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(body));
  } catch {
    return {};
  }
}

function placeOf(reference: Delivery['reference']): Place | undefined {
  const { ts, channel } = reference ?? {};
  return typeof ts === 'string' && typeof channel === 'string' ? { ts, channel } : undefined;
}
