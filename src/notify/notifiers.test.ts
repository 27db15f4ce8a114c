import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { channelSchema, maskChannel, missingKey } from './channel-schema.ts';
import { createNotifier } from './create-notifier.ts';
import {
  deliveryOf,
  describeHttpNotifier,
  messageOf,
  patience,
  RESOLVED,
} from './notifier.suite.ts';
import type { Delivery, Notifier } from './notifier.ts';
import { startReceiver, type TestReceiver, well } from './test-receiver.ts';

const SECRET = 's3cret-T0KEN';

/** Every kind of channel, telling a server at `url`. */
const CHANNELS: Readonly<Record<string, (url: string) => object>> = {
  webhook: (url) => ({ type: 'webhook', url: `${url}/hook/${SECRET}`, secret: SECRET }),
  'slack webhook': (url) => ({ type: 'slack', webhook_url: `${url}/services/T0/${SECRET}` }),
  'slack bot': (url) => {
    const bot = { bot_token: SECRET, channel: '#ops', signing_secret: SECRET };
    return { type: 'slack', ...bot, api_url: `${url}/api` };
  },
  pagerduty: (url) => ({ type: 'pagerduty', routing_key: SECRET, url: `${url}/v2/enqueue` }),
  alertmanager: (url) => ({ type: 'alertmanager', urls: [url] }),
  ntfy: (url) => ({ type: 'ntfy', url, topic: 'ops', token: SECRET }),
  template: (url) => {
    const body = '{"text": "{{status}}: {{title}}", "why": "{{text}}", "odd": "{{toString}}"}';
    return { type: 'template', url: `${url}/${SECRET}`, body };
  },
};

function channel(kind: string, url: string): Notifier {
  return createNotifier(channelSchema.parse(CHANNELS[kind]?.(url)));
}

describe.each(Object.keys(CHANNELS))('%s', (kind) => {
  describeHttpNotifier((url) => channel(kind, url), { secret: SECRET });
});

let receiver: TestReceiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

/** Tells a channel, each delivery with what the one before was answered; gives the bodies. */
async function tell(kind: string, ...messages: Partial<Delivery['message']>[]) {
  const notifier = channel(kind, receiver.url);
  let reference: Delivery['reference'] = null;
  for (const [i, message] of messages.entries()) {
    const id = `saimon-1a2b3c4d-incident-7-${12 + i}`;
    const delivery = deliveryOf({ id, reference, message: messageOf(message) });
    const outcome = await notifier.send(delivery, patience());
    expect(outcome.kind).toBe('sent');
    if (outcome.kind === 'sent') reference = outcome.reference ?? reference;
  }
  return receiver.received.filter(({ method }) => method === 'POST').map(({ body }) => body);
}

const UPDATED = { kind: 'updated' } as const;

test("a webhook has Alertmanager's body, one alert whose labels stay, and is signed", async () => {
  const [first, last] = await tell('webhook', {}, RESOLVED);
  expect(first).toMatchObject({
    version: '4',
    groupKey: 'saimon-1a2b3c4d-incident-7',
    status: 'firing',
    receiver: 'ops',
    externalURL: 'https://saimon.example.org',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'SAIMonIncident', incident: '7', instance: 'web-1' },
        annotations: { summary: 'cpu of web-1 and 1 more', severity: 'high' },
        startsAt: '2026-11-22T11:59:00.000Z',
        endsAt: '0001-01-01T00:00:00Z',
      },
    ],
  });
  const [alert, ended] = [first, last].map((body) => Object(body?.['alerts'])[0]);
  expect(ended).toMatchObject({ status: 'resolved', endsAt: '2026-11-22T12:10:00.000Z' });
  expect([ended.labels, ended.fingerprint]).toEqual([alert.labels, alert.fingerprint]);
  const text = receiver.received[0]?.text ?? '';
  const headers = receiver.received[0]?.headers;
  const time = Date.UTC(2026, 10, 22, 12) / 1000;
  const expected = createHmac('sha256', SECRET).update(`${time}.${text}`).digest('hex');
  expect(headers?.['x-saimon-signature']).toBe(`t=${time},v1=${expected}`);
  expect(headers?.['idempotency-key']).toBe('saimon-1a2b3c4d-incident-7-12');
});

