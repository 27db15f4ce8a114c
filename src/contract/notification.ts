import * as z from 'zod';
import { listOf, Page } from './paging.ts';
import { Time } from './time.ts';

const Status = z.enum(['waiting', 'withheld', 'queued', 'sent', 'failed', 'skipped']);

/** One message to one channel, sent or not. */
export const Notification = z.object({
  id: z.int(),
  /** Null for a test message. */
  incident_id: z.int().nullable(),
  channel: z.string(),
  kind: z.enum(['firing', 'updated', 'resolved', 'test']),
  /** waiting and withheld: not yet; queued: to be sent; sent, failed and skipped: over. */
  status: Status,
  /** Why it was not sent, or what the channel remarked. */
  reason: z.string().nullable(),
  title: z.string().nullable(),
  /** What the channel knows the incident by. */
  dedup_key: z.string().nullable(),
  attempts: z.int(),
  next_try_at: Time.nullable(),
  created_at: Time,
  sent_at: Time.nullable(),
});
export type Notification = z.output<typeof Notification>;

export const NotificationList = listOf({ notifications: z.array(Notification) });

export const NotificationQuery = Page.extend({
  incident_id: z.coerce.number().int().min(1).optional(),
  channel: z.string().max(64).optional(),
  status: Status.optional(),
});

export const NotificationRetried = z.object({ message: z.string(), notification_id: z.int() });
