import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AlertmanagerServer, startAlertmanager } from './alertmanager-server.ts';
import { type FakePrometheus, startFakePrometheus } from './fake-prometheus.ts';
import { type Row, type RunningSaimon, runSaimon } from './running-saimon.ts';
import { eventually } from './server-process.ts';
import { type ShakyReceiver, startShakyReceiver, type Taken } from './shaky-receiver.ts';
import { patient } from './watched-fake.ts';

// Real Alertmanager and SMTP, receivers with bad habits, told in order: each test continues where the one before ended.

const INCIDENTS = 200;
const KILLS = 10;
const SECRET = 's3cret-T0KEN';
const closing: (() => Promise<unknown>)[] = [];
const mails: Taken[] = [];
let prometheus: FakePrometheus;
let alertmanager: AlertmanagerServer;
/** Told by the Alertmanager. */
let managed: ShakyReceiver;
let receivers: Record<'failing' | 'hanging' | 'limiting' | 'dying', ShakyReceiver>;
let saimon: RunningSaimon;

const groupKey = (body: Record<string, unknown>) => String(body['groupKey']);

beforeAll(async () => {
  prometheus = await startFakePrometheus({ epochS: Math.floor(Date.now() / 1000) - 600 });
  managed = await startShakyReceiver(
    () => 'take',
    (body) => String(Object(body['commonLabels'])['saimon_key']),
  );
  alertmanager = await startAlertmanager({ url: managed.url });
  receivers = {
    failing: await startShakyReceiver((i) => (i % 3 === 0 ? 'fail' : 'take'), groupKey),
    hanging: await startShakyReceiver((i) => (i < 12 ? 'hang' : 'take'), groupKey),
    limiting: await startShakyReceiver((i) => (i % 40 === 5 ? 'limit' : 'take'), groupKey),
    dying: await startShakyReceiver((i) => (i % 10 === 3 ? 'take and die' : 'take'), groupKey),
  };
  const mailPort = await startMailServer();
  for (const one of [managed, ...Object.values(receivers)]) closing.push(() => one.leave());
  closing.push(
    () => alertmanager.stop(),
    () => prometheus.leave(),
  );
  const hooks = Object.entries(receivers).map(([name, { url }]) => [
    name,
    { type: 'webhook', url: `${url}/${SECRET}`, secret: SECRET },
  ]);
  saimon = await runSaimon({
    reader: {
      datasource_url: prometheus.url,
      sampling_period: '1s',
      queries: { orders: { expr: 'orders' } },
    },
    schedulers: { infer_every: '2s' },
    detection: { incidents: { gap: '1h' } },
    notify: {
      timeout: '1s',
      channels: {
        ...Object.fromEntries(hooks),
        am: { type: 'alertmanager', urls: [alertmanager.url] },
        mail: {
          type: 'email',
          smtp_host: '127.0.0.1',
          smtp_port: mailPort,
          from: 'saimon@example.org',
          to: ['ops@example.org'],
        },
      },
    },
  });
  closing.push(() => saimon.stop());
});

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

