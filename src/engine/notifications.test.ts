import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createKeyring } from '../base/keyring.ts';
import { DEFAULT_ROUTE } from '../core/routing/route.ts';
import { FakeNotifier } from '../notify/fake-notifier.ts';
import { listAlerts } from '../store/alerts-table.ts';
import { addChannel } from '../store/channels-table.ts';
import type { EmbeddedDatabase } from '../store/embedded-database.ts';
import { resolveIncident } from '../store/handle-incidents.ts';
import { listNotifications } from '../store/notifications-table.ts';
import { addSilence } from '../store/silences-table.ts';
import { openTestDatabase } from '../store/test-database.ts';
import { notifierOf } from './channel-notifier.ts';
import type { Engine } from './engine.ts';
import { DEFAULT_NOTIFY_OPTIONS, type NotifyOptions } from './notify-options.ts';
import { settingsToStore } from './sealed-settings.ts';
import { MINUTE_MS, mortal, NOON_MS, noise, TestWorld } from './test-engine.ts';

let database: EmbeddedDatabase;
let channels: Map<string, FakeNotifier>;
vi.setConfig({ testTimeout: 30_000 });

beforeEach(async () => {
  database = await openTestDatabase();
  channels = new Map([
    ['ops', new FakeNotifier()],
    ['mail', new FakeNotifier()],
  ]);
});
afterEach(() => database.close());

const PAGE = { skip: 0, limit: 100 };
const FAULT_MS = NOON_MS + 22 * MINUTE_MS;
const defaults = { ...DEFAULT_ROUTE, groupWaitMs: 0 };
const ntfy = { type: 'ntfy', url: 'http://127.0.0.1:9', topic: 'unused' } as const;

/** Two hosts, one series each, that leave their ways for ten minutes. */
function world(notify: Partial<NotifyOptions> = {}): TestWorld {
  const options = {
    minSamples: 500,
    notify: { ...DEFAULT_NOTIFY_OPTIONS, defaults, channels: { ops: ntfy, mail: ntfy }, ...notify },
  };
  const made = new TestWorld(database, {
    options,
    notifierOf: (channel) => (channel.settings === null ? notifierOf(channel) : fake(channel.name)),
  });
  for (const [i, host] of ['web-1', 'db-1'].entries()) {
    made.source.add('load', { instance: host }, (timeMs) => {
      const isOff = timeMs >= FAULT_MS && timeMs < FAULT_MS + 10 * MINUTE_MS;
      return noise(timeMs, i + 2) + (isOff ? 30 : 0);
    });
  }
  return made;
}

function fake(name: string): FakeNotifier {
  const one = channels.get(name);
  if (!one) throw new Error(`There is no fake channel ${name}`);
  return one;
}

/** Learned, and the faults are on. */
async function troubled(made: TestWorld): Promise<Engine> {
  const engine = made.engine();
  await engine.detectOnce();
  await engine.trainOnce();
  await made.run(engine, 30);
  return engine;
}

const heard = (name: string) =>
  fake(name)
    .taken.map(({ message: { kind, title } }) => `${kind}: ${title}`)
    .toSorted();

const countQueued = async (channel: string) =>
  (await listNotifications(database, { channel, status: 'queued' }, PAGE)).total;

const history = async (channel: string) =>
  (await listNotifications(database, { channel }, PAGE)).rows
    .map(({ kind, status, reason }) =>
      [kind, status, ...(reason === null ? [] : [reason])].join(' '),
    )
    .toSorted();

test('every incident is told once to every channel when it begins and once when it is over', async () => {
  const made = world();
  const engine = await troubled(made);
  await engine.notifyOnce();
  await engine.notifyOnce();
  const begun = ['firing: load of db-1', 'firing: load of web-1'];
  expect([heard('ops'), heard('mail')]).toEqual([begun, begun]);
  expect(fake('ops').taken[0]).toMatchObject({
    id: expect.stringMatching(/^saimon-\w{8}-incident-\d-\d+$/),
    message: { severity: 'medium', labels: { metric: 'load', severity: 'medium' } },
    link: null,
  });
  const { rows } = await listAlerts(database, {}, PAGE);
  expect(rows.map(({ status, channels: to }) => [status, to.toSorted()])).toEqual([
    ['sent', ['mail', 'ops']],
    ['sent', ['mail', 'ops']],
  ]);
  await made.run(engine, 40);
  await engine.notifyOnce();
  expect(heard('ops')).toEqual([...begun, 'resolved: load of db-1', 'resolved: load of web-1']);
  const counted = await made.telemetry.notifications.get();
  expect(counted.values.map(({ labels, value }) => [labels, value])).toEqual([
    [{ channel: 'mail', outcome: 'sent' }, 4],
    [{ channel: 'ops', outcome: 'sent' }, 4],
  ]);
});

