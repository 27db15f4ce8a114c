import * as z from 'zod';
import { Drift } from './forecast.ts';
import { Labels } from './labels.ts';
import { listOf, Page } from './paging.ts';
import { Time, TimeInput } from './time.ts';

export const SeriesState = z.enum(['warm-up', 'learning', 'ready', 'stale']);

/** One watched label set and how far SAIMon is with it. */
export const Series = z.object({
  id: z.int(),
  metric_id: z.int(),
  metric_name: z.string(),
  query: z.string(),
  unit: z.string(),
  labels: Labels,
  state: SeriesState,
  /** Why it is in this state. */
  reason: z.string(),
  step_seconds: z.number(),
  samples_seen: z.int(),
  samples_needed: z.int(),
  /** 0..1 of the samples needed before the model is trusted. */
  progress: z.number(),
  /** Until then, at the pace of its step; null when nothing is awaited. */
  seconds_left: z.number().nullable(),
  first_seen_at: Time,
  last_sample_at: Time.nullable(),
  /** Anomalies that it began in the last seven days. */
  anomalies_7d: z.int(),
});
export type Series = z.output<typeof Series>;

/** One series with what its level is doing. */
export const SeriesDetail = Series.extend({
  /** The drift that is open; null when there is none. */
  drift: Drift.nullable(),
});

export const SeriesList = listOf({ series: z.array(Series) }).extend({
  /** Series of every state, whatever the filter. */
  by_state: z.record(SeriesState, z.int()),
});

export const SeriesQuery = Page.extend({
  state: SeriesState.optional(),
  search: z.string().max(200).optional().describe('Part of the alias or of a label'),
  label: z
    .string()
    .max(500)
    .regex(/^[^=]+=/, 'Expected name=value')
    .optional()
    .describe('A label that it must have, such as instance=web-1'),
  min_anomalies: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe('Anomalies that it must have begun in the last seven days'),
});

export const BandsQuery = z.object({
  start: TimeInput.optional(),
  end: TimeInput.optional(),
  step: z
    .string()
    .min(1)
    .max(40)
    .optional()
    .describe('Prometheus duration; default fits 500 points'),
});

const column = z.array(z.number().nullable());

/** Columns of equal length; the ratio of a step is the highest within it, so that no anomaly is lost. */
export const Bands = z.object({
  series_id: z.int(),
  start: Time,
  end: Time,
  step: z.string(),
  times: z.array(z.int()),
  value: column,
  expected: column,
  lower: column,
  upper: column,
  ratio: column,
  score: column,
  /** Why values are missing, where the source could not give them. */
  warnings: z.array(z.string()),
});
export type Bands = z.output<typeof Bands>;
