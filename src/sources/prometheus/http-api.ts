import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { retry } from '../../base/retry.ts';
import { SourceError } from '../errors.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';

const BASE_WAIT_MS = 500;
const MAX_WAIT_MS = 10_000;
const LONGEST_SHOWN = 300;
const ERROR_ANSWER = z.object({ error: z.string() });

export interface ApiCall {
  /** Below `/api/v1/`, query included. */
  readonly path: string;
  readonly form?: URLSearchParams | undefined;
  /** What is asked, for messages: the expression, `metric names`. */
  readonly subject: string;
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RetryPolicy {
  readonly attempts: number;
  readonly clock: Clock;
}

/** The server is busy or away for a moment: asking again may help. */
class BusyError extends SourceError {
  readonly retryAfterMs: number | undefined;
  constructor(message: string, waitMs: number | undefined) {
    super('unreachable', message);
    this.retryAfterMs = waitMs;
  }
}

/**
 * A successful answer of the HTTP API, asked again with back-off while the server is busy or
 * away. Throws SourceError with one clear line, or the signal's reason.
 */
export async function askApi(
  client: HttpClient,
  call: ApiCall,
  { attempts, clock }: RetryPolicy,
): Promise<HttpAnswer> {
  return retry(
    async () => {
      const { path, form, timeoutMs, signal } = call;
      const answer = await client.send({ path: `api/v1/${path}`, form, timeoutMs, signal });
      if (answer.status !== 200) throw refusal(answer, call, { client, nowMs: clock.now() });
      return answer;
    },
    {
      attempts,
      clock,
      baseMs: BASE_WAIT_MS,
      maxMs: MAX_WAIT_MS,
      signal: call.signal,
      retryable: (error) => error instanceof SourceError && error.code === 'unreachable',
      askedWaitMs: (error) => (error instanceof BusyError ? error.retryAfterMs : undefined),
    },
  );
}

/** Texts of others on one line of bearable length. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)}…` : line;
}

function refusal(
  { status, headers, body }: HttpAnswer,
  { subject }: ApiCall,
  { client, nowMs }: { readonly client: HttpClient; readonly nowMs: number },
): SourceError {
  const what = `Cannot query ${oneLine(subject)} at ${client.shownUrl}:`;
  const said = serverError(body);
  const found = `status ${status}${said === '' ? '' : `, ${said}`}`;
  if (status === 401 || status === 403) {
    return new SourceError(
      'unauthorized',
      `${what} ${found}; check the token, the user and password or the headers`,
    );
  }
  if (status === 429 || status >= 500) {
    return new BusyError(
      `${what} ${found}; it is busy or failing, later may do`,
      askedWaitMs(headers['retry-after'], nowMs),
    );
  }
  if (status >= 400 && said !== '') return new SourceError('rejected', `${what} ${said}`);
  if (status >= 400) {
    return new SourceError(
      'rejected',
      `${what} ${found}; expected the address of a Prometheus-compatible API`,
    );
  }
  return new SourceError('bad_answer', `${what} ${found}; expected status 200, check the address`);
}

/** The `error` of a JSON answer, or '' where there is none. */
function serverError(body: Buffer): string {
  try {
    return oneLine(ERROR_ANSWER.parse(JSON.parse(body.toString('utf8', 0, 65_536))).error);
  } catch {
    return '';
  }
}

/** `Retry-After` is seconds or a date. */
function askedWaitMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
