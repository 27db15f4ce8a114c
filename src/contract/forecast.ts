import * as z from 'zod';
import { Time } from './time.ts';

/** When a limit is reached, with an interval of 90 %. */
const Reaches = z.object({
  limit: z.number(),
  at: Time,
  earliest: Time,
  /** Null when the movement may as well stop before. */
  latest: Time.nullable(),
});

/** A slow movement of the level, in the metric's unit. */
export const Drift = z.object({
  since: Time,
  per_day: z.number(),
  /** Standard error of `per_day`. */
  per_day_error: z.number(),
  reaches: Reaches.nullable(),
});

export const ForecastQuery = z.object({
  horizon: z
    .string()
    .min(1)
    .max(40)
    .default('7d')
    .describe('How far to look ahead: a Prometheus duration, at most 90d'),
  step: z
    .string()
    .min(1)
    .max(40)
    .optional()
    .describe('Prometheus duration; default fits 500 points'),
  limit: z.coerce
    .number()
    .optional()
    .describe("A value whose reaching is forecast instead of the limits of the query's data_range"),
});

const column = z.array(z.number().nullable());

/** Columns of equal length: where the series is going from its latest sample on. */
export const Forecast = z.object({
  series_id: z.int(),
  /** Time of the latest sample that was learned. */
  from: Time,
  horizon: z.string(),
  step: z.string(),
  times: z.array(z.int()),
  expected: column,
  /** Nine of ten samples are expected between `lower` and `upper`. */
  lower: column,
  upper: column,
  /** The movement that is carried on; null where the level stays. */
  drift: Drift.nullable(),
});
