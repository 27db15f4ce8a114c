import type { Labels } from '../../core/labels.ts';
import type { Samples } from '../../core/series.ts';
import type { LabelMatcher } from './label-matcher.ts';

export interface StoredSeries {
  readonly name: string;
  readonly labels: Labels;
}

/** A span of time, both ends included. */
export interface ReadRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What the evaluator asks of the collected samples. */
export interface SampleReader<Series extends StoredSeries = StoredSeries> {
  select(matchers: readonly LabelMatcher[]): readonly Series[] | Promise<readonly Series[]>;
  /** Samples of each series with `startMs <= time <= endMs`, in order of time; staleness marks included. */
  read(series: readonly Series[], range: ReadRange): Promise<readonly Samples[]>;
}
