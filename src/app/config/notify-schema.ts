import { z } from 'zod';
import { duration, httpAddress, number, text } from './fields.ts';

const list = z.array(text());

const channelSchema = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      type: z.literal('webhook'),
      url: httpAddress().optional(),
      url_file: text().optional(),
    }),
    z.strictObject({
      type: z.literal('slack'),
      webhook_url: httpAddress().optional(),
      webhook_url_file: text().optional(),
      channel: text().optional(),
    }),
    z.strictObject({
      type: z.literal('email'),
      smtp_host: text(),
      smtp_port: number({ from: 1, to: 65_535, whole: true }).default(587),
      smtp_user: text().optional(),
      smtp_password: text().optional(),
      smtp_password_file: text().optional(),
      from: text().optional(),
      to: list,
    }),
    z.strictObject({
      type: z.literal('pagerduty'),
      routing_key: text().optional(),
      routing_key_file: text().optional(),
    }),
    z.strictObject({ type: z.literal('alertmanager'), urls: list }),
  ],
  { error: 'expected one of webhook, slack, email, pagerduty, alertmanager' },
);

export const notifySchema = z.strictObject({
  cooldown: duration().default('15m'),
  channels: z.record(z.string(), channelSchema).default({}),
  routes: z
    .array(
      z.strictObject({
        match: z.record(z.string(), text()).default({}),
        min_severity: z.enum(['low', 'medium', 'high', 'critical']).default('medium'),
        channels: list,
      }),
    )
    .default([]),
});