test('a bot of Slack writes one message and keeps it up to date, with buttons and nothing unescaped', async () => {
  const [first, update, last] = await tell('slack bot', {}, UPDATED, RESOLVED);
  const paths = receiver.received.map(({ path }) => path);
  expect(paths).toEqual(['/api/chat.postMessage', '/api/chat.update', '/api/chat.update']);
  expect(receiver.received[0]?.headers.authorization).toBe(`Bearer ${SECRET}`);
  expect(first).toMatchObject({ channel: '#ops', text: '[HIGH] cpu of web-1 and 1 more' });
  expect(update).toMatchObject({ ts: '1763812800.000100', channel: 'C1' });
  expect(last).toMatchObject({ text: '[RESOLVED] cpu of web-1 and 1 more' });
  const blocks = JSON.stringify(first?.['blocks']);
  expect(blocks).toContain('cpu is 95 % &amp; \\"busy\\" where &lt;40 %&gt; was expected');
  expect(blocks).toContain('"value":"7 false_positive"');
});

test('what was deleted in Slack is written anew; what Slack refuses is given up, what it cannot take now is not', async () => {
  const says = (error: string) => {
    receiver.answer = ({ path }, response) => {
      if (path.endsWith('postMessage') && error === 'message_not_found')
        well(Object(null), response);
      else response.end(JSON.stringify({ ok: false, error }));
    };
  };
  const notifier = channel('slack bot', receiver.url);
  const reference = { ts: '1.1', channel: 'C1' };
  const send = () => notifier.send(deliveryOf({ reference }), patience());
  says('message_not_found');
  expect(await send()).toMatchObject({ kind: 'sent', reference: { ts: '1763812800.000100' } });
  says('channel_not_found');
  expect(await send()).toEqual({ kind: 'refused', reason: 'Slack refused it: channel_not_found' });
  says('ratelimited');
  expect(await send()).toMatchObject({ kind: 'failed' });
});

/** Tells a bot of Slack what it tried before, and what the history of its channel is; gives the methods called. */
async function retrySlack(place: string, history: object) {
  receiver.answer = (request, response) => {
    if (request.path.endsWith('conversations.history')) response.end(JSON.stringify(history));
    else well(request, response);
  };
  const settings = { type: 'slack', bot_token: SECRET, channel: place };
  const notifier = createNotifier(
    channelSchema.parse({ ...settings, api_url: `${receiver.url}/api` }),
  );
  const triedSinceMs = Date.UTC(2026, 10, 22, 12);
  const outcome = await notifier.send(deliveryOf({ triedSinceMs }), patience());
  expect(outcome).toMatchObject({ kind: 'sent' });
  return receiver.received.map(({ path }) => path.replace('/api/', ''));
}

describe('a bot of Slack whose message was taken, though nobody could write that down', () => {
  const ID = 'C0123ABCDEF';
  const sent = { ts: '1763812799.000700', blocks: [{ block_id: 'saimon-1a2b3c4d-incident-7' }] };
  const other = { ts: '1763812799.000800', blocks: [{ block_id: 'saimon-1a2b3c4d-incident-9' }] };

  test('finds it in the history by its incident, and changes it', async () => {
    const paths = await retrySlack(ID, { ok: true, messages: [other, sent] });
    expect(paths).toEqual(['conversations.history', 'chat.update']);
    expect(receiver.received[0]?.body).toMatchObject({ channel: ID, oldest: '1795348740' });
    expect(receiver.received[1]?.body).toMatchObject({ channel: ID, ts: sent.ts });
  });

  test.each([
    [ID, { ok: true, messages: [other] }, 2],
    [ID, { ok: false, error: 'missing_scope' }, 2],
    ['#ops', {}, 1],
  ])('posts it where it cannot be found: %s %j', async (place, history, requests) => {
    const paths = await retrySlack(place, history);
    expect(paths).toHaveLength(requests);
    expect(paths.at(-1)).toBe('chat.postMessage');
  });
});

