import { createAlertmanager } from './alertmanager.ts';
import type { ChannelSettings } from './channel-schema.ts';
import { createEmail } from './email.ts';
import type { Notifier } from './notifier.ts';
import { createNtfy } from './ntfy.ts';
import { createPagerduty } from './pagerduty.ts';
import { createSlack } from './slack.ts';
import { createTemplate } from './template.ts';
import { createWebhook } from './webhook.ts';

/** The notifier of a channel that lacks nothing (`missingKey`). */
export function createNotifier(channel: ChannelSettings): Notifier {
  if (channel.type === 'webhook') return createWebhook({ ...channel, url: channel.url ?? '' });
  if (channel.type === 'slack') return createSlack(channel);
  if (channel.type === 'email') return createEmail(channel);
  if (channel.type === 'pagerduty') return createPagerduty(channel);
  if (channel.type === 'alertmanager') return createAlertmanager(channel);
  if (channel.type === 'ntfy') return createNtfy(channel);
  return createTemplate({ ...channel, url: channel.url ?? '' });
}
