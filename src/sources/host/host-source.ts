import type { Clock } from '../../base/clock.ts';
import { formatDuration } from '../../base/duration.ts';
import type { Logger } from '../../base/logger.ts';
import { SourceError } from '../errors.ts';
import { rateWindowOf } from '../presets/preset.ts';
import { presetProposals } from '../presets/preset-proposals.ts';
import { type MetricMetadata, proposeQueries } from '../prometheus/propose.ts';
import { evaluateRange } from '../promql/evaluate.ts';
import { parseExpression } from '../promql/parse-expression.ts';
import { selectorsOf } from '../promql/selectors-of.ts';
import type { QueryProposal, RangeAnswer, RangeRequest, Source, SourceHealth } from '../source.ts';
import type { HeldSeries } from './held-series.ts';
import type { Origin } from './origin.ts';
import { ProcReader } from './proc-reader.ts';
import { SampleCollection } from './sample-collection.ts';
import type { RawSampleStorage } from './sample-storage.ts';
import type { ScrapeTarget } from './scrape-target.ts';
import { Scraper } from './scraper.ts';

const INTERVAL_MS = 15_000;
const SCRAPE_TIMEOUT_MS = 10_000;
const RETENTION_MS = 14 * 86_400_000;
const MOST_SERIES = 10_000;
/** About 3 kB each in memory. */
const MOST_COLLECTED = 50_000;
/** Samples so near to a whole interval are dated at it: regular times pack into a bit each. */
const NEAR_RATIO = 0.01;

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
  /** Most series in an answer (`reader.max_series`), default 10,000. */
  readonly maxSeries?: number;
  /** Most series collected, default 50,000; further ones are left out with a warning. */
  readonly maxCollected?: number;
}

export interface HostSource extends Source {
  readonly kind: 'host';
  /** Loads what was kept, takes the first samples and goes on until close(). Rejects when nothing can be loaded. */
  start(): Promise<void>;
}

/** Watches this machine and any `/metrics` targets with nothing else installed, and answers PromQL over what it kept. */
export function createHostSource(options: HostSourceOptions): HostSource {
  return new CollectingSource(options);
}

class CollectingSource implements HostSource {
  readonly kind = 'host';
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #intervalMs: number;
  readonly #maxSeries: number;
  readonly #collection: SampleCollection;
  readonly #scrapers: readonly Scraper[];
  readonly #origins: readonly Origin[];
  readonly #instance: string | undefined;
  readonly #stop = new AbortController();
  #loops: readonly Promise<void>[] = [];

  constructor(options: HostSourceOptions) {
    const { storage, clock, logger, targets = [], intervalMs = INTERVAL_MS } = options;
    const {
      retentionMs = RETENTION_MS,
      maxSeries = MOST_SERIES,
      maxCollected = MOST_COLLECTED,
    } = options;
    this.#clock = clock;
    this.#logger = logger;
    this.#intervalMs = intervalMs;
    this.#maxSeries = maxSeries;
    this.#collection = new SampleCollection({ storage, logger, retentionMs, maxCollected });
    this.#scrapers = targets.map((target) => {
      const every = target.intervalMs ?? intervalMs;
      const timeoutMs = Math.min(target.timeoutMs ?? SCRAPE_TIMEOUT_MS, every);
      return new Scraper({ ...target, intervalMs: every, timeoutMs }, { logger });
    });
    const reader = options.watchHost === false ? undefined : new ProcReader(options);
    this.#instance = reader?.instance;
    this.#origins = [
      ...(reader ? [{ name: 'host', intervalMs, take: () => reader.read() }] : []),
      ...this.#scrapers.map((scraper, i) => ({
        name: `target ${i}`,
        intervalMs: scraper.target.intervalMs ?? intervalMs,
        take: (signal: AbortSignal) => scraper.scrape(signal),
      })),
    ];
  }

  async start(): Promise<void> {
    await this.#collection.load();
    await Promise.all(this.#origins.map((origin) => this.#take(origin)));
    await this.#collection.flush();
    this.#loops = this.#origins.map((origin) => this.#watch(origin));
  }

  async queryRange(request: RangeRequest): Promise<RangeAnswer> {
    const series = await evaluateRange(this.#collection, request);
    if (series.length > this.#maxSeries) {
      throw new SourceError(
        'too_many_series',
        `Cannot watch ${request.expr}: it gives ${series.length} series, at most ${this.#maxSeries} are allowed; aggregate it or raise reader.max_series`,
      );
    }
    return { series, warnings: [] };
  }

  health(): Promise<SourceHealth> {
    const down = this.#scrapers.filter((scraper) => scraper.down).length;
    const { failure, index } = this.#collection;
    const parts = [
      `Watching ${this.#instance ?? `${this.#scrapers.length} targets`}: ${index.size} series`,
    ];
    if (this.#instance !== undefined && this.#scrapers.length > 0) {
      parts.push(`${this.#scrapers.length - down} of ${this.#scrapers.length} targets up`);
    } else if (down > 0) parts.push(`${down} down`);
    if (failure !== undefined) parts.push(`samples are only in memory: ${failure}`);
    return Promise.resolve({ healthy: failure === undefined, detail: parts.join(', ') });
  }

  presets(): Promise<QueryProposal[]> {
    const metrics = new Set(this.#collection.index.names());
    const held = presetProposals(metrics, this.#intervalMs).filter(({ expr }) =>
      selectorsOf(parseExpression(expr)).every(
        (matchers) => this.#collection.select(matchers).length > 0,
      ),
    );
    return Promise.resolve(held);
  }

  discover(): Promise<QueryProposal[]> {
    const { index } = this.#collection;
    const rateWindow = rateWindowOf(this.#intervalMs);
    return Promise.resolve(proposeQueries(index.names(), metadataOf(index.all()), rateWindow));
  }

  /** Stops and writes the last scrapes; a chunk is only made of whole blocks. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
    await this.#collection.flush();
  }

  async #watch(origin: Origin): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const now = this.#clock.now();
      const nextMs = (Math.floor(now / origin.intervalMs) + 1) * origin.intervalMs;
      await this.#clock.sleep(nextMs - now, signal);
      if (!signal.aborted) await this.#take(origin);
    }
  }

  /** Never rejects: the next turn may work. The database is not waited for. */
  async #take({ name, intervalMs, take }: Origin): Promise<void> {
    const timeMs = nearGrid(this.#clock.now(), intervalMs);
    try {
      this.#collection.append(name, timeMs, await take(this.#stop.signal));
      void this.#collection.flush();
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const every = formatDuration(intervalMs);
      this.#logger.error({ err: error }, `Cannot collect from ${name}; trying again in ${every}`);
    }
  }
}

/** The nearest multiple of the interval when it is very near. */
function nearGrid(timeMs: number, intervalMs: number): number {
  const onGrid = Math.round(timeMs / intervalMs) * intervalMs;
  return Math.abs(timeMs - onGrid) <= intervalMs * NEAR_RATIO ? onGrid : timeMs;
}

/** By family, as pages have it: `x` for `x_bucket`. */
function metadataOf(series: Iterable<HeldSeries>): Map<string, MetricMetadata> {
  const metadata = new Map<string, MetricMetadata>();
  for (const { name, metricType, help } of series) {
    const isPart = metricType === 'histogram' || metricType === 'summary';
    const family = isPart ? name.replace(/_(?:bucket|sum|count)$/, '') : name;
    metadata.set(family, { type: metricType, help });
  }
  return metadata;
}