test('what was over before there were channels is told nobody, what goes on is', async () => {
  const quiet = world({ channels: {} });
  const engine = await troubled(quiet);
  expect((await listNotifications(database, {}, PAGE)).total).toBe(0);
  await resolveIncident(database, 1, { user: 'ann', nowMs: quiet.clock.now() });
  await engine.stop();
  const next = world();
  await next.clock.advance(30 * MINUTE_MS);
  await next.engine().notifyOnce();
  expect(heard('ops')).toHaveLength(1);
});

test('a channel that fails is tried again, one that refuses is not, one that hangs holds up no other', async () => {
  const made = world();
  fake('mail').answer = (_, signal) =>
    new Promise((resolve) => {
      const late = { kind: 'failed', reason: 'no answer in time' } as const;
      signal.addEventListener('abort', () => resolve(late), { once: true });
    });
  fake('ops').answer = ({ message: { title } }) =>
    title.endsWith('db-1')
      ? { kind: 'refused', reason: 'no such hook' }
      : { kind: 'failed', reason: 'busy', retryAfterMs: 90_000 };
  const engine = await troubled(made);
  await made.clock.advance(0);
  void engine.notifyOnce();
  await vi.waitFor(async () =>
    expect(await history('ops')).toEqual(['firing failed no such hook', 'firing queued busy']),
  );
  expect(fake('mail').tried).toHaveLength(2);
  // The channel asked for 90 seconds.
  fake('ops').answer = () => ({ kind: 'sent' });
  await made.clock.advance(80_000);
  void engine.notifyOnce();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(fake('ops').taken).toHaveLength(0);
  await made.clock.advance(11_000);
  void engine.notifyOnce();
  await vi.waitFor(() => expect(heard('ops')).toEqual(['firing: load of web-1']));
  expect(made.said.filter((line) => line.includes('(channel ops)'))).toHaveLength(1);
  fake('mail').answer = () => ({ kind: 'sent' });
  await engine.stop();
});

test('once a channel takes a message again, the others do not wait any longer', async () => {
  const made = world();
  fake('ops').answer = () => ({ kind: 'failed', reason: 'busy' });
  const engine = await troubled(made);
  for (let i = 0; i < 8; i++) {
    await engine.notifyOnce();
    await made.clock.advance(2 ** i * 1000);
  }
  fake('ops').answer = () => ({ kind: 'sent' });
  for (let i = 0; i < 300 && (await countQueued('ops')) === 2; i++) {
    await made.clock.advance(1000);
    await engine.notifyOnce();
  }
  await made.clock.advance(10_000);
  await engine.notifyOnce();
  expect(await countQueued('ops')).toBe(0);
  expect(heard('ops')).toHaveLength(2);
});

test('a message that nobody takes is given up when its time is over', async () => {
  const made = world({ retryForMs: 10 * MINUTE_MS });
  fake('ops').answer = () => ({ kind: 'failed', reason: 'busy' });
  const engine = await troubled(made);
  for (let i = 0; i < 12; i++) {
    await engine.notifyOnce();
    await made.clock.advance(2 * MINUTE_MS);
  }
  const [first] = await history('ops');
  expect(first).toMatch(/^firing failed busy; given up after \d tries$/);
});

test('killed after a message was taken and before that was written, it is told again under the same name', async () => {
  const made = world();
  const engine = await troubled(made);
  await engine.stop();
  const dying = mortal(database);
  const doomed = made.engine(dying);
  fake('ops').answer = () => {
    dying.dieAfter = 0;
    return { kind: 'sent' };
  };
  await doomed.notifyOnce().catch(() => {});
  await doomed.notifyOnce().catch(() => {});
  const before = fake('ops').taken.map(({ id }) => id);
  expect(before.length).toBeGreaterThan(0);
  fake('ops').answer = () => ({ kind: 'sent' });
  await made.engine().notifyOnce();
  const ids = fake('ops').taken.map(({ id }) => id);
  expect(new Set(ids).size).toBe(2);
  expect(ids.length).toBe(2 + before.length);
  expect((await history('ops')).toSorted()).toEqual(['firing sent', 'firing sent']);
});

