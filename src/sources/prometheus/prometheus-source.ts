import type { Clock } from '../../base/clock.ts';
import type { Source } from '../source.ts';
import type { PrometheusConnection } from './connection.ts';

export interface PrometheusSourceOptions extends PrometheusConnection {
  /** Most series an answer may hold (`reader.max_series`), default 10,000. */
  readonly maxSeries?: number | undefined;
  /** Distance of samples (`reader.sampling_period`), default 15 s; presets rate counters over four. */
  readonly samplingPeriodMs?: number | undefined;
  /** Tries in all when the server is busy or away, default 3. */
  readonly attempts?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** A source over the HTTP API of Prometheus, VictoriaMetrics, Thanos or Mimir. */
export function createPrometheusSource(_options: PrometheusSourceOptions): Source {
  throw new Error('not yet');
}
