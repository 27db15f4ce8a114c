import { createNotifier } from '../notify/create-notifier.ts';
import type { Notifier } from '../notify/notifier.ts';
import type { Channel } from './channels.ts';

/** The notifier of a channel; of one whose settings cannot be read one that says so and leaves its messages waiting. */
export function notifierOf({ settings, problem }: Channel): Notifier {
  if (settings !== null) return createNotifier(settings);
  return {
    wantsChart: false,
    resendEveryMs: null,
    send: async () => ({ kind: 'failed', reason: problem ?? 'Its settings cannot be read' }),
    close() {},
  };
}
