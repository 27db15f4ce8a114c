import * as z from 'zod';
import { Details } from './labels.ts';
import { listOf, Page } from './paging.ts';
import { Severity } from './severity.ts';
import { Time } from './time.ts';

const Status = z.enum(['pending', 'sent', 'failed', 'acknowledged', 'resolved']);

export const Alert = z.object({
  id: z.int(),
  metric_id: z.int().nullable(),
  anomaly_id: z.int().nullable(),
  incident_id: z.int().nullable(),
  alert_type: z.string(),
  severity: Severity,
  title: z.string(),
  message: z.string(),
  channels: z.array(z.string()),
  status: Status,
  sent_at: Time.nullable(),
  acknowledged_by: z.string().nullable(),
  acknowledged_at: Time.nullable(),
  resolved_at: Time.nullable(),
  context: Details,
  created_at: Time,
});
export type Alert = z.output<typeof Alert>;

export const AlertList = listOf({ alerts: z.array(Alert) });

export const AlertQuery = Page.extend({
  status: Status.optional(),
  severity: Severity.optional(),
});

export const AlertChanged = z.object({ message: z.string(), alert_id: z.int() });
