import type { Labels } from '../../core/labels.ts';

/** A `/metrics` page to collect, as a Prometheus scrape configuration has it. */
export interface ScrapeTarget {
  readonly url: string;
  readonly job: string;
  /** Added to every sample; `instance` defaults to host:port of the URL. */
  readonly labels?: Labels;
  readonly bearerToken?: string;
  readonly basicAuth?: { readonly username: string; readonly password: string };
  /** Default: the source's interval. */
  readonly intervalMs?: number;
  /** Default: 10 s, at most the interval. */
  readonly timeoutMs?: number;
}
