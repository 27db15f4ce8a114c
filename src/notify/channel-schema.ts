import { z } from 'zod';

/** Channels as the configuration spells them, and as they are kept; messages of faults begin with `expected`. */

/** Keys whose value nobody may see. An address is one where who knows it may post. */
export const CHANNEL_SECRETS: Readonly<Record<string, readonly string[]>> = {
  webhook: ['url', 'secret'],
  slack: ['webhook_url', 'bot_token', 'signing_secret'],
  email: ['smtp_password'],
  pagerduty: ['routing_key'],
  alertmanager: [],
  ntfy: ['token'],
  template: ['url'],
};

const LONGEST = 2000;
const text = () =>
  z
    .string({ error: 'expected text, in quotes where it looks like a number' })
    .max(LONGEST, { error: `expected at most ${LONGEST} characters` });

function address() {
  const expected = 'expected an address such as https://example.org/hook';
  return text()
    .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
      error: expected,
    })
    .meta({ title: 'address' });
}

function mailAddress() {
  const expected = 'expected an address such as ops@example.org';
  return text().refine((value) => /^[^\s@<>,;]+@[^\s@<>,;]+$/.test(value), { error: expected });
}

const webhook = z.strictObject({
  type: z.literal('webhook'),
  url: address()
    .optional()
    .meta({
      description: "Where it is posted: the body of Alertmanager's webhooks, version 4",
      examples: ['https://example.org/hook'],
    }),
  secret: text()
    .optional()
    .meta({
      description: 'What X-Saimon-Signature is made with; not signed without one',
      examples: ['${HOOK_SECRET}'],
    }),
});

const slack = z.strictObject({
  type: z.literal('slack'),
  webhook_url: address()
    .optional()
    .meta({
      description: 'Incoming webhook of Slack: every message is a new one',
      examples: ['${SLACK_WEBHOOK_URL}'],
    }),
  bot_token: text()
    .optional()
    .meta({
      description: 'Token of a bot with chat:write, instead of a webhook: one message an incident',
      examples: ['${SLACK_BOT_TOKEN}'],
    }),
  channel: text()
    .optional()
    .meta({
      description:
        'Where the bot writes, a name or an id; by its id (C…) and with channels:history (groups:history) it finds what it wrote before it was killed',
      examples: ['#operations'],
    }),
  signing_secret: text()
    .optional()
    .meta({
      description:
        'Signing secret of the Slack app: with it messages have buttons, see docs/notifications.md',
      examples: ['${SLACK_SIGNING_SECRET}'],
    }),
  api_url: address().default('https://slack.com/api').describe('Web API of Slack'),
});

const email = z.strictObject({
  type: z.literal('email'),
  smtp_host: text().meta({ description: 'Mail server', examples: ['mail.example.org'] }),
  smtp_port: z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], {
      error: 'expected a whole number from 1 to 65535',
    })
    .refine((port) => Number.isInteger(port) && port >= 1 && port <= 65_535, {
      error: 'expected a whole number from 1 to 65535',
    })
    .meta({ title: 'whole number from 1 to 65535' })
    .default(587)
    .describe(
      'Its port, 587 where none is set; 465 speaks TLS from the start, others begin it where the server offers it',
    ),
  smtp_user: text()
    .optional()
    .meta({ description: 'User of the mail server', examples: ['saimon'] }),
  smtp_password: text()
    .optional()
    .meta({
      description: 'Goes with it; never sent without TLS',
      examples: ['${SMTP_PASSWORD}'],
    }),
  from: mailAddress()
    .optional()
    .meta({ description: 'Sender', examples: ['saimon@example.org'] }),
  to: z
    .array(mailAddress())
    .min(1, { error: 'expected at least one address' })
    .max(100, { error: 'expected at most 100 addresses' })
    .meta({ description: 'Receivers', examples: [['ops@example.org']] }),
});

const pagerduty = z.strictObject({
  type: z.literal('pagerduty'),
  routing_key: text()
    .optional()
    .meta({ description: 'Integration key of Events v2', examples: ['${PAGERDUTY_KEY}'] }),
  url: address()
    .default('https://events.pagerduty.com/v2/enqueue')
    .describe('Where events are posted'),
});

