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

export interface RawSeries {
  readonly id: number;
  readonly name: string;
  readonly labels: Labels;
  readonly metricType: string;
  readonly help: string;
  /** Time of its newest sample in a chunk; null before the first chunk. */
  readonly lastSampleAtMs: number | null;
}

/** Samples of one series from `startMs` to `endMs`, both inclusive, packed by gorilla.ts. */
export interface SampleChunk {
  readonly rawSeriesId: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly samples: number;
  readonly bytes: Uint8Array;
}

/** One scrape not yet in chunks, packed by head-row.ts; `atMs` is its key. */
export interface SampleHead {
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

/**
 * Where the embedded collector keeps its samples. Implemented over the store; every method may throw,
 * and may be asked again with the same arguments, with the same outcome.
 */
export interface RawSampleStorage {
  listSeries(): Promise<readonly RawSeries[]>;
  /** Creates those that are not there (by name and labels) and answers all, in the order asked. */
  ensureSeries(series: readonly NewRawSeries[]): Promise<readonly RawSeries[]>;
  /** Keeps one scrape; one with the same `atMs` takes its place. */
  appendHead(head: SampleHead): Promise<void>;
  /** The scrapes that are in no chunk yet, oldest first. */
  loadHeads(): Promise<readonly SampleHead[]>;
  /**
   * In one transaction: writes the chunks (one of the same series and start is replaced), moves the
   * series' `lastSampleAtMs` forward and drops the heads with `atMs <= coveredUntilMs`.
   */
  writeChunks(
    chunks: readonly SampleChunk[],
    covered: { readonly coveredUntilMs: number },
  ): Promise<void>;
  /** Chunks of these series that reach into `startMs`..`endMs` (inclusive), by series and time. */
  readChunks(
    rawSeriesIds: readonly number[],
    range: { readonly startMs: number; readonly endMs: number },
  ): Promise<readonly SampleChunk[]>;
  /** Deletes chunks that ended before the time, and series that are left without any; says how many chunks. */
  deleteBefore(beforeMs: number): Promise<number>;
}
