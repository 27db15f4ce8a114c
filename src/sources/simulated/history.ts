import type { Labels } from '../../core/labels.ts';

export interface HistoryOptions {
  readonly seed: number;
  /** Same as the server's: the counters continue there. */
  readonly startMs: number;
  /** First sample; default two weeks before `startMs`, which is the end (exclusive). */
  readonly fromMs?: number;
  readonly stepMs?: number;
  readonly zone?: string;
  /** Added to every series, as a scrape would: `{ job: 'shop' }`. */
  readonly labels?: Labels;
}

/** The history as OpenMetrics text, line by line with line ends, for `promtool tsdb create-blocks-from openmetrics`. */
export function* historyLines(options: HistoryOptions): Generator<string> {
  yield `not yet ${options.seed}`;
}
