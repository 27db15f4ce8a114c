import type { Severity } from '../core/anomalies/severity.ts';
import { headline, messageLines } from './message-text.ts';
import type { Notifier } from './notifier.ts';
import { outcomeOf, post } from './post.ts';

export interface NtfySettings {
  readonly url: string;
  readonly topic: string;
  readonly token?: string | undefined;
}

const PRIORITIES: Readonly<Record<Severity, number>> = { low: 2, medium: 3, high: 4, critical: 5 };

/** A push message through ntfy, published as JSON. */
export function createNtfy({ url, topic, token }: NtfySettings): Notifier {
  return {
    wantsChart: false,
    resendEveryMs: null,
    async send({ id, message, link }, signal) {
      const isOver = message.kind === 'resolved';
      const body = JSON.stringify({
        topic,
        // Told again it takes the place of the first one, from ntfy 2.16 on.
        sequence_id: id,
        title: headline(message),
        message: messageLines(message).join('\n') || message.title,
        priority: isOver ? PRIORITIES.low : PRIORITIES[message.severity],
        tags: [isOver ? 'white_check_mark' : 'rotating_light'],
        ...(link !== null && { click: link }),
      });
      const headers = { ...(token && { authorization: `Bearer ${token}` }) };
      return outcomeOf(await post({ url, headers, body, signal }), { url });
    },
    close() {},
  };
}
