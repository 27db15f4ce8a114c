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
  return async ({ message, link }, signal) => {
    const body = JSON.stringify(slackMessage(message, { link, hasButtons: false }));
    return outcomeOf(await post({ url, body, signal }), { url });
  };
}

interface Bot extends SlackSettings {
  readonly token: string;
  readonly channel: string;
}

function viaBot({ token, channel, signing_secret: secret, api_url: api }: Bot): Notifier['send'] {
  const call = async (method: string, content: object, signal: AbortSignal) => {
    const url = `${api.replace(/\/+$/, '')}/${method}`;
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json; charset=utf-8',
    };
    return readAnswer(await post({ url, headers, body: JSON.stringify(content), signal }), url);
  };
  return async (delivery: Delivery, signal) => {
    const { message, link } = delivery;
    const form = slackMessage(message, { link, hasButtons: secret !== undefined });
    const told = placeOf(delivery.reference);
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

function placeOf(reference: Delivery['reference']): { ts: string; channel: string } | undefined {
  const { ts, channel } = reference ?? {};
  return typeof ts === 'string' && typeof channel === 'string' ? { ts, channel } : undefined;
}
