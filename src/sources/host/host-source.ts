import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Source } from '../source.ts';
import type { RawSampleStorage } from './sample-storage.ts';
import type { ScrapeTarget } from './scrape-target.ts';

export interface HostSourceOptions {
  readonly storage: RawSampleStorage;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often samples are taken (`sampling_period`), default 15 s. */
  readonly intervalMs?: number;
  /** How long samples are kept (`storage.retention.samples`), default 14 days. */
  readonly retentionMs?: number;
  readonly targets?: readonly ScrapeTarget[];
  /** False collects the targets only. */
  readonly watchHost?: boolean;
  /** Value of the label `instance` of this machine's samples, default its host name. */
  readonly instance?: string;
  /** Root of the proc file system, default `/proc`. */
  readonly procRoot?: string;
  /** Most series an answer may hold, default 20,000. */
  readonly maxSeries?: number;
}

export interface HostSource extends Source {
  readonly kind: 'host';
  /** Loads what was kept, takes the first samples and goes on until close(). */
  start(): Promise<void>;
}

/** Watches this machine and any `/metrics` targets with nothing else installed, and answers PromQL over what it kept. */
export function createHostSource(_options: HostSourceOptions): HostSource {
  throw new Error('not yet');
}
