import { expect, test } from 'vitest';
import { loadConfig } from './config/load-config.ts';
import { notifyOf } from './notify-settings.ts';

const notify = (environment: Record<string, string>) =>
  notifyOf(loadConfig({ withoutFile: true, environment }).config);

test('the names of the original make channels, to which the default route leads', () => {
  const { channels, routes, defaults } = notify({
    SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T0/B0/x',
    SMTP_HOST: 'mail.example.org',
    SMTP_PORT: '2525',
    SMTP_USER: 'saimon',
    SMTP_PASSWORD: 'x',
    SMTP_FROM: 'saimon@example.org',
    ALERT_EMAILS: 'ops@example.org, ann@example.org',
    ALERT_COOLDOWN_MINUTES: '30',
  });
  expect(channels).toMatchObject({
    slack: { type: 'slack', webhook_url: 'https://hooks.slack.com/services/T0/B0/x' },
    email: {
      type: 'email',
      smtp_host: 'mail.example.org',
      smtp_port: 2525,
      to: ['ops@example.org', 'ann@example.org'],
    },
  });
  expect(routes).toEqual([]);
  expect(defaults).toMatchObject({ cooldownMs: 1_800_000, minSeverity: 'medium' });
});

test('without any of them nobody is told', () => {
  expect(notify({}).channels).toEqual({});
});
