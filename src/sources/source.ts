import type { Labels } from '../core/labels.ts';
import type { Samples } from '../core/series.ts';

/** One series of an answer. Values missing at a step are simply absent from the columns. */
export interface SeriesSamples {
  readonly labels: Labels;
  readonly samples: Samples;
}

export interface RangeRequest {
  /** PromQL. */
  readonly expr: string;
  /** First and last evaluation time, inclusive, epoch milliseconds, multiples of `stepMs`. */
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly signal?: AbortSignal;
}

export interface RangeAnswer {
  readonly series: readonly SeriesSamples[];
  /** What the server warned of, as it said it. */
  readonly warnings: readonly string[];
}

/** A query worth watching that a source proposes. */
export interface QueryProposal {
  /** Alias: a metric name of ours, `node_cpu_busy`. */
  readonly alias: string;
  readonly expr: string;
  readonly metricType: 'gauge' | 'counter' | 'histogram' | 'summary' | 'unknown';
  readonly description: string;
  /** `percent`, `ratio`, `bytes`, `bytes/s`, `seconds`, `count/s`, ''. */
  readonly unit: string;
  readonly dataRange?: readonly [number, number];
  /** Deviation below which nothing is anomalous; a preset's word on what matters. */
  readonly minDeviation?: number;
}

export interface SourceHealth {
  readonly healthy: boolean;
  /** One line for people: version and address, or what failed. */
  readonly detail: string;
}

/** Where samples come from. Every method may throw SourceError. */
export interface Source {
  readonly kind: 'prometheus' | 'host' | 'simulated' | 'csv';
  /** Every returned label set is its own series. Refuses, by SourceError `too_many_series`, more than `maxSeries`. */
  queryRange(request: RangeRequest): Promise<RangeAnswer>;
  health(signal?: AbortSignal): Promise<SourceHealth>;
  /** The presets that match what the source holds. */
  presets(signal?: AbortSignal): Promise<QueryProposal[]>;
  /** Proposals for everything the source holds, by metric type. */
  discover(signal?: AbortSignal): Promise<QueryProposal[]>;
  close(): Promise<void>;
}
