import * as z from 'zod';
import { Details } from './labels.ts';
import { listOf, Page } from './paging.ts';
import { Time, TimeInput } from './time.ts';

/** One change: who, what, when, and what was different before and after. */
export const AuditEntry = z.object({
  id: z.int(),
  at: Time,
  user: z.string(),
  via: z.enum(['api', 'cli', 'ui', 'slack', 'hook']),
  action: z.string(),
  /** `silences/3` */
  subject: z.string(),
  before: Details.nullable(),
  after: Details.nullable(),
});
export type AuditEntry = z.output<typeof AuditEntry>;

export const AuditList = listOf({ entries: z.array(AuditEntry) });

export const AuditQuery = Page.extend({
  user: z.string().max(200).optional(),
  subject: z.string().max(300).optional().describe('silences, or silences/3'),
  start_time: TimeInput.optional(),
  end_time: TimeInput.optional(),
});
