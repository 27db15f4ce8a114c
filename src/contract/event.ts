import * as z from 'zod';
import { Labels } from './labels.ts';
import { listOf, Page } from './paging.ts';
import { Time, TimeInput } from './time.ts';

/** A declared change. It concerns every series none of whose labels differs from its own. */
export const Event = z.object({
  id: z.int(),
  kind: z.string(),
  title: z.string(),
  labels: Labels,
  started_at: Time,
  /** Null while its end is not known. */
  ended_at: Time.nullable(),
  /** Who told of it: `query` is an expression of the configuration. */
  source: z.enum(['api', 'grafana', 'github', 'query']),
  reason: z.string(),
  created_by: z.string(),
  created_at: Time,
});
export type Event = z.output<typeof Event>;

export const EventList = listOf({ events: z.array(Event) });

export const EventQuery = Page.extend({
  kind: z.string().max(64).optional(),
  start_time: TimeInput.optional().describe('Those that had not ended before'),
  end_time: TimeInput.optional().describe('Those that had begun by then'),
});

export const NewEvent = z.strictObject({
  kind: z
    .string()
    .min(1)
    .max(64)
    .default('deploy')
    .describe('Events of one kind are expected to have like consequences'),
  title: z.string().max(500).default('').describe('For people'),
  labels: Labels.default({}).describe(
    'What it is about; a series none of whose labels differs is concerned',
  ),
  started_at: TimeInput.optional().describe('Default: now'),
  ended_at: TimeInput.optional(),
  key: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('Told again with the same key it is the same event, whose end may be known now'),
  reason: z.string().max(2000).default(''),
});

export const EventRemoved = z.object({ message: z.string(), event_id: z.int() });
