import * as z from 'zod';
import { Details } from './labels.ts';
import { Severity } from './severity.ts';
import { Time } from './time.ts';

const Name = z
  .string()
  .regex(/^[\w.-]{1,64}$/, { error: 'Expected 1 to 64 letters, digits, dots, - and _' });

export const ChannelName = z.object({ name: z.string().max(64) });

/** What leads to a channel. */
const Route = z.object({
  /** For people: `route 2`. */
  name: z.string(),
  /** As text: `severity=~"high|critical"`. */
  matchers: z.array(z.string()),
  min_severity: Severity,
  min_confidence: z.number(),
  cooldown_seconds: z.number(),
  group_wait_seconds: z.number(),
});

/** Where messages go. */
export const Channel = z.object({
  name: z.string(),
  type: z.string(),
  /** As the configuration spells them; secrets are stars. */
  settings: Details,
  /** What stands in the configuration file is changed there. */
  origin: z.enum(['config', 'api']),
  routes: z.array(Route),
  created_by: z.string(),
  created_at: Time.nullable(),
  /** Messages that wait to be sent, and that were given up. */
  queued: z.int(),
  failed: z.int(),
  last_sent_at: Time.nullable(),
  /** Why the last message that was not sent was not; null when the last one was. */
  problem: z.string().nullable(),
});
export type Channel = z.output<typeof Channel>;

/** There are few: they come all at once. */
export const ChannelList = z.object({ total: z.int(), channels: z.array(Channel) });

export const NewChannel = z
  .looseObject({
    name: Name,
    type: z.string().max(64),
    route: Details.default({}).describe(
      'What it is sent: match, matchers, min_severity, min_confidence, quiet_hours, cooldown, group_wait; default: everything from medium on',
    ),
  })
  .describe('With the keys of its type, as notify.channels has them in docs/CONFIGURATION.md');

export const ChannelRemoved = z.object({ message: z.string(), channel: z.string() });

export const ChannelTested = z.object({
  channel: z.string(),
  outcome: z.enum(['sent', 'failed']),
  /** Why not, or what the channel remarked. */
  reason: z.string().nullable(),
  notification_id: z.int(),
});
