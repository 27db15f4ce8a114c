import { alertForm } from './alert-form.ts';
import type { Delivery, Notifier, Outcome } from './notifier.ts';
import { hostOf, outcomeOf, post } from './post.ts';

export interface AlertmanagerSettings {
  readonly urls: readonly string[];
}

/** It forgets an alert at its `endsAt`, so it is told again in time for several to be lost. */
const RESEND_MS = 60_000;
const LASTS_MS = 5 * RESEND_MS;

/**
 * One alert an incident, to every peer: they share silences and notifications, not alerts. One that takes it is enough. Whether and
 * whom it then tells is the Alertmanager's to decide; a silence there is remarked.
 */
export function createAlertmanager({ urls }: AlertmanagerSettings): Notifier {
  return {
    wantsChart: false,
    resendEveryMs: RESEND_MS,
    async send(delivery, signal) {
      const body = JSON.stringify([alertOf(delivery)]);
      const outcomes = await Promise.all(
        urls.map(async (url): Promise<Outcome> => {
          const at = below(url, 'api/v2/alerts');
          return outcomeOf(await post({ url: at, body, signal }), { url });
        }),
      );
      const taken = outcomes.findIndex(({ kind }) => kind === 'sent');
      const [first] = outcomes;
      if (taken < 0) return outcomes.find(({ kind }) => kind === 'failed') ?? first ?? NO_PEER;
      const lost = outcomes.flatMap((one) => (one.kind === 'sent' ? [] : [one.reason]));
      const isOver = delivery.message.kind === 'resolved';
      const silenced = isOver ? [] : await silencesOf(urls[taken] ?? '', delivery.key, signal);
      const notes = [...silenced, ...lost];
      return { kind: 'sent', ...(notes.length > 0 && { note: notes.join('; ') }) };
    },
    close() {},
  };
}

const NO_PEER: Outcome = { kind: 'refused', reason: 'There is no peer' };

function alertOf(delivery: Delivery) {
  const { endsAt, ...alert } = alertForm(delivery);
  const isOver = delivery.message.kind === 'resolved';
  // It drops alerts that ended before it heard of them, and merges spans by their start: now is when it ends here.
  const ends = isOver ? endsAt : new Date(delivery.nowMs + LASTS_MS).toISOString();
  return { ...alert, endsAt: ends };
}

/** Silences of the Alertmanager that keep this alert quiet; none when it cannot be asked. */
async function silencesOf(url: string, key: string, signal: AbortSignal): Promise<string[]> {
  const filter = encodeURIComponent(`saimon_key="${key}"`);
  const at = below(url, `api/v2/alerts?filter=${filter}`);
  const answer = await post({ url: at, method: 'GET', signal });
  if (answer.kind === 'failed' || answer.status !== 200) return [];
  const ids = suppressorsIn(answer.body);
  return ids.length === 0 ? [] : [`silenced in Alertmanager ${hostOf(url)} by ${ids.join(', ')}`];
}

function suppressorsIn(body: string): string[] {
  try {
    const alerts: unknown = JSON.parse(body);
    const statuses = Array.isArray(alerts) ? alerts.map((one) => Object(one).status) : [];
    return statuses.flatMap((status) => {
      const { silencedBy, inhibitedBy } = Object(status);
      return [silencedBy, inhibitedBy].flatMap((ids) =>
        Array.isArray(ids) ? ids.map(String) : [],
      );
    });
  } catch {
    return [];
  }
}

function below(url: string, path: string): string {
  return `${url.replace(/\/+$/, '')}/${path}`;
}
