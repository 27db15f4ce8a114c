import { z } from 'zod';
import { parseWeeklyHours } from '../../core/context/maintenance.ts';
import { parseMatcher } from '../../core/routing/matcher.ts';
import { DEFAULT_ROUTE } from '../../core/routing/route.ts';
import { CHANNEL_OPTIONS, CHANNEL_TYPES } from '../../notify/channel-schema.ts';
import { duration, httpAddress, number, text } from './fields.ts';

const [webhook, slack, email, pagerduty, alertmanager, ntfy, template] = CHANNEL_OPTIONS;

const file = (name: string) =>
  text()
    .optional()
    .meta({ description: 'A file that holds it', examples: [`/run/secrets/${name}`] });

/** Channels, with a file for every secret. */
const configuredChannel = z.discriminatedUnion(
  'type',
  [
    webhook.extend({ url_file: file('hook'), secret_file: file('hook-secret') }),
    slack.extend({
      webhook_url_file: file('slack'),
      bot_token_file: file('slack-bot'),
      signing_secret_file: file('slack-signing'),
    }),
    email.extend({ smtp_password_file: file('smtp') }),
    pagerduty.extend({ routing_key_file: file('pagerduty') }),
    alertmanager,
    ntfy.extend({ token_file: file('ntfy') }),
    template.extend({ url_file: file('hook') }),
  ],
  { error: `expected one of ${CHANNEL_TYPES.join(', ')}` },
);

const channelName = z
  .string()
  .regex(/^[\w.-]{1,64}$/, { error: 'expected letters, digits, dot, - and _' });

const routeKeys = {
  match: z
    .record(z.string(), text())
    .default({})
    .meta({
      description:
        'Labels that one anomaly of the incident must have; __name__ is the name of the query, and its tags count too',
      examples: [{ team: 'platform' }],
    }),
  matchers: z
    .array(readable(parseMatcher, 'expected a matcher such as severity=~"high|critical"'))
    .default([])
    .meta({
      description: 'The same with other operators: =, !=, =~ and !~',
      examples: [['severity=~"high|critical"']],
    }),
  min_severity: z
    .enum(['low', 'medium', 'high', 'critical'])
    .default(DEFAULT_ROUTE.minSeverity)
    .describe('Less severe incidents are not sent'),
  min_confidence: number({ from: 0, to: 1 })
    .default(DEFAULT_ROUTE.minConfidence)
    .describe('Incidents of anomalies that are less sure are not sent; 0.2 where none is set'),
  quiet_hours: z
    .array(
      readable(
        parseWeeklyHours,
        'expected days and times such as "sun 02:00-04:00" or "daily 22:00-07:00"',
      ),
    )
    .default([])
    .meta({
      description: 'When only ends are sent, in reader.tz; what still goes on is sent afterwards',
      examples: [['daily 22:00-07:00']],
    }),
  cooldown: duration().optional().describe('Instead of notify.cooldown'),
  group_wait: duration().optional().describe('Instead of notify.group_wait'),
  alert_budget: z
    .strictObject({
      max: number({ from: 0 }).meta({ description: 'Most incidents' }),
      every: duration('1h').meta({ description: 'In this time', examples: ['7d'] }),
    })
    .optional()
    .describe(
      'Most incidents that it is to tell of: how much an anomaly must deviate for that is decided daily; all are kept and shown',
    ),
};

/** Text that `read` understands. */
function readable(read: (value: string) => unknown, error: string) {
  return text().refine(
    (value) => {
      try {
        return read(value) !== undefined;
      } catch {
        return false;
      }
    },
    { error },
  );
}

export const notifySchema = z
  .strictObject({
    cooldown: duration()
      .default('15m')
      .describe(
        'Least time between two messages of one incident; a raised severity, an acknowledgement and the end do not wait',
      ),
    group_wait: duration()
      .default('5m')
      .describe(
        'How long the first message of an incident below high waits for what belongs to it',
      ),
    retry_for: duration('1m')
      .default('1d')
      .describe('How long a message is tried again that its channel does not take'),
    timeout: duration('1s').default('10s').describe('How long one try may take'),
    external_url: httpAddress()
      .default('')
      .meta({
        description: 'Address of the web UI, for links in messages; none without it',
        examples: ['https://saimon.example.org'],
      }),
    channels: z
      .record(channelName, configuredChannel)
      .default({})
      .describe('Where messages can go, by name'),
    routes: z
      .array(
        z.strictObject({
          ...routeKeys,
          channels: z
            .array(text())
            .min(1, { error: 'expected names of channels' })
            .meta({ description: 'Names of channels', examples: [['ops']] }),
        }),
      )
      .default([])
      .describe(
        'Which incident goes to which channels: to those of every route that it meets; without routes everything from medium on goes to all',
      ),
  })
  .superRefine(({ channels, routes }, context) => {
    const known = Object.keys(channels);
    for (const [i, route] of routes.entries()) {
      for (const [j, name] of route.channels.entries()) {
        if (known.includes(name)) continue;
        const message = `expected a name of notify.channels${known.length > 0 ? ` (${known.join(', ')})` : ', where there are none'}`;
        context.addIssue({ code: 'custom', path: ['routes', i, 'channels', j], message });
      }
    }
  });
