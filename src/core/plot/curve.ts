import type { Severity } from '../anomalies/severity.ts';
import type { Range } from './ticks.ts';

/** An anomaly as it is drawn, times in epoch milliseconds. */
export interface Shade {
  readonly startMs: number;
  readonly endMs: number;
  readonly severity: Severity;
  /** Shown where the pointer rests on it, and read to those who do not see it. */
  readonly sentence: string;
}

/** A declared event. */
export interface Mark {
  readonly timeMs: number;
  readonly text: string;
}

/** One series to be drawn: columns of equal length, NaN where there is no value, expected value or band. */
export interface Curve {
  readonly title: string;
  readonly subtitle: string;
  /** As `formatValue` knows it: `ratio`, `bytes`, `seconds` …; empty for a bare number. */
  readonly unit: string;
  /** IANA zone of the axis. */
  readonly zone: string;
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly expected: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly stepMs: number;
  /** What is before it was only learned. */
  readonly judgedFromMs: number;
  /** What is shown, epoch milliseconds. */
  readonly range: Range;
  readonly shades: readonly Shade[];
  readonly marks: readonly Mark[];
}
