import type { Delivery, Notifier, Outcome } from './notifier.ts';

/** A channel that keeps what it is told and answers as a test wants. */
export class FakeNotifier implements Notifier {
  readonly wantsChart: boolean;
  resendEveryMs: number | null = null;
  /** In the order of arrival, whatever was answered. */
  readonly tried: Delivery[] = [];
  /** What was taken. */
  readonly taken: Delivery[] = [];
  answer: (delivery: Delivery, signal: AbortSignal) => Outcome | Promise<Outcome> = () => {
    return { kind: 'sent' };
  };

  constructor({ wantsChart = false }: { readonly wantsChart?: boolean } = {}) {
    this.wantsChart = wantsChart;
  }

  async send(delivery: Delivery, signal: AbortSignal): Promise<Outcome> {
    this.tried.push(delivery);
    const outcome = await this.answer(delivery, signal);
    if (outcome.kind === 'sent') this.taken.push(delivery);
    return outcome;
  }

  close(): void {}
}
