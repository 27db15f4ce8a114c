import {
  ChannelList,
  ChannelName,
  ChannelRemoved,
  ChannelTested,
  NewChannel,
  Channel as WireChannel,
} from '../../contract/channel.ts';
import { User } from '../../contract/paging.ts';
import { type Channel, loadChannels, readRoute, routeSchema } from '../../engine/channels.ts';
import { settingsToStore } from '../../engine/sealed-settings.ts';
import { sendTest } from '../../engine/test-channel.ts';
import { type ChannelSettings, channelSchema, missingKey } from '../../notify/channel-schema.ts';
import { addChannel, removeChannel } from '../../store/channels-table.ts';
import { addTestNotification, channelStandings } from '../../store/notifications-table.ts';
import { ApiError, notFound, ofConfiguration, unusable } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { channelOf } from '../wire/channel.ts';

const TAGS = ['channels'];

export function channelRoutes(
  api: FastifyApi,
  {
    database,
    engine,
    clock,
    watching,
  }: Pick<ApiDependencies, 'database' | 'engine' | 'clock' | 'watching'>,
): void {
  api.get(
    '/api/v1/channels',
    {
      schema: {
        tags: TAGS,
        summary: 'Where messages go; secrets are never shown',
        response: { 200: ChannelList },
      },
    },
    async () => {
      const channels = await wired();
      return { total: channels.length, channels };
    },
  );

  api.get(
    '/api/v1/channels/:name',
    {
      schema: {
        tags: TAGS,
        summary: 'One channel',
        params: ChannelName,
        response: { 200: WireChannel },
      },
    },
    async ({ params: { name } }) => wiredOne(name),
  );

  api.post(
    '/api/v1/channels',
    {
      schema: {
        tags: TAGS,
        summary: 'Add a channel beside those of the configuration; its secrets can be written only',
        querystring: User,
        body: NewChannel,
        response: { 201: WireChannel },
      },
    },
    async ({ body: { name, route, ...given }, query: { user } }, reply) => {
      const settings = readSettings(given);
      checkRoute(route, name);
      const taken = new ApiError(
        409,
        'conflict',
        `Cannot add channel "${name}": there is one of this name, remove it first`,
      );
      const { channels } = await load();
      if (channels.some((one) => one.name === name)) throw taken;
      const kept = settingsToStore({ name, settings }, watching().notify.keyring);
      if (kept === undefined) throw withoutKey(name);
      const added = await addChannel(database, { name, settings: kept, route, createdBy: user });
      if (!added) throw taken;
      engine.notifyRoutingChanged();
      void reply.status(201);
      return await wiredOne(name);
    },
  );

  api.delete(
    '/api/v1/channels/:name',
    {
      schema: {
        tags: TAGS,
        summary: 'Remove a channel; what it was told stays in the list of notifications',
        params: ChannelName,
        querystring: User,
        response: { 200: ChannelRemoved },
      },
    },
    async ({ params: { name } }) => {
      const { origin } = await getChannel(name);
      if (origin === 'config') throw ofConfiguration(`channel "${name}"`, 'remove');
      await removeChannel(database, name);
      engine.notifyRoutingChanged();
      return { message: 'Channel removed', channel: name };
    },
  );

  api.post(
    '/api/v1/channels/:name/test',
    {
      config: { changesItself: true },
      schema: {
        tags: TAGS,
        summary: 'Send a real message that says that it is a test, and say what became of it',
        params: ChannelName,
        querystring: User,
        response: { 200: ChannelTested },
      },
    },
    async (request) => {
      const { name } = request.params;
      const channel = await getChannel(name);
      const options = watching().notify;
      const outcome = await sendTest(channel, { database, clock, options });
      const isSent = outcome.kind === 'sent';
      const reason = isSent ? (outcome.note ?? null) : outcome.reason;
      const nowMs = clock.now();
      const tested = { channel: name, sentAtMs: isSent ? nowMs : null, reason, nowMs };
      return request.change(async () => ({
        channel: name,
        outcome: isSent ? ('sent' as const) : ('failed' as const),
        reason,
        notification_id: await addTestNotification(database, tested),
      }));
    },
  );

  function load() {
    return loadChannels(database, watching().notify);
  }

  async function getChannel(name: string): Promise<Channel> {
    const { channels } = await load();
    const channel = channels.find((one) => one.name === name);
    if (!channel) throw notFound('channel', name);
    return channel;
  }

  async function wired() {
    const [{ channels, routes }, standings] = await Promise.all([
      load(),
      channelStandings(database),
    ]);
    return channels.map((channel) => {
      const standing = standings.find((one) => one.channel === channel.name);
      return channelOf(channel, { routes, standing });
    });
  }

  async function wiredOne(name: string) {
    const channel = (await wired()).find((one) => one.name === name);
    if (!channel) throw notFound('channel', name);
    return channel;
  }

  function checkRoute(route: Record<string, unknown>, name: string): void {
    const parsed = routeSchema.safeParse(route);
    if (!parsed.success) throw refused(parsed.error.issues[0], ['body', 'route']);
    try {
      readRoute(parsed.data, { name, channels: [name], defaults: watching().notify.defaults });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw unusable(['body', 'route'], error.message);
    }
  }
}

function withoutKey(name: string): ApiError {
  return new ApiError(
    409,
    'no_secret_key',
    `Cannot keep the secrets of channel "${name}": there is no key to seal them with, set storage.secret_key (SAIMON_SECRET_KEY or SAIMON_SECRET_KEY_FILE), the same in every process, or write the channel into the configuration`,
  );
}

function readSettings(given: Record<string, unknown>): ChannelSettings {
  const parsed = channelSchema.safeParse(given);
  if (!parsed.success) throw refused(parsed.error.issues[0], ['body']);
  const missing = missingKey(parsed.data);
  if (missing !== undefined) {
    const message = `Cannot add a channel of type ${parsed.data.type} without ${missing}`;
    throw unusable(['body', missing], message);
  }
  return parsed.data;
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What is wrong, by its key and without its value: that may be a secret. */
function refused(issue: Issue | undefined, at: readonly string[]): ApiError {
  const path = (issue?.path ?? []).map((part) => (typeof part === 'number' ? part : String(part)));
  const message = `Cannot use the channel: ${[...path].join('.') || 'its keys'}: ${issue?.message ?? 'wrong'}`;
  return unusable([...at, ...path], message);
}