async function startMailServer(): Promise<number> {
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    onData(stream, _, done) {
      let text = '';
      stream.on('data', (part: Buffer) => (text += part.toString()));
      stream.on('end', () => {
        const status = headerOf(text, 'In-Reply-To') === undefined ? 'firing' : 'resolved';
        const key = headerOf(text, 'X-SAIMon-Incident') ?? '';
        mails.push({ key, status, id: headerOf(text, 'Message-ID') ?? '' });
        done();
      });
    },
  });
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = listening.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function headerOf(mail: string, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)`, 'mi').exec(mail)?.[1]?.trim();
}

/** Keys of what was told, by its kind. */
function keysOf(taken: readonly Taken[], status: string): Set<string> {
  return new Set(taken.flatMap((one) => (one.status === status ? [one.key] : [])));
}

/** Asks until it is answered: the process may be dead just now. */
async function insist(path: string, body?: object): Promise<Row> {
  return eventually(async () => {
    const response = await fetch(`${saimon.url}/api/v1${path}`, {
      ...(body && { method: 'POST', headers: { 'content-type': 'application/json' } }),
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  }, patient);
}

/** Another program's word for something anomalous on a host: an incident of its own. */
function report(host: string, timestamp = new Date().toISOString()): Promise<Row> {
  return insist('/anomalies', {
    metric_name: 'orders',
    timestamp,
    value: 9,
    anomaly_score: 0.999,
    severity: 'critical',
    algorithm: 'test',
    labels: { host },
  });
}

const incidents = async () =>
  (await insist('/incidents?limit=1000'))['incidents'] as {
    id: number;
    status: string;
    title: string;
  }[];

async function untilTold(): Promise<void> {
  await eventually(
    async () => {
      for (const status of ['queued', 'waiting', 'withheld'])
        expect((await insist(`/notifications?status=${status}&limit=1`))['total'], status).toBe(0);
    },
    { timeoutMs: 200_000, everyMs: 1000 },
  );
}

/** Each beginning and each end was told by one message, in this order; gives how many came more than once under the same name. */
function expectOnceEach(name: string, taken: readonly Taken[]): number {
  const ids = new Map<string, Set<string>>();
  const first: string[] = [];
  for (const { key, status, id } of taken) {
    const of = ids.get(`${key} ${status}`) ?? new Set();
    if (of.size === 0) first.push(`${key} ${status}`);
    ids.set(`${key} ${status}`, of.add(id));
  }
  const keys = new Set(taken.map(({ key }) => key));
  expect(keys.size, name).toBe(INCIDENTS);
  for (const key of keys) {
    expect(ids.get(`${key} firing`)?.size, `${name}: ${key} firing`).toBe(1);
    expect(ids.get(`${key} resolved`)?.size, `${name}: ${key} resolved`).toBe(1);
    expect(first.indexOf(`${key} firing`)).toBeLessThan(first.indexOf(`${key} resolved`));
  }
  return taken.length - 2 * INCIDENTS;
}

test('200 incidents, killed ten times: each is told once and ended once, nothing is lost', {
  timeout: 600_000,
}, async () => {
  const begunMs = Date.now();
  const hosts = Array.from({ length: INCIDENTS }, (_, i) => `web-${i + 1}`);
  const reporting = (async () => {
    for (let at = 0; at < hosts.length; at += 4) {
      await Promise.all(hosts.slice(at, at + 4).map((host) => report(host)));
    }
  })();
  const ending = (async () => {
    const ended = new Set<number>();
    while (ended.size < INCIDENTS) {
      const open = (await incidents()).filter(({ id }) => !ended.has(id));
      for (const { id } of open.slice(0, 20)) {
        await insist(`/incidents/${id}/resolve`, {});
        ended.add(id);
      }
      await sleep(1000);
    }
  })();
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(500 + Math.random() * 1500);
    if (kill % 3 === 1) await receivers.dying.leave();
    await saimon.end('SIGKILL');
    await saimon.again();
    if (kill % 3 === 1) await receivers.dying.comeBack();
  }
  const killedMs = Date.now();
  await Promise.all([reporting, ending]);
  await untilTold();
  expect((await insist('/notifications?status=failed'))['total']).toBe(0);
  const repeats = Object.entries({ ...receivers, mail: { taken: mails } }).map(
    ([name, { taken }]) => `${name} ${expectOnceEach(name, taken)}`,
  );
  await eventually(async () => {
    expect(await alertmanager.alerts()).toEqual([]);
    const told = ['firing', 'resolved'].map((status) => keysOf(managed.taken, status).size);
    expect(told).toEqual([INCIDENTS, INCIDENTS]);
  }, patient);
  const requests = Object.entries(receivers).map(([name, one]) => `${name} ${one.requests()}`);
  process.stdout.write(
    `  ${INCIDENTS} incidents, ${KILLS} kills in ${Math.round((killedMs - begunMs) / 1000)} s, all told after ${Math.round((Date.now() - begunMs) / 1000)} s;` +
      ` told again under the same name: ${repeats.join(', ')}; requests: ${requests.join(', ')}\n`,
  );
});

test('a silence in the Alertmanager or here stops pages and no records', async () => {
  const silenceId = await alertmanager.silence({ host: 'db-1' });
  await insist('/silences', { matchers: ['host=db-2'], duration: '1h' });
  const before = managed.taken.length;
  for (const host of ['db-1', 'db-2', 'db-3']) await report(host);
  const told = await eventually(async () => {
    const rows = (await insist('/notifications?channel=am&limit=3'))['notifications'] as Row[];
    const [third, second, first] = rows.toSorted((a, b) =>
      String(b['title']).localeCompare(String(a['title'])),
    );
    expect(first).toMatchObject({ title: 'orders of db-1', status: 'sent' });
    expect(second).toMatchObject({ title: 'orders of db-2', status: 'withheld' });
    expect(third).toMatchObject({ title: 'orders of db-3', status: 'sent', reason: null });
    return { first, second };
  }, patient);
  expect(told.first?.['reason']).toBe(
    `silenced in Alertmanager ${alertmanager.url} by ${silenceId}`,
  );
  expect(told.second?.['reason']).toMatch(/^silenced by \d+$/);
  const alerts = await alertmanager.alerts();
  const states = alerts.map(({ labels, status }) => `${labels['host']} ${status.state}`);
  expect(states.toSorted()).toEqual(['db-1 suppressed', 'db-3 active']);
  await eventually(async () => expect(managed.taken).toHaveLength(before + 1), patient);
  const open = (await incidents()).filter(({ status }) => status === 'open');
  expect(open.map(({ title }) => title).toSorted()).toEqual([
    'orders of db-1',
    'orders of db-2',
    'orders of db-3',
  ]);
  for (const { id } of open) await insist(`/incidents/${id}/resolve`, {});
  await eventually(async () => expect(await alertmanager.alerts()).toEqual([]), patient);
});

test('no secret is in the log, in an answer or in the audit log', async () => {
  const asked = ['/channels', '/notifications?limit=1000', '/audit?limit=1000', '/incidents'];
  for (const path of asked) expect(JSON.stringify(await insist(path)), path).not.toContain(SECRET);
  expect(saimon.output()).not.toContain(SECRET);
  const metrics = await (await fetch(`${saimon.url}/metrics`)).text();
  expect(metrics).toContain('saimon_notifications_total{channel="am",outcome="sent"}');
  expect(metrics).not.toContain(SECRET);
});
