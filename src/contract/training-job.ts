import * as z from 'zod';
import { Details } from './labels.ts';
import { listOf, Page } from './paging.ts';
import { Time } from './time.ts';

const Status = z.enum(['queued', 'running', 'completed', 'failed']);

export const TrainingJob = z.object({
  id: z.int(),
  model_id: z.int().nullable(),
  metric_id: z.int().nullable(),
  status: Status,
  config: Details,
  start_time: Time.nullable(),
  end_time: Time.nullable(),
  duration_seconds: z.number().nullable(),
  metrics: Details,
  error_message: z.string().nullable(),
  logs: z.string().nullable(),
  created_at: Time,
  series_id: z.int().nullable(),
  occasion: z.string(),
});
export type TrainingJob = z.output<typeof TrainingJob>;

export const TrainingJobList = listOf({ jobs: z.array(TrainingJob) });

export const TrainingJobQuery = Page.extend({ status: Status.optional() });
