import type { Outcome } from './notifier.ts';

export interface Post {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** How much of the answer is read. */
  readonly longest?: number;
}

/** What came back: an answer, or why there is none. */
export type PostAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: string;
      readonly retryAfterMs: number | undefined;
    }
  | { readonly kind: 'failed'; readonly reason: string };

const LONGEST_ANSWER = 64 * 1024;
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name not found for now',
  EHOSTUNREACH: 'no route to the host',
  ETIMEDOUT: 'connection timed out',
  UND_ERR_SOCKET: 'connection closed',
  UND_ERR_CONNECT_TIMEOUT: 'connection timed out',
};

/** Sends one request and follows no redirect. What it says of a failure names the host alone: the rest of an address may be a secret. */
export async function post({
  url,
  method = 'POST',
  headers,
  body,
  signal,
  longest = LONGEST_ANSWER,
}: Post): Promise<PostAnswer> {
  const place = new URL(url);
  const { username, password } = place;
  place.username = '';
  place.password = '';
  const basic = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  try {
    const response = await fetch(place, {
      method,
      redirect: 'manual',
      headers: {
        'user-agent': 'SAIMon',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(username !== '' && { authorization: `Basic ${Buffer.from(basic).toString('base64')}` }),
        ...headers,
      },
      ...(body !== undefined && { body }),
      signal,
    });
    return {
      kind: 'answered',
      status: response.status,
      body: await startOf(response, longest),
      retryAfterMs: retryAfterMs(response.headers.get('retry-after'), Date.now()),
    };
  } catch (error) {
    const why = signal.aborted ? 'no answer in time' : reasonOf(error);
    return { kind: 'failed', reason: `Cannot reach ${hostOf(url)}: ${why}` };
  }
}

/** What an answer means for a message, and what would help. */
export function outcomeOf(answer: PostAnswer, { url }: { readonly url: string }): Outcome {
  if (answer.kind === 'failed') return answer;
  const { status, body, retryAfterMs: afterMs } = answer;
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const said = body.trim() === '' ? '' : `, ${excerpt(body, url)}`;
  const reason = `${hostOf(url)} refused it with ${status}${said}`;
  if (status >= 300 && status < 400)
    return {
      kind: 'refused',
      reason: `${hostOf(url)} sends elsewhere (${status}): redirects are not followed, give the final address`,
    };
  if (status >= 500 || status === 408 || status === 425 || status === 429)
    return { kind: 'failed', reason, retryAfterMs: afterMs };
  return { kind: 'refused', reason };
}

/** `https://hooks.slack.com`, of an address whose path may be a secret. */
export function hostOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** Retry-After in seconds or as a date; undefined when it is neither. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(header.trim())) return Number(header) * 1000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

/** The beginning of what was answered, on one line, without the address that was asked. */
export function excerpt(body: string, url: string): string {
  const { pathname, search } = new URL(url);
  let text = body.replaceAll(/\s+/g, ' ').trim();
  for (const secret of [pathname + search, pathname.slice(1)])
    if (secret.length > 3) text = text.replaceAll(secret, '…');
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

async function startOf(response: Response, longest: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true });
    if (text.length > longest) break;
  }
  return text;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const certificate = /CERT|SIGNATURE|TLS|SSL|ALTNAME/.test(code)
    ? `its certificate is not trusted (${code})`
    : undefined;
  return certificate ?? REASONS[code] ?? (code === '' ? 'no connection' : code);
}