test('a webhook of Slack gets every message, without buttons', async () => {
  const bodies = await tell('slack webhook', {}, RESOLVED);
  expect(bodies).toHaveLength(2);
  expect(JSON.stringify(bodies)).not.toContain('saimon_verdict');
});

test('PagerDuty gets one key: trigger, acknowledge, resolve', async () => {
  const seen = { kind: 'updated', status: 'acknowledged', acknowledgedBy: 'ann' } as const;
  const events = await tell('pagerduty', {}, seen, RESOLVED);
  expect(events.map(({ event_action: action }) => action)).toEqual([
    'trigger',
    'acknowledge',
    'resolve',
  ]);
  expect(new Set(events.map(({ dedup_key: key }) => key))).toEqual(
    new Set(['saimon-1a2b3c4d-incident-7']),
  );
  expect(events[0]).toMatchObject({
    routing_key: SECRET,
    payload: {
      summary: '[HIGH] cpu of web-1 and 1 more',
      source: 'web-1',
      severity: 'error',
      timestamp: '2026-11-22T11:59:00.000Z',
    },
  });
});

test('Alertmanager is told until when to believe it, and that it is over', async () => {
  await tell('alertmanager', {}, RESOLVED);
  const posts = receiver.received.filter(({ method }) => method === 'POST');
  const [first, last] = posts.map(({ text }) => JSON.parse(text)[0]);
  expect(posts.map(({ path }) => path)).toEqual(['/api/v2/alerts', '/api/v2/alerts']);
  expect(first).toMatchObject({ endsAt: '2026-11-22T12:05:00.000Z' });
  expect(last).toMatchObject({ endsAt: '2026-11-22T12:10:00.000Z', labels: first.labels });
});

test('one Alertmanager of two is enough, and a silence there is remarked', async () => {
  receiver.answer = ({ method }, response) => {
    const status = { state: 'suppressed', silencedBy: ['9f'], inhibitedBy: [] };
    response.end(method === 'GET' ? JSON.stringify([{ status }]) : '');
  };
  const gone = await startReceiver();
  await gone.close();
  const urls = [gone.url, `${receiver.url}/am/`];
  const notifier = createNotifier(channelSchema.parse({ type: 'alertmanager', urls }));
  expect(await notifier.send(deliveryOf(), patience())).toEqual({
    kind: 'sent',
    note: `silenced in Alertmanager ${receiver.url} by 9f; Cannot reach ${gone.url}: connection refused`,
  });
  expect(receiver.received[0]?.path).toBe('/am/api/v2/alerts');
});

test('ntfy gets title, text, priority and link', async () => {
  const [first] = await tell('ntfy', {});
  expect(first).toMatchObject({
    topic: 'ops',
    title: '[HIGH] cpu of web-1 and 1 more',
    priority: 4,
    click: 'https://saimon.example.org/incidents/7',
    // Of this message: told again it is the same.
    sequence_id: 'saimon-1a2b3c4d-incident-7-12',
  });
});

test('a template is filled once, escaped as its body needs it, and leaves other braces alone', async () => {
  const [first] = await tell('template', { title: 'a "b" {{key}}\n' });
  expect(first).toEqual({
    text: 'firing: a "b" {{key}}\n',
    why: expect.stringContaining('"busy"'),
    odd: '{{toString}}',
  });
});

test('what may be shown of a channel holds no secret', () => {
  for (const create of Object.values(CHANNELS)) {
    const settings = channelSchema.parse(create('http://user:s3cret-T0KEN@host'));
    expect(missingKey(settings)).toBeUndefined();
    expect(JSON.stringify(maskChannel(settings))).not.toContain(SECRET);
  }
  expect(missingKey(channelSchema.parse({ type: 'slack', bot_token: 'x' }))).toBe('channel');
});
