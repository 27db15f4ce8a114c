import type { Explanation } from '../../contract/explanation.ts';
import type { Direction, DriftReport } from '../../core/anomalies/episode.ts';
import { combinationHeadline } from '../../core/anomalies/explain-combination.ts';
import { headline } from '../../core/anomalies/headline.ts';
import type { StoredAnomaly } from '../../store/anomalies-table.ts';
import { explanationText, quietedByOf } from './anomaly.ts';
import { iso, isoOrNull } from './iso.ts';
import { type KeptContext, keptContext } from './kept-context.ts';

/** All that is known of why an anomaly is one. */
export function explanationOf(row: StoredAnomaly, rules: Explanation['rules']): Explanation {
  const kept = keptContext(row.context);
  const { value, lower, upper } = row;
  const expected = known(row.expectedValue);
  return {
    anomaly_id: row.id,
    kind: row.kind,
    status: row.status,
    metric_name: row.metricName,
    labels: row.labels,
    unit: kept.unit,
    sentence: sentenceOf(row, kept),
    explanation: explanationText(row),
    quieted_by: quietedByOf(row),
    rules,
    value: known(value),
    expected,
    deviation: expected === null ? null : known(value - expected),
    normal_would_be:
      known(lower) === null && known(upper) === null ? null : [known(lower), known(upper)],
    direction: row.direction,
    deviation_ratio: known(row.deviationRatio),
    score: known(row.anomalyScore),
    severity: row.severity,
    confidence: known(row.confidence),
    started_at: iso(row.startedAtMs),
    opened_at: iso(row.openedAtMs),
    peak_at: iso(row.timestampMs),
    ended_at: isoOrNull(row.endedAtMs),
    found_after_seconds: Math.max(0, (row.createdAtMs - row.openedAtMs) / 1000),
    contributions: kept.contributions ?? [],
    detectors: kept.detectors,
    past_weeks: kept.past_weeks ?? [],
    training: kept.training ?? null,
    trained_at: kept.trained_at,
    models: kept.models,
    data_quality: kept.data_quality ?? null,
    events: kept.events,
    maintenance: kept.maintenance,
    drift: kept.drift,
    standstill: standstillOf(kept),
    missing: missingOf(row, kept),
  };
}

/** The sentence on top, of what is stored: it can be told of an old anomaly too, and of one that another program found. */
export function sentenceOf(row: StoredAnomaly, kept: KeptContext): string {
  const { value, expectedValue, timestampMs, deviationRatio } = row;
  const drift = reportOf(kept);
  const standstill = standstillOf(kept);
  const told = {
    kind: row.kind,
    startedAtMs: row.startedAtMs,
    lastAtMs: row.lastAtMs,
    endedAtMs: row.endedAtMs ?? Number.NaN,
    open: row.status === 'open',
    direction: directionOf(row),
    peak: {
      timeMs: timestampMs,
      value,
      expected: expectedValue,
      lower: row.lower ?? Number.NaN,
      upper: row.upper ?? Number.NaN,
      ratio: deviationRatio,
    },
    contributions: kept.contributions,
    ...(kept.ending && { ending: kept.ending }),
    ...(drift && { drift }),
    ...(standstill && {
      standstill: {
        sinceMs: Date.parse(standstill.since),
        longestMs: 1000 * standstill.longest_before_seconds,
      },
    }),
  };
  const { contributions: parts = [], zone } = kept;
  if (row.kind === 'combination' && parts.length > 0) {
    return combinationHeadline(told, { entity: row.labels, parts, zone });
  }
  return headline(told, {
    metric: row.metricName ?? 'A metric',
    unit: kept.unit,
    labels: row.labels,
    zone,
  });
}

function directionOf({ direction, value, expectedValue }: StoredAnomaly): Direction {
  if (direction === 'above' || direction === 'below' || direction === 'shape') return direction;
  return value < expectedValue ? 'below' : 'above';
}

function reportOf({ drift }: KeptContext): DriftReport | undefined {
  if (drift === null) return undefined;
  const { since, per_day: perDay, per_day_error: perDayError, reaches } = drift;
  return {
    sinceMs: Date.parse(since),
    perDay,
    perDayError,
    ...(reaches && {
      reaches: {
        limit: reaches.limit,
        atMs: Date.parse(reaches.at),
        earliestMs: Date.parse(reaches.earliest),
        ...(reaches.latest !== null && { latestMs: Date.parse(reaches.latest) }),
      },
    }),
  };
}

function standstillOf(kept: KeptContext): Explanation['standstill'] {
  const { since, longest_before_seconds: longest } = kept;
  return since === undefined || longest === undefined
    ? null
    : { since, longest_before_seconds: longest };
}

function missingOf({ kind, lower, upper }: StoredAnomaly, kept: KeptContext): string[] {
  const parts = {
    normal_would_be: known(lower) ?? known(upper),
    contributions: kept.contributions,
    // Of other kinds the value is no sample of an hour.
    past_weeks: kind === 'deviation' ? kept.past_weeks : [],
    training: kept.training,
    data_quality: kept.data_quality,
    drift: kind === 'drift' ? kept.drift : {},
    standstill: kind === 'flat_line' || kind === 'absence' ? standstillOf(kept) : {},
  };
  return Object.entries(parts).flatMap(([name, part]) =>
    (part ?? undefined) === undefined ? name : [],
  );
}

function known(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
