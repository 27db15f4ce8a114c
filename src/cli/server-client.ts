import * as z from 'zod';
import { UsageError } from './failure.ts';
import { readConfig, type SettingOptions } from './global-options.ts';

export interface ClientOptions extends SettingOptions {
  readonly url?: string;
}

/** Asks a running SAIMon. */
export interface ServerClient {
  readonly url: string;
  get<Body>(path: string, schema: z.ZodType<Body>): Promise<Body>;
  post<Body>(path: string, schema: z.ZodType<Body>): Promise<Body>;
  send<Body>(request: ServerRequest, schema: z.ZodType<Body>): Promise<Body>;
  /** What is no JSON, such as a page. */
  text(path: string): Promise<string>;
}

export interface ServerRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object;
}

/** Longer than the test of a channel may take, as it is configured usually. */
const TIMEOUT_MS = 15_000;
const Refusal = z.object({ error: z.string() });

/** A client of the SAIMon at `--url` or where the configuration says that it listens. */
export function createServerClient(options: ClientOptions): ServerClient {
  const url = options.url === undefined ? configuredUrl(options) : options.url.replace(/\/+$/, '');
  if (!URL.canParse(url)) {
    throw new UsageError(
      `Cannot use --url ${url}: expected an address such as http://127.0.0.1:8000`,
    );
  }
  const send: ServerClient['send'] = async (request, schema) =>
    read(await ask(url, request), schema);
  return {
    url,
    get: (path, schema) => send({ method: 'GET', path }, schema),
    post: (path, schema) => send({ method: 'POST', path }, schema),
    send,
    text: async (path) => {
      const response = await ask(url, { method: 'GET', path });
      return response.ok
        ? response.text()
        : refused(response, await response.json().catch(() => undefined));
    },
  };
}

/** Who asks, as a part of a query. */
export function userQuery(): string {
  return `user=${encodeURIComponent(process.env['USER'] || 'system')}`;
}

/** An id as the command line has it; `list` is the command that shows them. */
export function idOf(text: string, list: string): number {
  const id = Number(text);
  if (Number.isInteger(id) && id > 0) return id;
  throw new UsageError(`Cannot use ${text}: expected an id, see "${list}"`);
}

async function ask(url: string, { method, path, body }: ServerRequest): Promise<Response> {
  try {
    return await fetch(`${url}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        'user-agent': 'saimon-cli',
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw new Error(
      `No SAIMon answers at ${new URL(url).origin}: start one with "saimon serve", or say where it is with --url`,
      { cause: error },
    );
  }
}

async function read<Body>(response: Response, schema: z.ZodType<Body>): Promise<Body> {
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) refused(response, body);
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    throw new Error(
      `Cannot ask ${response.url}: what answers there is no SAIMon of this version, say where it is with --url`,
    );
  }
  return parsed.data;
}

function refused(response: Response, body: unknown): never {
  const reason = Refusal.safeParse(body).data?.error ?? response.statusText;
  throw new Error(`Cannot ask ${response.url}: refused with ${response.status}, ${reason}`);
}

function configuredUrl(options: ClientOptions): string {
  const { addr, port } = readConfig(options).config.server;
  const host = addr === '0.0.0.0' || addr === '::' ? '127.0.0.1' : addr;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Everything that a list of the API holds, page by page: `rows` takes them from the list's schema. */
export async function* pages<Body, Row>(
  load: (part: string) => Promise<Body>,
  rows: (body: Body) => readonly Row[],
): AsyncGenerator<readonly Row[]> {
  const limit = 1000;
  for (let skip = 0; ; skip += limit) {
    const page = rows(await load(`skip=${skip}&limit=${limit}`));
    yield page;
    if (page.length < limit) return;
  }
}

/** The same, all at once. */
export async function everyRow<Body, Row>(
  load: (part: string) => Promise<Body>,
  rows: (body: Body) => readonly Row[],
): Promise<Row[]> {
  const all: Row[] = [];
  for await (const page of pages(load, rows)) all.push(...page);
  return all;
}
