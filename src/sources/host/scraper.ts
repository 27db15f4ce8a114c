import type { Logger } from '../../base/logger.ts';
import type { Labels } from '../../core/labels.ts';
import { SourceError } from '../errors.ts';
import { type Exposition, parseExposition } from './exposition.ts';
import type { ScrapeTarget } from './scrape-target.ts';

const TIMEOUT_MS = 10_000;
const LARGEST_BODY_BYTES = 32 * 1024 * 1024;
const ACCEPT =
  'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.9,*/*;q=0.1';

export interface ScraperOptions {
  readonly logger: Logger;
  readonly maxBodyBytes?: number;
}

/** Reads the `/metrics` page of one target. */
export class Scraper {
  readonly target: ScrapeTarget;
  readonly #url: URL;
  readonly #logger: Logger;
  readonly #maxBodyBytes: number;
  readonly #labels: Labels;
  /** fetch() refuses a user in the address, and says it with the password. */
  readonly #authOfUrl: ScrapeTarget['basicAuth'];
  #down: boolean | undefined;

  constructor(target: ScrapeTarget, { logger, maxBodyBytes = LARGEST_BODY_BYTES }: ScraperOptions) {
    this.target = target;
    this.#url = parseUrl(target.url);
    const { username, password } = this.#url;
    if (username !== '')
      this.#authOfUrl = {
        username: decodeURIComponent(username),
        password: decodeURIComponent(password),
      };
    this.#url.username = '';
    this.#url.password = '';
    this.#logger = logger;
    this.#maxBodyBytes = maxBodyBytes;
    this.#labels = { instance: this.#url.host, ...target.labels, job: target.job };
  }

  /** Undefined before the first scrape. */
  get down(): boolean | undefined {
    return this.#down;
  }

  /**
   * The samples with the target's labels, and `up`: 1, or 0 alone when the scrape failed. The target's
   * own label of such a name becomes `exported_…`. Says once that a target went down, once that it is back.
   */
  async scrape(signal?: AbortSignal): Promise<Exposition> {
    try {
      const page = parseExposition(await this.#fetch(signal));
      if (this.#down) this.#logger.info({}, `Scraping ${this.#where()} works again`);
      this.#down = false;
      const samples = page.samples.map((sample) => ({
        ...sample,
        labels: addLabels(sample.labels, this.#labels),
      }));
      samples.push({ name: 'up', labels: this.#labels, value: 1 });
      return { samples, families: withUp(page) };
    } catch (error) {
      signal?.throwIfAborted();
      if (!this.#down) this.#logger.warn({}, explain(this.#where(), error));
      this.#down = true;
      const samples = [{ name: 'up', labels: this.#labels, value: 0 }];
      return { samples, families: withUp({ samples, families: new Map() }) };
    }
  }

  async #fetch(signal: AbortSignal | undefined): Promise<string> {
    const { timeoutMs = TIMEOUT_MS, bearerToken, basicAuth = this.#authOfUrl } = this.target;
    const headers = new Headers({ accept: ACCEPT, 'accept-encoding': 'gzip' });
    if (bearerToken !== undefined) headers.set('authorization', `Bearer ${bearerToken}`);
    if (basicAuth) {
      const pair = Buffer.from(`${basicAuth.username}:${basicAuth.password}`);
      headers.set('authorization', `Basic ${pair.toString('base64')}`);
    }
    const timeout = AbortSignal.timeout(timeoutMs);
    const response = await fetch(this.#url, {
      headers,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new SourceError('bad_answer', `HTTP status ${response.status}, expected 200`);
    }
    return this.#readBody(response);
  }

  async #readBody(response: Response): Promise<string> {
    const decoder = new TextDecoder();
    let text = '';
    let bytes = 0;
    for await (const part of response.body ?? []) {
      bytes += part.byteLength;
      if (bytes > this.#maxBodyBytes) {
        throw new SourceError('bad_answer', `more than ${this.#maxBodyBytes} bytes of metrics`);
      }
      text += decoder.decode(part, { stream: true });
    }
    return text + decoder.decode();
  }

  /** The address without its query, which may hold a secret. */
  #where(): string {
    return `${this.#url.protocol}//${this.#url.host}${this.#url.pathname}`;
  }
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new RangeError(
    'Cannot scrape a target: its URL is no address such as http://host:9100/metrics',
  );
}

function addLabels(own: Labels, added: Labels): Labels {
  const labels: Record<string, string> = { ...own, ...added };
  for (const name of Object.keys(added)) {
    const before = own[name];
    if (before !== undefined) labels[`exported_${name}`] = before;
  }
  return labels;
}

function withUp({ families }: Exposition): Exposition['families'] {
  return new Map([
    ...families,
    ['up', { type: 'gauge', help: 'Whether the last scrape of the target worked' }],
  ]);
}

function explain(where: string, error: unknown): string {
  return `Cannot scrape ${where}: ${reasonOf(error)}; trying again at every interval`;
}

/** fetch() hides the reason of a failed connection in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  return error.cause instanceof Error ? error.cause.message : error.message;
}
