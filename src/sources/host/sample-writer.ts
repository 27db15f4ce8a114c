import type { Logger } from '../../base/logger.ts';
import { encodeHead } from './head-row.ts';
import { BLOCK_MS, type HeldChunk, type HeldSeries } from './held-series.ts';
import type { RawSampleStorage, SampleChunk } from './sample-storage.ts';
import type { SeriesIndex } from './series-index.ts';

/** Samples that wait to be written, about 30 MB; beyond, the oldest are only in memory. */
const MOST_WAITING_SAMPLES = 1_000_000;

/** A scrape that is in memory and shall be in the database: values by series. */
export interface TakenScrape {
  readonly timeMs: number;
  readonly series: readonly HeldSeries[];
  readonly values: Float64Array;
}

export interface SampleWriterOptions {
  readonly storage: RawSampleStorage;
  readonly logger: Logger;
  readonly retentionMs: number;
}

/**
 * Brings collected samples into the database: each scrape at once as a row of the head, all of a block
 * of two hours as chunks when it is over. What fails stays in memory and is tried again at the next call.
 */
export class SampleWriter {
  readonly #storage: RawSampleStorage;
  readonly #logger: Logger;
  readonly #retentionMs: number;
  readonly #index: SeriesIndex;
  #waiting: TakenScrape[] = [];
  #waitingSamples = 0;
  #lastRowMs = -Infinity;
  #newestMs = -Infinity;
  #sealedUntilMs = -Infinity;
  #failure: string | undefined;
  #flushing: Promise<void> | undefined;

  constructor(index: SeriesIndex, options: SampleWriterOptions) {
    this.#index = index;
    this.#storage = options.storage;
    this.#logger = options.logger;
    this.#retentionMs = options.retentionMs;
  }

  /** Why nothing is written at the moment. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** The head goes on after this row of an earlier run. */
  continueAfter(rowMs: number): void {
    this.#lastRowMs = rowMs;
  }

  add(scrape: TakenScrape): void {
    this.#newestMs = Math.max(this.#newestMs, scrape.timeMs);
    this.#waiting.push(scrape);
    this.#waitingSamples += scrape.values.length;
    while (this.#waitingSamples > MOST_WAITING_SAMPLES && this.#waiting.length > 1) {
      this.#waitingSamples -= this.#waiting.shift()?.values.length ?? 0;
    }
  }

  /** Writes what waits. Never rejects: what went wrong is said once, and once that it is over. */
  flush(): Promise<void> {
    this.#flushing ??= this.#writeAll().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async #writeAll(): Promise<void> {
    try {
      // Scrapes taken while chunks are written must not wait for the next flush: close() makes the last.
      while (this.#waiting.length > 0) {
        await this.#writeHeads();
        const cutMs = Math.floor(this.#newestMs / BLOCK_MS) * BLOCK_MS;
        if (cutMs > this.#sealedUntilMs) await this.#seal(cutMs);
      }
      if (this.#failure !== undefined) this.#logger.info({}, 'Writing samples works again');
      this.#failure = undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.#failure === undefined) {
        this.#logger.error(
          { err: error },
          `Cannot write samples: ${reason}; they stay in memory until it works again`,
        );
      }
      this.#failure = reason;
    }
  }

  async #writeHeads(): Promise<void> {
    for (let scrape = this.#waiting[0]; scrape; scrape = this.#waiting[0]) {
      await this.#ensureIds(scrape.series);
      const { timeMs, series, values } = scrape;
      // Scrapes of one millisecond must not take each other's place.
      const atMs = Math.max(timeMs, this.#lastRowMs + 1);
      const seriesIds = Uint32Array.from(series, ({ id = 0 }) => id);
      await this.#storage.appendHead({ atMs, bytes: encodeHead({ timeMs, seriesIds, values }) });
      this.#lastRowMs = atMs;
      if (this.#waiting[0] !== scrape) continue;
      this.#waiting.shift();
      this.#waitingSamples -= values.length;
    }
  }

  async #ensureIds(series: readonly HeldSeries[]): Promise<void> {
    const fresh = series.filter(({ id }) => id === undefined);
    if (fresh.length === 0) return;
    const rows = await this.#storage.ensureSeries(fresh);
    fresh.forEach((one, i) => {
      one.id = rows[i]?.id;
    });
  }

  /** A sample before the cut is in a chunk, so the head rows before it can go. */
  async #seal(cutMs: number): Promise<void> {
    const closed: { readonly series: HeldSeries; readonly chunk: HeldChunk }[] = [];
    for (const series of this.#index.all()) {
      for (const chunk of series.closeBefore(cutMs)) closed.push({ series, chunk });
    }
    await this.#ensureIds([...new Set(closed.map(({ series }) => series))]);
    const rows = closed.map(({ series: { id = 0 }, chunk }): SampleChunk => {
      const { startMs, endMs, samples, bytes } = chunk;
      return { rawSeriesId: id, startMs, endMs, samples, bytes };
    });
    await this.#storage.writeChunks(rows, { coveredUntilMs: cutMs - 1 });
    for (const { series, chunk } of closed) {
      chunk.stored = true;
      series.storedUntilMs = Math.max(series.storedUntilMs, chunk.endMs);
    }
    for (const series of this.#index.all()) series.evictBefore(cutMs - BLOCK_MS);
    await this.#forgetOld(cutMs - this.#retentionMs);
    this.#sealedUntilMs = cutMs;
  }

  async #forgetOld(beforeMs: number): Promise<void> {
    await this.#storage.deleteBefore(beforeMs);
    for (const series of this.#index.all()) {
      if (series.lastMs < beforeMs) this.#index.remove(series);
      // The database forgot it although it is back: it gets a new row with its next samples.
      else if (series.storedUntilMs < beforeMs) series.id = undefined;
    }
  }
}
