import type { Severity } from '../core/anomalies/severity.ts';
import { headline, messageLines, statusWord } from './message-text.ts';
import type { Delivery, Notifier } from './notifier.ts';
import { outcomeOf, post } from './post.ts';

export interface PagerdutySettings {
  readonly routing_key?: string | undefined;
  readonly url: string;
}

const SEVERITIES: Readonly<Record<Severity, string>> = {
  low: 'info',
  medium: 'warning',
  high: 'error',
  critical: 'critical',
};
/** Longest summary that PagerDuty takes. */
const LONGEST = 1024;

/** Events v2: one incident there for one here, by its key. */
export function createPagerduty({
  routing_key: routingKey = '',
  url,
}: PagerdutySettings): Notifier {
  return {
    wantsChart: false,
    resendEveryMs: null,
    async send(delivery, signal) {
      const body = JSON.stringify({ routing_key: routingKey, ...eventOf(delivery) });
      return outcomeOf(await post({ url, body, signal }), { url });
    },
    close() {},
  };
}

function eventOf({ message, key, link }: Delivery) {
  if (message.kind === 'resolved') return { event_action: 'resolve', dedup_key: key };
  if (message.kind === 'updated' && message.status === 'acknowledged')
    return { event_action: 'acknowledge', dedup_key: key };
  return {
    event_action: 'trigger',
    dedup_key: key,
    client: 'SAIMon',
    ...(link !== null && { client_url: link, links: [{ href: link, text: 'Open in SAIMon' }] }),
    payload: {
      summary: headline(message).slice(0, LONGEST),
      source: message.labels['instance'] ?? message.labels['host'] ?? 'SAIMon',
      severity: SEVERITIES[message.severity],
      timestamp: new Date(message.startedAtMs).toISOString(),
      custom_details: {
        status: statusWord(message),
        anomalies: message.memberCount,
        labels: message.labels,
        text: messageLines(message),
      },
    },
  };
}
