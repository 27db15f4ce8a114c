import type { Outcome } from '../notify/notifier.ts';
import type { Claimed, Settlement } from '../store/outbox.ts';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 300_000;
const LONGEST_ASKED_MS = 3_600_000;

export interface TryOptions {
  readonly outcome: Outcome;
  readonly nowMs: number;
  /** How often the channel is told again what goes on; null when it need not be. */
  readonly resendEveryMs: number | null;
  readonly retryForMs: number;
  /** 0 to 1: many that failed together do not come back together. */
  readonly chance: number;
}

/** What becomes of a message after a try: over, or another try later; twice as late each time, or as the channel asked. */
export function settlementOf(
  { attempts, createdAtMs }: Pick<Claimed, 'attempts' | 'createdAtMs'>,
  { outcome, nowMs, resendEveryMs, retryForMs, chance }: TryOptions,
): Settlement {
  if (outcome.kind === 'sent')
    return { ...outcome, resendAtMs: resendEveryMs === null ? null : nowMs + resendEveryMs };
  const { reason } = outcome;
  if (outcome.kind === 'refused') return { kind: 'failed', reason };
  const fullMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1));
  const atMs = nowMs + Math.max(fullMs * (1 - chance / 2), askedWaitMs(outcome));
  return atMs > createdAtMs + retryForMs
    ? { kind: 'failed', reason: `${reason}; given up after ${attempts} tries` }
    : { kind: 'again', reason, atMs };
}

/** How long a channel wants to be left alone; 0 when it did not say. */
export function askedWaitMs(outcome: Outcome): number {
  const askedMs = outcome.kind === 'failed' ? (outcome.retryAfterMs ?? 0) : 0;
  return Math.min(LONGEST_ASKED_MS, askedMs);
}
