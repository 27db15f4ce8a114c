import { parseDuration } from '../base/duration.ts';
import { type Keyring, NO_KEYS } from '../base/keyring.ts';
import { DEFAULT_ROUTE } from '../core/routing/route.ts';
import { readRoute } from '../engine/channels.ts';
import type { NotifyOptions } from '../engine/notify-options.ts';
import { channelSchema } from '../notify/channel-schema.ts';
import type { Config } from './config/config-schema.ts';

/** Whom to tell, as the configuration has it. */
export function notifyOf({ notify }: Config, keyring: Keyring = NO_KEYS): NotifyOptions {
  const { cooldown, group_wait: groupWait, external_url: externalUrl } = notify;
  const defaults = {
    ...DEFAULT_ROUTE,
    cooldownMs: parseDuration(cooldown),
    groupWaitMs: parseDuration(groupWait),
  };
  const channels = Object.entries(notify.channels).map(([name, settings]) => {
    // What stood in files was read by now.
    const own = Object.entries(settings).filter(([key]) => !key.endsWith('_file'));
    return [name, channelSchema.parse(Object.fromEntries(own))] as const;
  });
  const routes = notify.routes.map(({ channels: names, ...route }, i) =>
    readRoute(route, { name: `route ${i + 1}`, channels: names, defaults }),
  );
  return {
    channels: Object.fromEntries(channels),
    routes,
    defaults,
    timeoutMs: parseDuration(notify.timeout),
    retryForMs: parseDuration(notify.retry_for),
    externalUrl: externalUrl === '' ? null : externalUrl,
    keyring,
  };
}
