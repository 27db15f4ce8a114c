import * as z from 'zod';
import { Labels } from './labels.ts';
import { Severity } from './severity.ts';
import { Time, TimeInput } from './time.ts';

const DURATION = /^(\d+(?:\.\d+)?(ms|s|m|h|d|w))+$/;
/** Null where there is nothing to divide by. */
const rate = z.number().nullable();

/** What really happened held against what paged. */
export const IncidentReport = z.object({
  start: Time,
  end: Time,
  weeks: z.number(),
  /** How long before its start a page may belong to an incident. */
  lead_seconds: z.number(),
  found: z.int(),
  missed: z.int(),
  /** Incidents that began outside the range. */
  outside: z.int(),
  /** Incidents found among these and false pages. */
  precision: rate,
  /** Incidents found among all. */
  recall: rate,
  f1: rate,
  /** Before the start of an incident; negative after it. */
  median_lead_seconds: rate,
  pages_per_week: rate,
  pages: z.int(),
  true_pages: z.int(),
  missed_incidents: z.array(z.string()),
  /** Oldest first. */
  incidents: z.array(
    z.object({
      name: z.string(),
      labels: Labels,
      started_at: Time,
      ended_at: Time.nullable(),
      found: z.boolean(),
      lead_seconds: rate,
      /** Of the first page that belongs to it. */
      page: z.string().nullable(),
    }),
  ),
  false_pages: z.array(
    z.object({ title: z.string(), severity: Severity, opened_at: Time, last_at: Time }),
  ),
});
export type IncidentReport = z.output<typeof IncidentReport>;

/** The same incidents held against what was raised, and against what a changed configuration would have. */
export const IncidentComparison = z.object({
  configuration: IncidentReport,
  changed: IncidentReport,
});
export type IncidentComparison = z.output<typeof IncidentComparison>;

/** With format=html it is the page. */
export const IncidentComparisonAnswer = z.union([IncidentComparison, z.string()]);

/** With format=html it is the page. */
export const IncidentReportAnswer = z.union([IncidentReport, z.string()]);

export const IncidentComparisonQuery = z.object({
  lead: z
    .string()
    .regex(DURATION, { error: 'Expected a duration such as 1h' })
    .default('1h')
    .describe('How long before its start a page may belong to an incident'),
  format: z.enum(['json', 'html']).default('json'),
});

export const IncidentReportQuery = IncidentComparisonQuery.extend({
  start: TimeInput.optional().describe('Default: 30 days ago, or when the first series was met'),
  end: TimeInput.optional().describe('Default: now'),
});
