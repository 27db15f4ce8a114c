import * as z from 'zod';
import { Anomaly } from './anomaly.ts';
import { Drift } from './forecast.ts';
import { Details, Labels } from './labels.ts';
import { Severity } from './severity.ts';
import { Time } from './time.ts';

const number = z.number().nullable();

/** One part of a deviation ratio. */
export const Contribution = z.object({
  name: z.string(),
  detector: z.string(),
  /** In plain words. */
  meaning: z.string(),
  /** What it adds to the deviation ratio. */
  ratio: z.number(),
  /** 0..1 of the deviation ratio. */
  share: z.number(),
  /** Of a combination: which series it is. */
  series_id: z.int().optional(),
  metric_name: z.string().optional(),
  labels: Labels.optional(),
  /** Of the isolation forest: what its features add to its part, 0..1. */
  features: z.array(z.object({ name: z.string(), share: z.number() })).optional(),
});

/** What was usual at the same time so many weeks before. */
export const PastWeek = z.object({ weeks_ago: z.int(), value: number });

export const Training = z.object({
  /** First sample that was learned. */
  since: Time,
  samples: z.int(),
});

/** How completely the samples of the day before came. */
export const DataQuality = z.object({
  /** 0..1 of the samples that the step lets expect. */
  coverage: z.number(),
  gaps: z.int(),
  longest_gap_seconds: z.number(),
});

/** A rule that would quiet an anomaly as it stands. */
const QuietingRule = z.object({
  rule_id: z.int(),
  status: z.enum(['accepted', 'proposed', 'off']),
  sentence: z.string(),
});

/** Why an anomaly is one. What was not kept with it is null or empty, and named in `missing`. */
export const Explanation = z.object({
  anomaly_id: z.int(),
  kind: Anomaly.shape.kind,
  status: Anomaly.shape.status,
  metric_name: z.string().nullable(),
  labels: Labels,
  unit: z.string(),
  /** The whole in one sentence. */
  sentence: z.string(),
  /** The sentence and what goes with it, as it was kept. */
  explanation: z.string().nullable(),
  value: number,
  expected: number,
  /** value - expected */
  deviation: number,
  /** Lower and upper limit; null on a side that is open. */
  normal_would_be: z.tuple([number, number]).nullable(),
  direction: z.string().nullable(),
  deviation_ratio: number,
  score: number,
  severity: Severity,
  confidence: number,
  started_at: Time,
  opened_at: Time,
  peak_at: Time,
  ended_at: Time.nullable(),
  /** How long after it opened it was found: late samples, outages and the interval of detection. */
  found_after_seconds: z.number(),
  /** Largest first; they sum to the deviation ratio. */
  contributions: z.array(Contribution),
  /** Detectors that would have raised it by themselves, with their deviation ratio. */
  detectors: z.record(z.string(), z.number()),
  past_weeks: z.array(PastWeek),
  training: Training.nullable(),
  trained_at: Time.nullable(),
  /** Version of every fitted detector. */
  models: z.record(z.string(), z.string()),
  data_quality: DataQuality.nullable(),
  /** The rule that keeps it quiet. */
  quieted_by: Anomaly.shape.quieted_by,
  /** Rules that would quiet it: those that act, that are proposed and that are switched off. */
  rules: z.array(QuietingRule),
  /** Declared events that it followed. */
  events: z.array(Details),
  /** Planned work during which it opened. */
  maintenance: Details.nullable(),
  drift: Drift.nullable(),
  /** Of a flat line and an absence: since when, and how long the longest one before was. */
  standstill: z.object({ since: Time, longest_before_seconds: z.number() }).nullable(),
  missing: z.array(z.string()),
});
export type Explanation = z.output<typeof Explanation>;

export const SimilarQuery = z.object({
  limit: z.coerce.number().int().min(1).max(50).default(10),
});

/** Earlier anomalies, the most similar first. */
export const SimilarAnomalies = z.object({
  anomaly_id: z.int(),
  /** Earlier anomalies that were compared. */
  compared: z.int(),
  /** Rules that would quiet the anomaly itself. */
  rules: z.array(QuietingRule),
  similar: z.array(
    z.object({
      anomaly: Anomaly,
      /** 0..1 */
      similarity: z.number(),
      same_series: z.boolean(),
      /** Null while it goes on. */
      duration_seconds: number,
      /** How it ended: returned, new_level or vanished; null while it goes on or where it was not kept. */
      ending: z.string().nullable(),
      /** What a person said of it; null when nobody did. */
      is_confirmed: z.boolean().nullable(),
    }),
  ),
});
export type SimilarAnomalies = z.output<typeof SimilarAnomalies>;
