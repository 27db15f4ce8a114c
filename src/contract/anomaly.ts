import * as z from 'zod';
import { Details, Labels } from './labels.ts';
import { listOf, Page, RowId } from './paging.ts';
import { Severity } from './severity.ts';
import { Time, TimeInput } from './time.ts';

export const PlannedWork = z.object({ title: z.string(), start: Time, end: Time });

export const QuietedBy = z.object({ rule_id: z.int(), reason: z.string() });

/** One episode; `timestamp`, `value` and `expected_value` are those of its sample with the highest ratio. */
export const Anomaly = z.object({
  id: z.int(),
  metric_id: z.int().nullable(),
  model_id: z.int().nullable(),
  timestamp: Time,
  value: z.number().nullable(),
  expected_value: z.number().nullable(),
  anomaly_score: z.number().nullable(),
  severity: Severity,
  labels: Labels,
  context: Details,
  is_confirmed: z.boolean().nullable(),
  confirmed_by: z.string().nullable(),
  confirmed_at: Time.nullable(),
  created_at: Time,
  metric_name: z.string().nullable(),
  query: z.string().nullable(),
  series_id: z.int().nullable(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  deviation_ratio: z.number().nullable(),
  kind: z.enum(['deviation', 'drift', 'flat_line', 'absence', 'combination']),
  direction: z.string().nullable(),
  algorithm: z.string(),
  model_version: z.string().nullable(),
  confidence: z.number().nullable(),
  status: z.enum(['open', 'closed']),
  started_at: Time,
  opened_at: Time,
  last_at: Time,
  ended_at: Time.nullable(),
  peak_value: z.number().nullable(),
  incident_id: z.int().nullable(),
  explanation: z.string().nullable(),
  /** The rule that keeps it quiet, and what that quiets; null when none does. */
  quieted_by: QuietedBy.nullable(),
  /** The planned work in which it opened, for which it alerted nobody; null when there was none. */
  maintenance: PlannedWork.nullable(),
});
export type Anomaly = z.output<typeof Anomaly>;

export const AnomalyList = listOf({ anomalies: z.array(Anomaly) });

export const AnomalyQuery = Page.extend({
  metric_name: z.string().optional(),
  severity: Severity.optional(),
  status: z.enum(['open', 'closed']).optional(),
  min_score: z.coerce.number().min(0).max(1).optional(),
  series_id: RowId.optional(),
  quieted: z
    .stringbool()
    .meta({ type: 'boolean' })
    .optional()
    .describe('Only those that a rule keeps quiet, or only the others'),
  start_time: TimeInput.optional(),
  start_date: TimeInput.optional().describe('The same as start_time'),
  end_time: TimeInput.optional(),
  end_date: TimeInput.optional().describe('The same as end_time'),
});

const finite = z.union([
  z.number(),
  z
    .string()
    .regex(/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/)
    .transform(Number)
    .pipe(z.number()),
]);

/** An anomaly that another program found. */
export const NewAnomaly = z.object({
  metric_name: z.string().min(1).max(500),
  timestamp: TimeInput,
  value: finite,
  expected_value: finite.default(0),
  anomaly_score: finite.pipe(z.number().min(0).max(1)),
  severity: Severity,
  algorithm: z.string().min(1).max(100).default('unknown'),
  labels: Labels.default({}),
});
export type NewAnomaly = z.output<typeof NewAnomaly>;

export const AnomalyStored = z.object({ message: z.string(), anomaly_id: z.int() });

export const Confirmation = z.object({
  confirmed: z.stringbool().meta({ type: 'boolean' }),
  user: z.string().min(1).max(200).default('system'),
});

export const AnomalyConfirmed = AnomalyStored.extend({ is_confirmed: z.boolean() });

export const StatsQuery = z.object({
  hours: z.coerce.number().int().min(1).max(720).default(24),
});

export const AnomalyStats = z.object({
  time_range_hours: z.int(),
  total_anomalies: z.int(),
  by_severity: z.object({ low: z.int(), medium: z.int(), high: z.int(), critical: z.int() }),
  confirmed: z.int(),
  false_positives: z.int(),
  pending_review: z.int(),
});
