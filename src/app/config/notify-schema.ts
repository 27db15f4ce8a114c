import { z } from 'zod';
import { duration, httpAddress, number, text } from './fields.ts';

const list = z.array(text());

const channelSchema = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      type: z.literal('webhook'),
      url: httpAddress()
        .optional()
        .meta({ description: 'Where it is posted', examples: ['https://example.org/hook'] }),
      url_file: text()
        .optional()
        .meta({ description: 'A file that holds it', examples: ['/run/secrets/hook'] }),
    }),
    z.strictObject({
      type: z.literal('slack'),
      webhook_url: httpAddress()
        .optional()
        .meta({ description: 'Incoming webhook of Slack', examples: ['${SLACK_WEBHOOK_URL}'] }),
      webhook_url_file: text()
        .optional()
        .meta({ description: 'A file that holds it', examples: ['/run/secrets/slack'] }),
      channel: text()
        .optional()
        .meta({
          description: 'Channel, where the webhook allows to choose',
          examples: ['#operations'],
        }),
    }),
    z.strictObject({
      type: z.literal('email'),
      smtp_host: text().meta({ description: 'Mail server', examples: ['mail.example.org'] }),
      smtp_port: number({ from: 1, to: 65_535, whole: true })
        .default(587)
        .describe('Its port, 587 where none is set'),
      smtp_user: text()
        .optional()
        .meta({ description: 'User of the mail server', examples: ['saimon'] }),
      smtp_password: text()
        .optional()
        .meta({ description: 'Goes with it', examples: ['${SMTP_PASSWORD}'] }),
      smtp_password_file: text()
        .optional()
        .meta({ description: 'A file that holds it', examples: ['/run/secrets/smtp'] }),
      from: text()
        .optional()
        .meta({ description: 'Sender', examples: ['saimon@example.org'] }),
      to: list.meta({ description: 'Receivers', examples: [['ops@example.org']] }),
    }),
    z.strictObject({
      type: z.literal('pagerduty'),
      routing_key: text()
        .optional()
        .meta({ description: 'Integration key of Events v2', examples: ['${PAGERDUTY_KEY}'] }),
      routing_key_file: text()
        .optional()
        .meta({ description: 'A file that holds it', examples: ['/run/secrets/pagerduty'] }),
    }),
    z.strictObject({
      type: z.literal('alertmanager'),
      urls: list.meta({ description: 'Every peer', examples: [['http://localhost:9093']] }),
    }),
  ],
  { error: 'expected one of webhook, slack, email, pagerduty, alertmanager' },
);

export const notifySchema = z.strictObject({
  cooldown: duration().default('15m').describe('Least time between two messages about the same'),
  channels: z
    .record(z.string(), channelSchema)
    .default({})
    .describe('Where messages can go, by name'),
  routes: z
    .array(
      z.strictObject({
        match: z
          .record(z.string(), text())
          .default({})
          .meta({
            description: 'Labels that an anomaly must have',
            examples: [{ team: 'platform' }],
          }),
        min_severity: z
          .enum(['low', 'medium', 'high', 'critical'])
          .default('medium')
          .describe('Less severe ones are not sent'),
        channels: list.meta({ description: 'Names of channels', examples: [['ops']] }),
      }),
    )
    .default([])
    .describe('Which anomaly goes to which channels'),
});
