import * as z from 'zod';
import { Labels } from './labels.ts';
import { listOf } from './paging.ts';
import { Time, TimeInput } from './time.ts';

export const METRIC_TYPES = ['gauge', 'counter', 'histogram', 'summary', 'unknown'] as const;

/** A query, as the original called it; `name` is its alias. */
export const Metric = z.object({
  id: z.int(),
  name: z.string(),
  metric_type: z.string(),
  description: z.string(),
  labels: Labels,
  created_at: Time,
  updated_at: Time,
  query: z.string(),
  unit: z.string(),
  origin: z.string(),
  active: z.boolean(),
});
export type Metric = z.output<typeof Metric>;

export const MetricList = listOf({ metrics: z.array(Metric) });

export const MetricName = z.object({ name: z.string().min(1).max(500) });

export const MetricDataQuery = z.object({
  start: TimeInput.optional(),
  end: TimeInput.optional(),
  step: z.string().min(1).max(40).default('1m').describe('Prometheus duration or seconds'),
});

export const MetricData = z.object({
  metric: z.string(),
  start: Time,
  end: Time,
  step: z.string(),
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(
      z.object({
        metric: Labels,
        values: z.array(z.tuple([z.number(), z.string()])),
      }),
    ),
  }),
});

export const ProposedMetric = z.object({
  name: z.string(),
  query: z.string(),
  metric_type: z.string(),
  description: z.string(),
  unit: z.string(),
  known: z.boolean(),
});

export const Discovery = z.object({
  total_discovered: z.int(),
  new_metrics: z.int(),
  metrics: z.array(ProposedMetric),
});
