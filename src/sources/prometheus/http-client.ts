import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { formatDuration } from '../../base/duration.ts';
import { SourceError } from '../errors.ts';
import type { PrometheusConnection } from './connection.ts';

/** Longest answer taken, unpacked: 1 GiB is about 40 million samples. */
const MAX_ANSWER_BYTES = 2 ** 30;
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name not found for now',
  EHOSTUNREACH: 'no route to the host',
  ETIMEDOUT: 'connection timed out',
};

export interface HttpRequest {
  /** Below the address, without a leading slash, query included. */
  readonly path: string;
  /** Sent as a POST; without it the request is a GET. */
  readonly form?: URLSearchParams | undefined;
  /** The same of any bytes; the path is empty where the address is the whole of it. */
  readonly body?: {
    readonly bytes: Uint8Array;
    readonly headers: Readonly<Record<string, string>>;
  };
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpClient {
  /** The address without user and password. */
  readonly shownUrl: string;
  /** One try. Throws SourceError `unreachable`, `timeout` or `bad_answer`, or the signal's reason. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

export function createHttpClient(connection: PrometheusConnection): HttpClient {
  const base = new URL(connection.url);
  const headers = { ...requestHeaders(base, connection), ...connection.headers };
  base.username = '';
  base.password = '';
  base.hash = '';
  const whole = new URL(base);
  base.search = '';
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const shownUrl = base.href.slice(0, -1);
  const { agent, request } = transport(base, connection);

  async function send({
    path,
    form,
    body: given,
    timeoutMs,
    signal,
  }: HttpRequest): Promise<HttpAnswer> {
    signal?.throwIfAborted();
    const limitMs = timeoutMs ?? connection.timeoutMs ?? 30_000;
    const abort = new AbortController();
    const forward = () => abort.abort();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      abort.abort();
    }, limitMs);
    signal?.addEventListener('abort', forward, { once: true });
    try {
      const body = given?.bytes ?? form?.toString();
      const outgoing = request(path === '' ? whole : new URL(path, base), {
        agent,
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          ...headers,
          ...(form && { 'Content-Type': 'application/x-www-form-urlencoded' }),
          ...given?.headers,
        },
        signal: abort.signal,
      });
      const response = new Promise<IncomingMessage>((resolve, reject) => {
        outgoing.once('response', resolve);
        // Stays for the whole life of the request: an error without a listener ends the process.
        outgoing.on('error', reject);
      });
      outgoing.end(body);
      const incoming = await response;
      return {
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        body: await readBody(incoming, shownUrl),
      };
    } catch (error) {
      signal?.throwIfAborted();
      if (late) throw timedOut(shownUrl, limitMs);
      throw error instanceof SourceError ? error : unreachable(shownUrl, error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', forward);
    }
  }
  return { shownUrl, send, close: () => agent.destroy() };
}

function transport(base: URL, { tls = {} }: PrometheusConnection) {
  if (base.protocol === 'http:') {
    return { agent: new http.Agent({ keepAlive: true }), request: http.request };
  }
  if (base.protocol !== 'https:') {
    throw new RangeError(
      `Cannot read metrics from an address of ${base.protocol} expected http: or https:`,
    );
  }
  const agent = new https.Agent({
    keepAlive: true,
    ca: tls.ca,
    cert: tls.cert,
    key: tls.key,
    rejectUnauthorized: tls.insecureSkipVerify !== true,
    ...(tls.serverName !== undefined && { servername: tls.serverName }),
  });
  return { agent, request: https.request };
}

function requestHeaders(base: URL, connection: PrometheusConnection): Record<string, string> {
  const headers: Record<string, string> = {
    Accept: 'application/json',
    // On this machine packing costs more than it saves.
    'Accept-Encoding': LOOPBACK.test(base.hostname) ? 'identity' : 'gzip',
  };
  const username = decodeURIComponent(base.username);
  const basicAuth =
    connection.basicAuth ??
    (username === '' ? undefined : { username, password: decodeURIComponent(base.password) });
  if (connection.bearerToken !== undefined) {
    headers['Authorization'] = `Bearer ${connection.bearerToken}`;
  } else if (basicAuth) {
    const pair = Buffer.from(`${basicAuth.username}:${basicAuth.password}`);
    headers['Authorization'] = `Basic ${pair.toString('base64')}`;
  }
  return headers;
}

async function readBody(response: IncomingMessage, shownUrl: string): Promise<Buffer> {
  const packed = response.headers['content-encoding'] === 'gzip';
  // The error, if any, comes out of the stream that is read.
  const body: Readable = packed ? pipeline(response, createGunzip(), () => {}) : response;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of body) {
    if (!Buffer.isBuffer(part)) continue;
    parts.push(part);
    length += part.length;
    if (length > MAX_ANSWER_BYTES) {
      throw new SourceError(
        'bad_answer',
        `Cannot read the answer of ${shownUrl}: longer than 1 GiB; a query with fewer series would do`,
      );
    }
  }
  return Buffer.concat(parts, length);
}

function timedOut(shownUrl: string, timeoutMs: number): SourceError {
  return new SourceError(
    'timeout',
    `Cannot query ${shownUrl}: no full answer within ${formatDuration(timeoutMs)}; a longer reader.timeout or a lighter query would do`,
  );
}

function unreachable(shownUrl: string, cause: unknown): SourceError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  // Where several addresses were tried, the error has a code and no text.
  const reason = REASONS[code] ?? ((cause instanceof Error && cause.message) || code);
  const remedy = /CERT|SIGNATURE|TLS|SSL/.test(code)
    ? 'check reader.tls'
    : 'check the address and that the server runs';
  return new SourceError('unreachable', `Cannot reach ${shownUrl}: ${reason}; ${remedy}`, {
    cause,
  });
}
