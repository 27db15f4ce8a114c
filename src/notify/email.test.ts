import { once } from 'node:events';
import { inflateSync } from 'node:zlib';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chartPng } from './chart-png.ts';
import { createEmail } from './email.ts';
import { deliveryOf, messageOf, patience, RESOLVED } from './notifier.suite.ts';
import type { Delivery, Notifier } from './notifier.ts';

let server: SMTPServer;
let port: number;
let notifier: Notifier;
const mails: string[] = [];
let refusal: (Error & { responseCode?: number }) | undefined;

beforeEach(async () => {
  mails.length = 0;
  refusal = undefined;
  server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    onData(stream, _, done) {
      let text = '';
      stream.on('data', (part: Buffer) => (text += part.toString()));
      stream.on('end', () => {
        if (refusal === undefined) mails.push(text);
        done(refusal);
      });
    },
  });
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const address = listening.address();
  port = typeof address === 'object' && address ? address.port : 0;
  notifier = mailer();
});
afterEach(async () => {
  notifier.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

function mailer(more: object = {}): Notifier {
  const to = ['ops@example.org', 'ann@example.org'];
  const from = 'saimon@example.org';
  return createEmail({ smtp_host: '127.0.0.1', smtp_port: port, from, to, ...more });
}

const header = (mail: string | undefined, name: string) =>
  new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'mi')
    .exec(mail?.split('\r\n\r\n', 1)[0] ?? '')?.[1]
    ?.replaceAll(/\s+/g, ' ');

const chart = {
  times: [0, 1, 2, 3],
  value: [5, 6, 20, 6],
  lower: [4, 4, 4, 4],
  upper: [8, 8, 8, 8],
};

test('all mails of an incident are one thread, and the same one again has the same name', async () => {
  const first = await notifier.send(deliveryOf({ chart }), patience());
  expect(first).toEqual({ kind: 'sent', reference: { subject: '[HIGH] cpu of web-1 and 1 more' } });
  const reference = { subject: '[HIGH] cpu of web-1 and 1 more' };
  const over: Delivery = deliveryOf({
    id: 'saimon-1a2b3c4d-incident-7-13',
    message: messageOf({ ...RESOLVED, title: 'cpu of web-1 and 4 more' }),
    reference,
  });
  await notifier.send(over, patience());
  await notifier.send(over, patience());
  const root = '<saimon-1a2b3c4d-incident-7@example.org>';
  expect(mails.map((mail) => header(mail, 'Message-ID'))).toEqual([
    root,
    '<saimon-1a2b3c4d-incident-7-13@example.org>',
    '<saimon-1a2b3c4d-incident-7-13@example.org>',
  ]);
  expect(header(mails[0], 'In-Reply-To')).toBeUndefined();
  expect([header(mails[1], 'In-Reply-To'), header(mails[1], 'References')]).toEqual([root, root]);
  expect(header(mails[1], 'Subject')).toBe('Re: [HIGH] cpu of web-1 and 1 more');
  expect(header(mails[0], 'To')).toBe('ops@example.org, ann@example.org');
  const unfolded = mails[0]?.replaceAll('=\r\n', '') ?? '';
  expect(unfolded).toContain('- cpu is 95 % & "busy" where <40 %> was expected');
  expect(unfolded).toContain('cpu is 95 % &amp; &quot;busy&quot; where &lt;40 %&gt; was expected');
  expect(mails[0]).toMatch(/Content-Type: image\/png; name=curve\.png/);
  expect(mails[1]).not.toContain('image/png');
});

test('a header cannot be smuggled in through a title', async () => {
  const title = 'cpu\r\nBcc: eve@example.org';
  await notifier.send(deliveryOf({ message: messageOf({ title }) }), patience());
  expect(mails).toHaveLength(1);
  expect(header(mails[0], 'Bcc')).toBeUndefined();
});

test('4xx of the mail server is tried again, 5xx is not, and neither is a password without TLS', async () => {
  refusal = Object.assign(new Error('Try later'), { responseCode: 451 });
  expect(await notifier.send(deliveryOf(), patience())).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('451 Try later'),
  });
  refusal = Object.assign(new Error('Not wanted'), { responseCode: 554 });
  expect(await notifier.send(deliveryOf(), patience())).toMatchObject({ kind: 'refused' });
  const secret = mailer({ smtp_user: 'saimon', smtp_password: 's3cret' });
  const outcome = await secret.send(deliveryOf(), patience());
  expect(outcome.kind).not.toBe('sent');
  expect(JSON.stringify(outcome)).not.toContain('s3cret');
  secret.close();
});

test('a mail server that is not there or says nothing is tried again', async () => {
  const away = mailer({ smtp_port: 1 });
  expect(await away.send(deliveryOf(), patience())).toMatchObject({ kind: 'failed' });
  away.close();
  expect(await notifier.send(deliveryOf(), AbortSignal.abort())).toMatchObject({ kind: 'failed' });
  expect(mails).toEqual([]);
});

test('chartPng() draws the band, the curve in it and what is outside in red', () => {
  const png = chartPng(chart);
  expect(png?.subarray(0, 8)).toEqual(Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a));
  const [width, height] = [png?.readUInt32BE(16) ?? 0, png?.readUInt32BE(20) ?? 0];
  expect([width, height]).toEqual([560, 160]);
  const start = (png?.indexOf('IDAT') ?? 0) + 4;
  const length = png?.readUInt32BE(start - 8) ?? 0;
  const rows = inflateSync(png?.subarray(start, start + length) ?? Buffer.alloc(0));
  expect(rows).toHaveLength((width + 1) * height);
  const colourAt = (x: number, y: number) => rows[y * (width + 1) + 1 + x];
  // Values 4 to 20 on 147 pixels from 6: 20 is at 6, the band of 8 down to 4 from 116 to 153.
  expect(colourAt(280 + 90, 6)).toBe(3);
  expect(colourAt(20, 120)).toBe(1);
  expect(colourAt(10, 144)).toBe(2);
  expect(colourAt(20, 50)).toBe(0);
  expect(chartPng({ ...chart, value: [], lower: [], upper: [] })).toBeUndefined();
});
