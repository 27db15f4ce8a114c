import { type Logger } from '../../base/logger.ts';
import { SourceError } from '../errors.ts';
import { HIGH_WORD, LOW_WORD, wordsOf } from '../float-words.ts';
import type { SampleReader } from '../promql/sample-reader.ts';
import { STALE_HIGH, STALE_LOW } from '../promql/staleness.ts';
import { type Exposition, findFamily } from './exposition.ts';
import { decodeHead } from './head-row.ts';
import type { HeldSeries } from './held-series.ts';
import { joinChunks } from './join-chunks.ts';
import type { RawMetricType, RawSampleStorage, SampleChunk, SampleHead } from './sample-storage.ts';
import { SampleWriter } from './sample-writer.ts';
import { SeriesIndex } from './series-index.ts';

export interface SampleCollectionOptions {
  readonly storage: RawSampleStorage;
  readonly logger: Logger;
  readonly retentionMs: number;
  /** Most series collected; further ones are left out with a warning. */
  readonly maxCollected: number;
}

/** The samples that the embedded collector took: the newest packed in memory, all in the database. */
export class SampleCollection implements SampleReader<HeldSeries> {
  readonly index = new SeriesIndex();
  readonly #storage: RawSampleStorage;
  readonly #logger: Logger;
  readonly #maxCollected: number;
  readonly #writer: SampleWriter;
  /** What each origin exposed last. */
  readonly #exposed = new Map<string, ReadonlySet<HeldSeries>>();
  #full = false;
  #steppedBack = false;

  constructor(options: SampleCollectionOptions) {
    this.#storage = options.storage;
    this.#logger = options.logger;
    this.#maxCollected = options.maxCollected;
    this.#writer = new SampleWriter(this.index, options);
  }

  /** Why nothing is written to the database at the moment. */
  get failure(): string | undefined {
    return this.#writer.failure;
  }

  /** Reads what earlier runs kept. */
  async load(): Promise<void> {
    const byId = new Map<number, HeldSeries>();
    for (const { id, lastSampleAtMs, metricType, ...row } of await this.#storage.listSeries()) {
      const series = this.index.add({ ...row, metricType: toMetricType(metricType) });
      series.id = id;
      series.lastMs = lastSampleAtMs ?? -Infinity;
      series.storedUntilMs = series.lastMs;
      series.evictedUntilMs = series.lastMs;
      byId.set(id, series);
    }
    for (const head of await this.#storage.loadHeads()) {
      this.#replay(head, byId);
      this.#writer.continueAfter(head.atMs);
    }
  }

