import type { Channel as WireChannel } from '../../contract/channel.ts';
import { matcherText } from '../../core/routing/matcher.ts';
import type { Route } from '../../core/routing/route.ts';
import type { Channel } from '../../engine/channels.ts';
import { maskChannel } from '../../notify/channel-schema.ts';
import type { ChannelStanding } from '../../store/notifications-table.ts';
import { isoOrNull } from './iso.ts';

export interface ChannelFacts {
  /** All there are. */
  readonly routes: readonly Route[];
  readonly standing: ChannelStanding | undefined;
}

export function channelOf(channel: Channel, { routes, standing }: ChannelFacts): WireChannel {
  const { name, type, settings, origin, createdBy, createdAtMs } = channel;
  const { type: _, ...shown } = settings === null ? {} : maskChannel(settings);
  return {
    name,
    type,
    settings: shown,
    origin,
    routes: routes.filter(({ channels }) => channels.includes(name)).map(routeOf),
    created_by: createdBy,
    created_at: isoOrNull(createdAtMs),
    queued: standing?.queued ?? 0,
    failed: standing?.failed ?? 0,
    last_sent_at: isoOrNull(standing?.lastSentAtMs ?? null),
    problem: channel.problem ?? standing?.problem ?? null,
  };
}

function routeOf(route: Route): WireChannel['routes'][number] {
  return {
    name: route.name,
    matchers: route.matchers.map(matcherText),
    min_severity: route.minSeverity,
    min_confidence: route.minConfidence,
    cooldown_seconds: route.cooldownMs / 1000,
    group_wait_seconds: route.groupWaitMs / 1000,
  };
}
