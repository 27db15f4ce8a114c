import type { Episode } from '../anomalies/episode.ts';
import type { Frame } from '../frame.ts';
import type { SeriesPolicy } from '../model/policy.ts';

export interface BacktestOptions {
  /** Rows that are only learned; every later row is judged causally. */
  readonly learnRows: number;
  /** What differs from DEFAULT_POLICY; `stepMs` defaults to the median distance of the rows. */
  readonly policy?: Partial<SeriesPolicy>;
  /** Civil time of day of the nightly fit, milliseconds after midnight; default 02:00. */
  readonly fitAtMs?: number;
  readonly fitEveryMs?: number;
  readonly fitWindowMs?: number;
  readonly seed?: number;
}

/** One entry per row after the learned ones, in the order of the input. */
export interface BacktestRows {
  readonly value: Float64Array;
  readonly expected: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** 0..1. */
  readonly score: Float64Array;
  /** 1 from the row at which an episode was opened to its close. */
  readonly flag: Uint8Array;
  /** Index of the column that deviates most, for a frame of several columns. */
  readonly topColumn?: Uint16Array;
}

export interface BacktestResult {
  readonly rows: BacktestRows;
  readonly episodes: readonly Episode[];
}

/**
 * Replays a frame the way production would have met it: learn the first rows, then judge row by row with
 * nightly fits on the recent past. Several columns are one entity with one verdict.
 */
export declare function backtest(
  frame: Frame,
  options: BacktestOptions,
  onProgress?: (rowsDone: number) => void,
): BacktestResult;
