import * as z from 'zod';
import { Anomaly } from './anomaly.ts';
import { SeriesState } from './series.ts';

/** `event: anomaly`. */
export const AnomalyEvent = z.object({
  change: z.enum(['opened', 'updated', 'closed']),
  anomaly: Anomaly,
});
export type AnomalyEvent = z.output<typeof AnomalyEvent>;

/** `event: series`. */
export const SeriesEvent = z.object({
  series_id: z.int(),
  state: SeriesState,
  reason: z.string(),
});
export type SeriesEvent = z.output<typeof SeriesEvent>;

/** `event: training`. */
export const TrainingEvent = z.object({
  job_id: z.int(),
  series_id: z.int().nullable(),
  status: z.enum(['queued', 'running', 'completed', 'failed']),
});
export type TrainingEvent = z.output<typeof TrainingEvent>;
