import { UsageError } from './failure.ts';
import { readConfig, type SettingOptions } from './global-options.ts';

export interface ClientOptions extends SettingOptions {
  readonly url?: string;
}

/** Asks a running SAIMon. */
export interface ServerClient {
  readonly url: string;
  get<Body>(path: string): Promise<Body>;
  post<Body>(path: string): Promise<Body>;
}

const TIMEOUT_MS = 10_000;

/** A client of the SAIMon at `--url` or where the configuration says that it listens. */
export function createServerClient(options: ClientOptions): ServerClient {
  const url = options.url === undefined ? configuredUrl(options) : options.url.replace(/\/+$/, '');
  if (!URL.canParse(url))
    throw new UsageError(
      `Cannot use --url ${url}: expected an address such as http://127.0.0.1:8000`,
    );
  async function ask<Body>(method: 'GET' | 'POST', path: string): Promise<Body> {
    let response: Response;
    try {
      response = await fetch(`${url}${path}`, {
        method,
        headers: { accept: 'application/json' },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      throw new Error(
        `No SAIMon answers at ${url}: start one with "saimon serve", or say where it is with --url`,
        { cause: error },
      );
    }
    const body: unknown = await response.json().catch(() => undefined);
    if (!response.ok) {
      const reason = (body as { error?: unknown } | undefined)?.error ?? response.statusText;
      throw new Error(
        `${method} ${url}${path} was refused with ${response.status}: ${String(reason)}`,
      );
    }
    if (body === undefined)
      throw new Error(`No SAIMon answers at ${url}: what is there does not speak JSON`);
    return body as Body;
  }
  return { url, get: (path) => ask('GET', path), post: (path) => ask('POST', path) };
}

function configuredUrl(options: ClientOptions): string {
  const { addr, port } = readConfig(options).config.server;
  const host = addr === '0.0.0.0' || addr === '::' ? '127.0.0.1' : addr;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Everything a list of the API holds, page by page. */
export async function* pages<Row>(
  client: ServerClient,
  path: string,
  name: string,
): AsyncGenerator<Row[]> {
  const limit = 1000;
  for (let skip = 0; ; skip += limit) {
    const joint = path.includes('?') ? '&' : '?';
    const body = await client.get<Record<string, unknown>>(
      `${path}${joint}skip=${skip}&limit=${limit}`,
    );
    const rows = (body[name] ?? []) as Row[];
    yield rows;
    if (rows.length < limit) return;
  }
}