  /**
   * Takes what `origin` exposed at a time into memory; flush() writes it. A series that the origin does
   * not expose any more ends. Samples not newer than the last one of their series are left out.
   */
  append(origin: string, timeMs: number, page: Exposition): void {
    const taken: HeldSeries[] = [];
    const values: number[] = [];
    const seen = new Set<HeldSeries>();
    let newestMs = -Infinity;
    for (const sample of page.samples) {
      const series = this.index.find(sample) ?? this.#add(sample, page);
      if (!series || seen.has(series)) continue;
      seen.add(series);
      newestMs = Math.max(newestMs, series.lastMs);
      if (!series.append(timeMs, sample.value)) continue;
      taken.push(series);
      values.push(sample.value);
    }
    const ended = [...(this.#exposed.get(origin) ?? [])].filter(
      (series) => !seen.has(series) && series.markStale(timeMs),
    );
    this.#exposed.set(origin, seen);
    this.#noteClock({ timeMs, newestMs, left: seen.size - taken.length });
    if (taken.length + ended.length === 0) return;
    this.#writer.add({
      timeMs,
      series: [...taken, ...ended],
      values: withStaleMarks(values, ended.length),
    });
  }

  /** Writes what waits to the database; never rejects, see `failure`. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  select(matchers: Parameters<SeriesIndex['select']>[0]): HeldSeries[] {
    return this.index.select(matchers);
  }

  async read(
    series: readonly HeldSeries[],
    { startMs, endMs, signal }: Parameters<SampleReader['read']>[1],
  ): ReturnType<SampleReader['read']> {
    // What is held is taken first: a chunk that is stored and let go meanwhile is then not missed.
    const held = series.map((one) => one.chunks());
    const stored = new Map<number, SampleChunk[]>();
    for (const chunk of await this.#readStored(series, { startMs, endMs })) {
      const same = stored.get(chunk.rawSeriesId) ?? [];
      same.push(chunk);
      stored.set(chunk.rawSeriesId, same);
    }
    signal?.throwIfAborted();
    return held.map((chunks, i) => {
      const heldFromMs = chunks[0]?.startMs ?? Infinity;
      const before = (stored.get(series[i]?.id ?? 0) ?? []).filter(
        (chunk) => chunk.startMs < heldFromMs,
      );
      return joinChunks([...before, ...chunks], { startMs, endMs, logger: this.#logger });
    });
  }

  async #readStored(
    series: readonly HeldSeries[],
    range: { readonly startMs: number; readonly endMs: number },
  ): Promise<readonly SampleChunk[]> {
    const ids = series
      .filter(({ evictedUntilMs }) => evictedUntilMs >= range.startMs)
      .flatMap(({ id }) => id ?? []);
    if (ids.length === 0) return [];
    try {
      return await this.#storage.readChunks(ids, range);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `Cannot read samples of ${ids.length} series: ${reason}; try again`;
      throw new SourceError('unreachable', message, { cause: error });
    }
  }

  #add(sample: Exposition['samples'][number], page: Exposition): HeldSeries | undefined {
    if (this.index.size < this.#maxCollected) {
      const family = findFamily(page.families, sample.name);
      const { name, labels } = sample;
      const { type: metricType = 'unknown', help = '' } = family ?? {};
      return this.index.add({ name, labels, metricType, help });
    }
    if (!this.#full) {
      this.#logger.warn(
        {},
        `Cannot collect ${sample.name}: there are ${this.#maxCollected} series, the most that are kept; scrape less`,
      );
    }
    this.#full = true;
    return undefined;
  }

  #replay({ atMs, bytes }: SampleHead, byId: ReadonlyMap<number, HeldSeries>): void {
    try {
      const { timeMs, seriesIds, values } = decodeHead(bytes);
      const words = wordsOf(values);
      seriesIds.forEach((id, i) => {
        const [high = 0, low = 0] = [words[2 * i + HIGH_WORD], words[2 * i + LOW_WORD]];
        byId.get(id)?.appendBits(timeMs, high, low);
      });
    } catch (error) {
      const at = new Date(atMs).toISOString();
      this.#logger.warn({ err: error }, `Cannot read the scrape of ${at}: left out`);
    }
  }

  #noteClock({ timeMs, newestMs, left }: { timeMs: number; newestMs: number; left: number }): void {
    if (left > 0 && !this.#steppedBack) {
      const [now, newest] = [timeMs, newestMs].map((ms) => new Date(ms).toISOString());
      this.#logger.warn(
        {},
        `Cannot keep samples of ${now}: there are some of ${newest}, the clock stepped back; left out until it is past that`,
      );
    }
    this.#steppedBack = left > 0;
  }
}

/** The values, and behind them as many marks. */
function withStaleMarks(values: readonly number[], marks: number): Float64Array {
  const all = new Float64Array(values.length + marks);
  all.set(values);
  const words = wordsOf(all);
  for (let i = values.length; i < all.length; i++) {
    words[2 * i + HIGH_WORD] = STALE_HIGH;
    words[2 * i + LOW_WORD] = STALE_LOW;
  }
  return all;
}

const TYPES: readonly RawMetricType[] = ['gauge', 'counter', 'histogram', 'summary'];

function toMetricType(text: string): RawMetricType {
  return TYPES.find((type) => type === text) ?? 'unknown';
}
