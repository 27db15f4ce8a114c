import type { Delivery } from '../notify/notifier.ts';
import type { Claimed } from '../store/outbox.ts';

/** A claimed message as a notifier takes it. */
export function deliveryOf(
  { id, dedupKey, channel, message, reference, attempts, createdAtMs }: Claimed,
  { externalUrl, nowMs }: { readonly externalUrl: string | null; readonly nowMs: number },
): Delivery {
  return {
    id: `${dedupKey}-${id}`,
    key: dedupKey,
    channel,
    message,
    reference,
    link:
      externalUrl === null
        ? null
        : `${externalUrl.replace(/\/+$/, '')}/incidents/${message.incidentId}`,
    nowMs,
    triedSinceMs: attempts > 1 ? createdAtMs : null,
  };
}