test('a channel whose key is lost keeps its messages waiting, and no other channel waits with it', async () => {
  const own = createKeyring(['the key that the channel was sealed with']);
  const sealed = settingsToStore({ name: 'mail', settings: { ...ntfy, token: 'tk_1' } }, own);
  if (sealed === undefined) throw new Error('Nothing was sealed');
  await addChannel(database, { name: 'mail', settings: sealed, route: {}, createdBy: 'ann' });
  const made = world({ channels: { ops: ntfy }, keyring: createKeyring(['another one']) });
  const engine = await troubled(made);
  await engine.notifyOnce();
  expect(heard('ops')).toHaveLength(2);
  expect(heard('mail')).toEqual([]);
  expect(await history('mail')).toEqual([
    expect.stringMatching(/^firing queued Cannot read its settings: they were sealed with key/),
    expect.stringMatching(/^firing queued Cannot read its settings: they were sealed with key/),
  ]);
  expect(engine.status().problems).toEqual([
    expect.stringMatching(/^Cannot read its settings: .* \(channel mail\)$/),
  ]);
  const notify = { ...DEFAULT_NOTIFY_OPTIONS, defaults, channels: { ops: ntfy }, keyring: own };
  await engine.reconfigure({ notify });
  await made.clock.advance(10 * MINUTE_MS);
  await engine.notifyOnce();
  expect(heard('mail')).toEqual(['firing: load of db-1', 'firing: load of web-1']);
});

test('a silence stops what is told and not what is kept, and is given as the reason', async () => {
  const matchers = [{ name: 'instance', op: '=~' as const, value: 'web-.*' }];
  const made = world();
  await addSilence(database, {
    matchers,
    startsAtMs: NOON_MS,
    endsAtMs: NOON_MS + 29 * MINUTE_MS,
    comment: '',
    createdBy: 'ann',
  });
  const engine = made.engine();
  await engine.detectOnce();
  await engine.trainOnce();
  await made.run(engine, 25);
  await engine.notifyOnce();
  expect(heard('ops')).toEqual(['firing: load of db-1']);
  expect(await history('ops')).toEqual(['firing sent', 'firing withheld silenced by 1']);
  expect(await made.anomalies()).toHaveLength(2);
  await made.clock.advance(4 * MINUTE_MS);
  await engine.notifyOnce();
  expect(heard('ops')).toEqual(['firing: load of db-1', 'firing: load of web-1']);
});

test('a channel that shows curves gets that of the likeliest cause, or none', async () => {
  const made = world();
  const mail = new FakeNotifier({ wantsChart: true });
  channels.set('mail', mail);
  const engine = await troubled(made);
  await engine.notifyOnce();
  const [first] = mail.taken;
  const { times, value, upper } = first?.chart ?? { times: [], value: [], upper: [] };
  const begun = Array.from(times).indexOf(first?.message.startedAtMs ?? 0);
  expect(begun).toBeGreaterThan(60);
  expect(value[begun]).toBeGreaterThan(upper[begun] ?? Number.NaN);
  expect(value[begun - 10]).toBeLessThan(upper[begun - 10] ?? Number.NaN);
  expect(fake('ops').taken[0]?.chart).toBeUndefined();
});

test('a channel that forgets is told again while it goes on', async () => {
  const made = world();
  fake('ops').resendEveryMs = MINUTE_MS;
  const engine = await troubled(made);
  await engine.notifyOnce();
  await made.clock.advance(MINUTE_MS);
  await engine.notifyOnce();
  expect(heard('ops')).toHaveLength(4);
  expect(new Set(fake('ops').taken.map(({ id }) => id)).size).toBe(2);
  expect(await history('ops')).toEqual(['firing sent', 'firing sent']);
  await made.run(engine, 40);
  await engine.notifyOnce();
  const { length } = fake('ops').taken;
  await made.clock.advance(5 * MINUTE_MS);
  await engine.notifyOnce();
  expect(fake('ops').taken).toHaveLength(length);
  expect(heard('mail')).toHaveLength(4);
});
