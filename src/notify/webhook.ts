import { createHmac } from 'node:crypto';
import { alertForm } from './alert-form.ts';
import type { Delivery, Notifier } from './notifier.ts';
import { outcomeOf, post } from './post.ts';

export interface WebhookSettings {
  readonly url: string;
  /** What requests are signed with. */
  readonly secret?: string | undefined;
}

/**
 * Posts the body that Alertmanager's webhooks have (version 4), one alert for the incident. Signed, when there is a secret, in
 * `X-Saimon-Signature: t=<unix seconds>,v1=<hex>`: HMAC-SHA256 of the time, a dot and the body.
 */
export function createWebhook({ url, secret }: WebhookSettings): Notifier {
  return {
    wantsChart: false,
    resendEveryMs: null,
    async send(delivery, signal) {
      const body = JSON.stringify(webhookBody(delivery));
      const headers = {
        'idempotency-key': delivery.id,
        ...(secret && { 'x-saimon-signature': signature(body, secret, delivery.nowMs) }),
      };
      return outcomeOf(await post({ url, headers, body, signal }), { url });
    },
    close() {},
  };
}

function webhookBody(delivery: Delivery) {
  const { labels, annotations, ...when } = alertForm(delivery);
  const status = delivery.message.kind === 'resolved' ? 'resolved' : 'firing';
  const { incident = '' } = labels;
  return {
    version: '4',
    groupKey: delivery.key,
    truncatedAlerts: 0,
    status,
    receiver: delivery.channel,
    groupLabels: { incident },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: delivery.link === null ? '' : new URL(delivery.link).origin,
    alerts: [{ status, labels, annotations, ...when, fingerprint: delivery.key }],
    incident: delivery.message,
  };
}

function signature(body: string, secret: string, nowMs: number): string {
  const time = Math.floor(nowMs / 1000);
  const hex = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  return `t=${time},v1=${hex}`;
}
