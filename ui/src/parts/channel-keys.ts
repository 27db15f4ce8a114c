/** What a channel of a type is made of, in the words of its form. */
export interface ChannelKey {
  readonly key: string;
  readonly label: string;
  readonly hint?: string;
  readonly example?: string;
  /** It is written only, never shown. */
  readonly secret?: boolean;
  /** Several, one a line. */
  readonly list?: boolean;
  readonly lines?: number;
  readonly required?: boolean;
}

const hookAddress: ChannelKey = {
  key: 'url',
  label: 'Address',
  example: 'https://example.org/hook',
  required: true,
};

export const CHANNEL_KEYS: Readonly<Record<string, readonly ChannelKey[]>> = {
  slack: [
    {
      key: 'webhook_url',
      label: 'Incoming webhook',
      example: 'https://hooks.slack.com/services/…',
      hint: 'Every message is a new one',
      secret: true,
    },
    {
      key: 'bot_token',
      label: 'Or the token of a bot',
      hint: 'With chat:write: one message an incident, kept up to date',
      secret: true,
    },
    { key: 'channel', label: 'Where the bot writes', example: '#operations' },
    {
      key: 'signing_secret',
      label: 'Signing secret',
      hint: 'With it messages have buttons',
      secret: true,
    },
  ],
  email: [
    { key: 'to', label: 'To', example: 'ops@example.org', list: true, required: true },
    { key: 'from', label: 'From', example: 'saimon@example.org' },
    { key: 'smtp_host', label: 'Mail server', example: 'mail.example.org', required: true },
    { key: 'smtp_port', label: 'Port', example: '587' },
    { key: 'smtp_user', label: 'User' },
    { key: 'smtp_password', label: 'Password', hint: 'Never sent without TLS', secret: true },
  ],
  webhook: [
    hookAddress,
    {
      key: 'secret',
      label: 'Secret',
      hint: 'Messages are signed with it, in X-Saimon-Signature',
      secret: true,
    },
  ],
  pagerduty: [
    {
      key: 'routing_key',
      label: 'Integration key',
      hint: 'Of Events v2',
      secret: true,
      required: true,
    },
  ],
  alertmanager: [
    {
      key: 'urls',
      label: 'Addresses',
      example: 'http://localhost:9093',
      hint: 'Every peer',
      list: true,
      required: true,
    },
  ],
  ntfy: [
    { key: 'topic', label: 'Topic', example: 'operations', required: true },
    { key: 'url', label: 'Server', example: 'https://ntfy.sh' },
    { key: 'token', label: 'Access token', secret: true },
  ],
  template: [
    hookAddress,
    {
      key: 'body',
      label: 'Body',
      example: '{"text": "{{status}}: {{title}}"}',
      hint: '{{title}}, {{status}}, {{severity}}, {{text}}, {{link}}, {{key}}, {{incident}}, {{members}}, {{started}}, {{ended}}',
      lines: 4,
      required: true,
    },
    { key: 'content_type', label: 'What the body is', example: 'application/json' },
  ],
};

/** The lines of a field that have something on them. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** What was written in the fields of a type, as the server takes it; what was left empty is left out. */
export function settingsOf(
  type: string,
  written: Readonly<Record<string, string>>,
): Record<string, string | string[]> {
  const settings: Record<string, string | string[]> = { type };
  for (const { key, list } of CHANNEL_KEYS[type] ?? []) {
    const text = (written[key] ?? '').trim();
    if (text !== '') settings[key] = list ? linesOf(text) : text;
  }
  return settings;
}