const alertmanager = z.strictObject({
  type: z.literal('alertmanager'),
  urls: z
    .array(address())
    .min(1, { error: 'expected at least one address' })
    .max(20, { error: 'expected at most 20 addresses' })
    .meta({ description: 'Every peer', examples: [['http://localhost:9093']] }),
});

const ntfy = z.strictObject({
  type: z.literal('ntfy'),
  url: address().default('https://ntfy.sh').describe('The server'),
  topic: text()
    .regex(/^[-_A-Za-z0-9]{1,64}$/, { error: 'expected letters, digits, - and _' })
    .meta({ description: 'Its topic', examples: ['operations'] }),
  token: text()
    .optional()
    .meta({ description: 'Access token', examples: ['${NTFY_TOKEN}'] }),
});

const template = z.strictObject({
  type: z.literal('template'),
  url: address()
    .optional()
    .meta({ description: 'Where it is sent', examples: ['https://example.org/hook'] }),
  method: z.enum(['POST', 'PUT']).default('POST').describe('How'),
  content_type: text().default('application/json').describe('What the body is'),
  body: text().meta({
    description:
      'The body, with {{title}}, {{status}}, {{severity}}, {{text}}, {{link}}, {{key}}, {{incident}}, {{members}}, {{started}} or {{ended}}',
    examples: ['{"text": "{{status}}: {{title}}"}'],
  }),
});

export const CHANNEL_OPTIONS = [
  webhook,
  slack,
  email,
  pagerduty,
  alertmanager,
  ntfy,
  template,
] as const;

export const CHANNEL_TYPES = CHANNEL_OPTIONS.map(({ shape }) => shape.type.value);

export const channelSchema = z.discriminatedUnion('type', CHANNEL_OPTIONS, {
  error: `expected one of ${CHANNEL_TYPES.join(', ')}`,
});

/** A channel, its secrets in the open. */
export type ChannelSettings = z.output<typeof channelSchema>;

/** What a channel still needs to be of use; undefined when it has everything. */
export function missingKey(channel: ChannelSettings): string | undefined {
  if (channel.type === 'webhook' || channel.type === 'template')
    return missing({ url: channel.url });
  if (channel.type === 'pagerduty') return missing({ routing_key: channel.routing_key });
  if (channel.type !== 'slack' || missing({ url: channel.webhook_url }) === undefined)
    return undefined;
  const { bot_token: token, channel: place } = channel;
  return missing({ 'webhook_url or bot_token': token, channel: place });
}

function missing(keys: Readonly<Record<string, string | undefined>>): string | undefined {
  return Object.keys(keys).find((key) => keys[key] === undefined || keys[key] === '');
}

/** Whether somebody who reads these settings could use them: a secret key, or a password in an address. */
export function holdsSecret(channel: ChannelSettings): boolean {
  const secrets = CHANNEL_SECRETS[channel.type] ?? [];
  return Object.entries(channel).some(
    ([key, value]) =>
      (secrets.includes(key) && value !== undefined) || [value].flat().some(hasPassword),
  );
}

function hasPassword(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { username, password } = new URL(value);
  return username !== '' || password !== '';
}

const MASK = '********';

/** What may be shown of a channel: stars for secrets, addresses without user and password. */
export function maskChannel(channel: ChannelSettings): Record<string, unknown> {
  const secrets = CHANNEL_SECRETS[channel.type] ?? [];
  return Object.fromEntries(
    Object.entries(channel).map(([key, value]) => [
      key,
      secrets.includes(key) ? secretMask(value) : masked(value),
    ]),
  );
}

/** Of an address its host may be known. */
function secretMask(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (!URL.canParse(value) || !/^https?:/.test(value)) return MASK;
  const { protocol, host } = new URL(value);
  return `${protocol}//${host}/${MASK}`;
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'string' || !/^https?:/.test(value) || !URL.canParse(value)) return value;
  const url = new URL(value);
  if (url.password !== '') url.password = MASK;
  return url.toString();
}
