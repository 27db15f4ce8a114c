import type { Series } from '../../contract/series.ts';
import type { CountedSeries } from '../../store/series-table.ts';
import { iso, isoOrNull } from './iso.ts';

/** A series and how far it is on its way to a trusted model of `minSamples` samples. */
export function seriesOf(row: CountedSeries, minSamples: number): Series {
  const awaited = row.state === 'warm-up' || row.state === 'learning';
  const missing = Math.max(0, minSamples - row.samplesSeen);
  return {
    id: row.id,
    metric_id: row.queryId,
    metric_name: row.metricName,
    query: row.expr,
    unit: row.unit,
    labels: row.labels,
    state: row.state,
    reason: row.reason,
    step_seconds: row.stepMs / 1000,
    samples_seen: row.samplesSeen,
    samples_needed: minSamples,
    progress: awaited ? Math.min(1, row.samplesSeen / minSamples) : 1,
    seconds_left: awaited ? (missing * row.stepMs) / 1000 : null,
    first_seen_at: iso(row.firstSeenAtMs),
    last_sample_at: isoOrNull(row.lastSampleAtMs),
    anomalies_7d: row.anomalies,
  };
}
