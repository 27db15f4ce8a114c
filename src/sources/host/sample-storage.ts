import type { Labels } from '../../core/labels.ts';

export type RawMetricType = 'gauge' | 'counter' | 'histogram' | 'summary' | 'unknown';

/** A series as it was exposed: `name` is its `__name__`, which `labels` do not hold. */
export interface NewRawSeries {
  readonly name: string;
  readonly labels: Labels;
  /** Type of the family: of `x` also for `x_bucket`, `x_sum` and `x_count`. */
  readonly metricType: RawMetricType;
  readonly help: string;
}

export interface RawSeries extends NewRawSeries {
  readonly id: number;
  /** Time of its newest sample in a chunk; undefined before the first chunk. */
  readonly lastSampleMs?: number;
}

/** Samples of one series from `startMs` to `endMs`, both inclusive, packed by gorilla.ts. */
export interface SampleChunk {
  readonly seriesId: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly samples: number;
  readonly data: Uint8Array;
}

/** One scrape not yet in chunks, packed by head-row.ts; `atMs` is its key. */
export interface HeadRow {
  readonly atMs: number;
  readonly data: Uint8Array;
}

/**
 * Where the embedded collector keeps its samples. Implemented by the store; every method may throw, and
 * may be asked again with the same arguments, with the same outcome.
 */
export interface RawSampleStorage {
  listSeries(): Promise<readonly RawSeries[]>;
  /** Creates those that are not there (by name and labels) and answers all, in the order asked. */
  ensureSeries(series: readonly NewRawSeries[]): Promise<readonly RawSeries[]>;
  /** Writes rows of the head; a row at the same time is replaced. */
  appendHead(rows: readonly HeadRow[]): Promise<void>;
  /** All rows of the head, oldest first. */
  loadHead(): Promise<readonly HeadRow[]>;
  /**
   * In one transaction: writes the chunks (one of the same series and start is replaced), moves the
   * series' `lastSampleMs` forward and drops the head rows with `atMs < headBeforeMs`.
   */
  seal(chunks: readonly SampleChunk[], headBeforeMs: number): Promise<void>;
  /** Chunks of these series that touch `startMs`..`endMs` (inclusive), by series, oldest first. */
  readChunks(
    seriesIds: readonly number[],
    range: { readonly startMs: number; readonly endMs: number },
  ): Promise<readonly SampleChunk[]>;
  /** Deletes chunks that end before `timeMs` and series that have no chunk left and `lastSampleMs` before it. */
  deleteBefore(timeMs: number): Promise<void>;
}
