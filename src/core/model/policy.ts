/** What is asked of one series: the query's policy, in the core's units. */
export interface SeriesPolicy {
  /** Nominal distance of two samples, milliseconds. */
  readonly stepMs: number;
  /** IANA time zone of the calendar the series lives by. */
  readonly zone: string;
  /** Civil days (since 1970-01-01, ascending) that are like a weekend, whatever their weekday: see `readCalendar`. */
  readonly restDays: readonly number[];
  readonly direction: 'both' | 'above_expected' | 'below_expected';
  /** Values the metric can take; the band is clipped to it. */
  readonly dataRange?: readonly [number, number];
  /** A deviation from expected smaller than this, in the metric's unit, is never an anomaly. */
  readonly minDeviation: number;
  /** The same as a share of the expected value. */
  readonly minRelativeDeviation: number;
  /** `auto`, or anomalous samples of the last ones: `{ count: 3, of: 5 }`. */
  readonly openAfter: 'auto' | { readonly count: number; readonly of: number };
  /** `auto`, or how many normal samples in a row close an episode. */
  readonly closeAfter: 'auto' | number;
  /**
   * What it is when the series stops sending: nothing, an anomaly as soon as its own past pauses say so, or as soon as it is
   * silent for so long.
   */
  readonly missing: 'ok' | 'anomaly' | { readonly afterMs: number };
  /** Robust standard deviations below which a jump is no evidence. */
  readonly zscoreThreshold: number;
  readonly trees: number;
  readonly treeSampleSize: number;
}

export const DEFAULT_POLICY: SeriesPolicy = {
  stepMs: 15_000,
  zone: 'UTC',
  restDays: [],
  direction: 'both',
  minDeviation: 0,
  minRelativeDeviation: 0,
  openAfter: 'auto',
  closeAfter: 'auto',
  missing: 'anomaly',
  zscoreThreshold: 3,
  trees: 100,
  treeSampleSize: 256,
};
