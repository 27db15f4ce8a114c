import * as z from 'zod';
import { Labels } from './labels.ts';
import { listOf, Page } from './paging.ts';
import { Severity } from './severity.ts';
import { Time, TimeInput } from './time.ts';

const Status = z.enum(['open', 'acknowledged', 'resolved']);

/** Anomalies of one trouble. */
export const Incident = z.object({
  id: z.int(),
  /** What moved first, where, and how many went with it. */
  title: z.string(),
  status: Status,
  severity: Severity,
  /** How many anomalies it has. */
  members: z.int(),
  started_at: Time,
  /** The last abnormal sample so far. */
  last_at: Time,
  /** When the last anomaly ended; null while one is open. */
  ended_at: Time.nullable(),
  acknowledged_by: z.string().nullable(),
  acknowledged_at: Time.nullable(),
  /** Null when it ended with its anomalies. */
  resolved_by: z.string().nullable(),
  resolved_at: Time.nullable(),
  /** The incident that it became a part of. */
  merged_into: z.int().nullable(),
  created_at: Time,
});
export type Incident = z.output<typeof Incident>;

export const IncidentList = listOf({ incidents: z.array(Incident) });

export const IncidentQuery = Page.extend({
  status: Status.optional(),
  severity: Severity.optional(),
  start_time: TimeInput.optional().describe('Those that went on at this time or later'),
  end_time: TimeInput.optional().describe('Those that had begun by then'),
});

/** Why an anomaly joined one that was in its incident before. */
const Tie = z.object({
  kind: z.enum(['series', 'entity', 'label', 'correlation']),
  /** The one it joined. */
  anomaly_id: z.int(),
  /** -1..1, of the past week without its two most telling days; null unless that tied them. */
  correlation: z.number().nullable(),
  /** How long after that one it usually moves, negative where it leads; null unless correlation tied them. */
  lag_seconds: z.number().nullable(),
  /** The tie in words. */
  text: z.string(),
});
export type Tie = z.output<typeof Tie>;

/** One anomaly of an incident and how likely the trouble began with it. */
const Cause = z.object({
  anomaly_id: z.int(),
  series_id: z.int().nullable(),
  metric_name: z.string().nullable(),
  labels: Labels,
  kind: z.string(),
  severity: Severity,
  deviation_ratio: z.number(),
  started_at: Time,
  ended_at: Time.nullable(),
  /** The earliest time at which it can have begun. */
  onset_at: Time,
  /** How long after the first one that is. */
  after_seconds: z.number(),
  /** 0..1; all of them together are 1. */
  contribution: z.number(),
  /** Why it belongs to the incident; none of the one that began it. */
  tied_by: z.array(Tie),
});
export type Cause = z.output<typeof Cause>;

/** Most likely first: the first one is the first mover. */
export const IncidentCauses = z.object({ incident_id: z.int(), causes: z.array(Cause) });

/** What happened, and to which anomaly or by whom. */
const Moment = z.object({
  at: Time,
  kind: z.enum(['began', 'ended', 'note', 'acknowledged', 'resolved', 'merged']),
  anomaly_id: z.int().nullable(),
  user: z.string().nullable(),
  text: z.string(),
});
export type Moment = z.output<typeof Moment>;

/** Oldest first. */
export const IncidentTimeline = z.object({ incident_id: z.int(), timeline: z.array(Moment) });

export const IncidentDetail = Incident.extend({
  causes: z.array(Cause),
  timeline: z.array(Moment),
  blast_radius: z.object({
    series: z.int(),
    metrics: z.array(z.string()),
    entities: z.array(Labels),
  }),
});

export const IncidentChanged = z.object({ message: z.string(), incident_id: z.int() });

export const IncidentMerge = z.strictObject({
  incident_ids: z
    .array(z.int().min(1))
    .min(1)
    .max(100)
    .describe('Incidents that become a part of this one'),
});

export const IncidentNote = z.strictObject({ text: z.string().trim().min(1).max(5000) });
