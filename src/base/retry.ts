import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';

export interface RetryOptions {
  /** Tries in all, the first one included. */
  readonly attempts: number;
  /** Wait after the first failure; it doubles after each further one, up to `maxMs`. */
  readonly baseMs: number;
  readonly maxMs: number;
  /** Share of the wait that is random, 0..1, so that many who failed together do not return together. */
  readonly jitter?: number;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
  /** Whether trying again may help; every error is by default. */
  readonly retryable?: (error: unknown) => boolean;
  /** Shortest wait that the other side asked for (Retry-After), if it did. */
  readonly askedWaitMs?: (error: unknown) => number | undefined;
}

/**
 * The outcome of `work`, tried again with exponential back-off. Throws the last error, or the
 * signal's reason when it aborts while waiting. An abort during `work` is for `work` to notice.
 */
export async function retry<T>(
  work: (attempt: number) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const { attempts, signal, clock = systemClock, retryable = () => true } = options;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt >= attempts || signal?.aborted || !retryable(error)) throw error;
      await clock.sleep(waitMs(attempt, error, options), signal);
    }
  }
}

function waitMs(attempt: number, error: unknown, options: RetryOptions): number {
  const { baseMs, maxMs, jitter = 0.5, askedWaitMs } = options;
  const fullMs = Math.min(maxMs, baseMs * 2 ** (attempt - 1));
  const ownMs = fullMs * (1 - jitter * Math.random());
  return Math.max(ownMs, Math.min(maxMs, askedWaitMs?.(error) ?? 0));
}
