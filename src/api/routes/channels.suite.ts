import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createKeyring, NO_KEYS } from '../../base/keyring.ts';
import { Channel, ChannelList, ChannelTested } from '../../contract/channel.ts';
import { ErrorBody } from '../../contract/error-body.ts';
import { NotificationList } from '../../contract/notification.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../../engine/engine-options.ts';
import { sealChannels } from '../../engine/sealed-settings.ts';
import { channelSchema } from '../../notify/channel-schema.ts';
import { startReceiver, type TestReceiver } from '../../notify/test-receiver.ts';
import { addChannel } from '../../store/channels-table.ts';
import { everyRow } from '../../store/test-rows.ts';
import { openTestApi, TEST_NOTIFY, type TestApi } from '../test-api.ts';

const PATH = '/api/v1/channels';
const SECRET = 's3cret-T0KEN';

/** A part of api.test.ts, where all parts share one database. It is Sunday noon. */
export function channelsSuite(): void {
  let server: TestApi;
  let receiver: TestReceiver;
  let keyring = TEST_NOTIFY.keyring;

  beforeAll(async () => {
    const channels = { pager: { type: 'ntfy', url: 'http://127.0.0.1:9', topic: 'ops' } as const };
    server = await openTestApi({
      watching: () => ({
        ...DEFAULT_ENGINE_OPTIONS,
        notify: { ...TEST_NOTIFY, channels, timeoutMs: 2000, keyring },
      }),
    });
  }, 30_000);
  afterAll(() => server.close());
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver.close());

  const hook = (name: string) => {
    return { name, type: 'webhook', url: `${receiver.url}/hook/${SECRET}`, secret: SECRET };
  };

  test('a channel is added, shown without its secrets, tested and removed', async () => {
    const route = { min_severity: 'high', matchers: ['team=shop'] };
    const added = await server.call('POST', `${PATH}?user=ann`, { ...hook('chat'), route });
    expect(added.status).toBe(201);
    expect(Channel.parse(added.body)).toMatchObject({
      name: 'chat',
      type: 'webhook',
      settings: { url: `${receiver.url}/********`, secret: '********' },
      origin: 'api',
      routes: [{ name: 'the route of chat', matchers: ['team="shop"'], min_severity: 'high' }],
      created_by: 'ann',
    });
    const listed = await server.call('GET', PATH);
    expect(ChannelList.parse(listed.body).channels.map(({ name }) => name)).toEqual([
      'pager',
      'chat',
    ]);
    const tested = await server.call('POST', `${PATH}/chat/test`);
    expect(ChannelTested.parse(tested.body)).toMatchObject({ outcome: 'sent', reason: null });
    expect(receiver.received[0]?.body).toMatchObject({
      commonAnnotations: { summary: 'This is a test of SAIMon: nothing is wrong' },
    });
    receiver.answer = ({ path }, response) => {
      response.writeHead(404);
      response.end(`no ${path}`);
    };
    const failed = await server.call('POST', `${PATH}/chat/test`);
    expect(failed.body).toMatchObject({
      outcome: 'failed',
      reason: `${receiver.url} refused it with 404, no …`,
    });
    const told = await server.call('GET', '/api/v1/notifications?channel=chat');
    expect(
      NotificationList.parse(told.body).notifications.map(({ kind, status }) => [kind, status]),
    ).toEqual([
      ['test', 'failed'],
      ['test', 'sent'],
    ]);
    expect((await server.call('GET', `${PATH}/chat`)).body).toMatchObject({
      failed: 1,
      last_sent_at: '2026-11-22T12:00:00.000Z',
      problem: expect.stringContaining('refused it with 404'),
    });
    for (const { text } of [added, listed, tested, failed, told])
      expect(text).not.toContain(SECRET);
    expect((await server.call('POST', PATH, hook('chat'))).status).toBe(409);
    expect((await server.call('DELETE', `${PATH}/chat`)).status).toBe(200);
    expect((await server.call('GET', `${PATH}/chat`)).status).toBe(404);
  });

  const problemOf = async (name: string) =>
    Channel.parse((await server.call('GET', `${PATH}/${name}`)).body).problem;
  const dump = async () => JSON.stringify(await everyRow(server.database));

  test.each([
    { type: 'webhook', url: `http://127.0.0.1:9/${SECRET}` },
    { type: 'slack', webhook_url: `http://127.0.0.1:9/${SECRET}` },
    { type: 'slack', bot_token: SECRET, channel: '#o', api_url: 'http://127.0.0.1:9' },
    { type: 'email', smtp_host: '127.0.0.1', smtp_port: 9, smtp_password: SECRET, to: ['a@b.c'] },
    { type: 'pagerduty', routing_key: SECRET, url: 'http://127.0.0.1:9' },
    { type: 'alertmanager', urls: [`http://ann:${SECRET}@127.0.0.1:9`] },
    { type: 'ntfy', topic: 'ops', token: SECRET, url: 'http://127.0.0.1:9' },
    { type: 'template', url: `http://127.0.0.1:9/${SECRET}`, body: '{}' },
  ])('no table of the database holds the secret of %j', async (settings) => {
    const added = await server.call('POST', PATH, { name: 'hidden', ...settings });
    expect(added.status).toBe(201);
    expect((await server.call('POST', `${PATH}/hidden/test`)).status).toBe(200);
    expect(await dump()).not.toContain(SECRET);
    expect(await dump()).toContain('hidden');
    await server.call('DELETE', `${PATH}/hidden`);
  });

  describe('with another key', () => {
    const OLD = 'an older key of thirty-two chars or so';
    const NEW = 'a newer key of thirty-two chars or so';
    afterEach(async () => {
      keyring = TEST_NOTIFY.keyring;
      await server.call('DELETE', `${PATH}/chat`);
    });

    test('a channel says that it cannot be read, is kept, and can be removed', async () => {
      keyring = createKeyring([OLD]);
      await server.call('POST', PATH, hook('chat'));
      keyring = createKeyring([NEW]);
      expect(await problemOf('chat')).toMatch(
        /^Cannot read its settings: they were sealed with key [0-9a-f]{8}, which is not there; give it back in secret.key or storage.secret_key, or remove the channel and add it again$/,
      );
      expect((await server.call('GET', `${PATH}/chat`)).body).toMatchObject({
        type: 'webhook',
        settings: {},
      });
      expect((await server.call('POST', `${PATH}/chat/test`)).body).toMatchObject({
        outcome: 'failed',
        reason: expect.stringContaining('Cannot read its settings'),
      });
      expect(await sealChannels(server.database, keyring)).toMatchObject({
        sealed: [],
        unreadable: [{ name: 'chat' }],
      });
      keyring = createKeyring([OLD]);
      expect((await server.call('POST', `${PATH}/chat/test`)).body).toMatchObject({
        outcome: 'sent',
      });
    });

    test('a start with a new key in front of the old one brings everything under the new one', async () => {
      keyring = createKeyring([OLD]);
      await server.call('POST', PATH, hook('chat'));
      const both = createKeyring([NEW, OLD]);
      expect(await sealChannels(server.database, both)).toMatchObject({ sealed: ['chat'] });
      expect(await sealChannels(server.database, both)).toMatchObject({ sealed: [] });
      keyring = createKeyring([NEW]);
      expect((await server.call('POST', `${PATH}/chat/test`)).body).toMatchObject({
        outcome: 'sent',
      });
    });

    test('what stood in the clear is sealed at the start, and stays readable without a key', async () => {
      const { name: _, ...given } = hook('chat');
      const settings = channelSchema.parse(given);
      await addChannel(server.database, { name: 'chat', settings, route: {}, createdBy: 'ann' });
      keyring = NO_KEYS;
      expect(await sealChannels(server.database, keyring)).toMatchObject({ inClear: ['chat'] });
      expect(await problemOf('chat')).toBeNull();
      expect(await dump()).toContain(SECRET);
      keyring = createKeyring([NEW]);
      expect(await sealChannels(server.database, keyring)).toMatchObject({ sealed: ['chat'] });
      expect(await dump()).not.toContain(SECRET);
      expect((await server.call('POST', `${PATH}/chat/test`)).body).toMatchObject({
        outcome: 'sent',
      });
    });

    test('without a key no secret is kept, and what has none is', async () => {
      keyring = NO_KEYS;
      expect(await server.call('POST', PATH, hook('chat'))).toMatchObject({
        status: 409,
        body: {
          code: 'no_secret_key',
          error: expect.stringContaining('set storage.secret_key (SAIMON_SECRET_KEY'),
        },
      });
      const plain = { name: 'chat', type: 'ntfy', topic: 'ops', url: 'http://127.0.0.1:9' };
      expect((await server.call('POST', PATH, plain)).status).toBe(201);
    });
  });

  test('what stands in the configuration can be tested but not changed here', async () => {
    expect((await server.call('POST', PATH, hook('pager'))).status).toBe(409);
    expect((await server.call('DELETE', `${PATH}/pager`)).body).toMatchObject({
      error: 'Cannot remove channel "pager": it comes from the configuration, remove it there',
    });
    expect((await server.call('POST', `${PATH}/pager/test`)).body).toMatchObject({
      outcome: 'failed',
    });
  });

  test.each([
    ['name', { name: 'a b', type: 'ntfy', topic: 't' }],
    ['type', { name: 'a', type: 'smoke' }],
    ['url', { name: 'a', type: 'webhook' }],
    ['url', { name: 'a', type: 'webhook', url: 'file:///etc/passwd' }],
    ['topic', { name: 'a', type: 'ntfy', topic: 'a/b' }],
    ['to', { name: 'a', type: 'email', smtp_host: 'h', to: ['nobody'] }],
    ['route', { name: 'a', type: 'ntfy', topic: 't', route: { cooldown: 'long' } }],
    ['route', { name: 'a', type: 'ntfy', topic: 't', route: { quiet_hours: ['at night'] } }],
    ['route', { name: 'a', type: 'ntfy', topic: 't', route: { colour: 'red' } }],
  ])('a wrong %s is 422, named, and its value is not repeated: %j', async (field, wanted) => {
    const { status, body } = await server.call('POST', PATH, { ...wanted, secret: SECRET });
    expect(status).toBe(422);
    expect(ErrorBody.parse(body).detail?.[0]?.loc[0]).toBe('body');
    expect(JSON.stringify(body)).not.toContain(SECRET);
    if (wanted.type === 'webhook' && field !== 'name') expect(body['error']).toContain(field);
  });

  test('what is not there is 404, what did not fail is not sent again', async () => {
    for (const [method, path] of [
      ['GET', `${PATH}/none`],
      ['DELETE', `${PATH}/none`],
      ['POST', `${PATH}/none/test`],
      ['GET', '/api/v1/notifications/999'],
      ['POST', '/api/v1/notifications/999/retry'],
    ] as const)
      expect((await server.call(method, path)).status).toBe(404);
    const tested = await server.call('POST', `${PATH}/pager/test`);
    const retry = `/api/v1/notifications/${Number(tested.body['notification_id'])}/retry`;
    expect(await server.call('POST', retry)).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining('it is a test, send another one') },
    });
    expect((await server.call('GET', '/api/v1/notifications?status=lost')).status).toBe(422);
  });
}
