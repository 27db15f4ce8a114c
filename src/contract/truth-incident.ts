import * as z from 'zod';
import { Labels } from './labels.ts';
import { listOf, Page } from './paging.ts';
import { Time, TimeInput } from './time.ts';

/** Something that really happened, whatever SAIMon said of it. */
export const TruthIncident = z.object({
  id: z.int(),
  name: z.string(),
  /** What it was about; series none of whose labels differs are concerned. */
  labels: Labels,
  started_at: Time,
  /** Null while it goes on. */
  ended_at: Time.nullable(),
  source: z.enum(['api', 'csv', 'alertmanager']),
  created_by: z.string(),
  created_at: Time,
});
export type TruthIncident = z.output<typeof TruthIncident>;

export const TruthIncidentList = listOf({ truth_incidents: z.array(TruthIncident) });

export const TruthIncidentQuery = Page.extend({
  start_time: TimeInput.optional().describe('Those that went on at this time or later'),
  end_time: TimeInput.optional().describe('Those that had begun by then'),
});

const NewTruthIncident = z.strictObject({
  name: z.string().trim().min(1).max(500),
  labels: Labels.default({}).describe('A page on a series none of whose labels differs counts'),
  started_at: TimeInput,
  ended_at: TimeInput.optional(),
});

/** Told again, an incident of one name, start and labels is the same one: its end may be known now. */
export const NewTruthIncidents = z.strictObject({
  incidents: z.array(NewTruthIncident).min(1).max(1000),
  source: z.enum(['api', 'csv']).default('api').describe('Where they were read from'),
});

export const TruthIncidentsKept = z.object({
  message: z.string(),
  /** How many were not known before. */
  added: z.int(),
  truth_incidents: z.array(TruthIncident),
});

export const TruthIncidentRemoved = z.object({ message: z.string(), truth_incident_id: z.int() });

const when = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** What Alertmanager sends to a webhook, version 4; fields that mean nothing here are left aside. */
export const AlertmanagerWebhook = z.object({
  version: z.literal('4', { error: 'Expected the webhook body of version 4' }),
  alerts: z
    .array(
      z.object({
        status: z.enum(['firing', 'resolved']),
        labels: Labels,
        annotations: Labels.default({}),
        startsAt: when,
        endsAt: when.nullish().describe('The year 1 while it fires'),
        fingerprint: z.string().max(200).nullish(),
      }),
    )
    .max(5000),
});
export type AlertmanagerWebhook = z.output<typeof AlertmanagerWebhook>;

export const AlertsKept = z.object({ message: z.string(), kept: z.int(), ignored: z.int() });
