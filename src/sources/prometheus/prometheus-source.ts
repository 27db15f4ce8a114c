import { type Clock, systemClock } from '../../base/clock.ts';
import { SourceError } from '../errors.ts';
import { rateWindowOf } from '../presets/preset.ts';
import { presetProposals } from '../presets/preset-proposals.ts';
import type { Source } from '../source.ts';
import type { PrometheusConnection } from './connection.ts';
import { askApi } from './http-api.ts';
import { createHttpClient } from './http-client.ts';
import { readMetadata, readMetricNames, readVersion } from './inventory.ts';
import { proposeQueries } from './propose.ts';
import { createRangeReader } from './range-reader.ts';
import { readAnswer } from './read-answer.ts';

export interface PrometheusSourceOptions extends PrometheusConnection {
  /** Most series an answer may hold (`reader.max_series`), default 10,000. */
  readonly maxSeries?: number | undefined;
  /** Distance of samples (`reader.sampling_period`), default 15 s; presets rate counters over four. */
  readonly samplingPeriodMs?: number | undefined;
  /** Tries in all when the server is busy or away, default 3. */
  readonly attempts?: number | undefined;
  readonly clock?: Clock | undefined;
}

const HEALTH_TIMEOUT_MS = 5000;

/** A source over the HTTP API of Prometheus, VictoriaMetrics, Thanos or Mimir. */
export function createPrometheusSource(options: PrometheusSourceOptions): Source {
  const { maxSeries = 10_000, samplingPeriodMs = 15_000, timeoutMs = 30_000 } = options;
  const policy = { attempts: options.attempts ?? 3, clock: options.clock ?? systemClock };
  const client = createHttpClient(options);
  const url = client.shownUrl;
  return {
    kind: 'prometheus',
    queryRange: createRangeReader(client, { ...policy, maxSeries, timeoutMs }),
    async health(signal) {
      const once = { ...policy, attempts: 1, signal };
      const call = {
        path: 'query?query=1',
        subject: '1',
        timeoutMs: Math.min(timeoutMs, HEALTH_TIMEOUT_MS),
        signal,
      };
      try {
        const { body } = await askApi(client, call, once);
        await readAnswer(body, { expr: '1', url, onSeries() {} });
        return { healthy: true, detail: `${await readVersion(client, once)} at ${url}` };
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof SourceError) return { healthy: false, detail: error.message };
        throw error;
      }
    },
    async presets(signal) {
      const names = await readMetricNames(client, { ...policy, signal });
      return presetProposals(names, samplingPeriodMs);
    },
    async discover(signal) {
      const [names, metadata] = await Promise.all([
        readMetricNames(client, { ...policy, signal }),
        readMetadata(client, { ...policy, signal }),
      ]);
      return proposeQueries(names, metadata, rateWindowOf(samplingPeriodMs));
    },
    async close() {
      client.close();
    },
  };
}
