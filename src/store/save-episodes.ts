import type { Queryable } from './database.ts';
import type { SavedEpisode, SeriesFindings } from './detection.ts';
import { isoTime, isoTimeOrNull, jsonNumber } from './parameters.ts';

/** Writes the episodes of a run: each is one row from its opening to its close. */
export async function saveEpisodes(
  tx: Queryable,
  detections: readonly SeriesFindings[],
): Promise<SavedEpisode[]> {
  const rows = detections.flatMap(({ seriesId, metricId, labels, episodes }) =>
    episodes.map((episode) => ({
      series_id: seriesId,
      kind: episode.kind,
      metric_id: metricId,
      labels,
      model_id: episode.modelId,
      model_version: episode.modelVersion,
      timestamp: isoTime(episode.timestampMs),
      value: jsonNumber(episode.value),
      expected_value: jsonNumber(episode.expected),
      lower: jsonNumber(episode.lower),
      upper: jsonNumber(episode.upper),
      deviation_ratio: jsonNumber(episode.ratio),
      anomaly_score: jsonNumber(episode.score),
      severity: episode.severity,
      confidence: jsonNumber(episode.confidence),
      direction: episode.direction,
      algorithm: episode.algorithm,
      explanation: episode.explanation,
      context: episode.context,
      status: episode.endedAtMs === null ? 'open' : 'closed',
      opened_at: isoTime(episode.openedAtMs),
      started_at: isoTime(episode.startedAtMs),
      last_at: isoTime(episode.lastAtMs),
      ended_at: isoTimeOrNull(episode.endedAtMs),
      quieted_by: episode.quieted?.ruleId ?? null,
      quiet_reason: episode.quieted?.reason ?? null,
    })),
  );
  if (rows.length === 0) return [];
  return tx.query<SavedEpisode>(upsertSql, [JSON.stringify(rows)]);
}

const written = `series_id, kind, metric_id, model_id, timestamp, value, expected_value, lower, upper,
  deviation_ratio, anomaly_score, severity, confidence, direction, algorithm, model_version,
  explanation, labels, context, status, opened_at, started_at, last_at, ended_at,
  quieted_by, quiet_reason`;

// What may still change while an episode is open; a person's verdict and the identity never do.
const growing = `model_id, timestamp, value, expected_value, lower, upper, deviation_ratio,
  anomaly_score, severity, confidence, direction, algorithm, model_version, explanation, context,
  status, started_at, last_at, ended_at`;

// What has been raised stays raised: a rule quiets what opens, and only for as long as it goes on doing so.
const stillQuiet = (column: string): string =>
  `${column} = case when anomalies.quieted_by is null then null else excluded.${column} end`;

const upsertSql = `insert into anomalies (${written})
  select ${written} from jsonb_populate_recordset(null::anomalies, $1::jsonb)
  where series_id in (select id from series) order by series_id, kind, opened_at
  on conflict (series_id, kind, opened_at) do update set updated_at = now(),
    ${stillQuiet('quieted_by')}, ${stillQuiet('quiet_reason')}, (${growing})
    = row(${growing
      .split(',')
      .map((column) => `excluded.${column.trim()}`)
      .join(', ')})
  returning id, series_id as "seriesId", kind, opened_at as "openedAtMs", xmax = 0 as "isNew",
    status = 'open' as open, quieted_by is not null as quieted`;
