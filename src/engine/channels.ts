import { z } from 'zod';
import { parseDuration } from '../base/duration.ts';
import { SEVERITIES } from '../core/anomalies/severity.ts';
import { parseWeeklyHours } from '../core/context/maintenance.ts';
import { parseMatcher } from '../core/routing/matcher.ts';
import type { Route } from '../core/routing/route.ts';
import type { ChannelSettings } from '../notify/channel-schema.ts';
import { listStoredChannels, type StoredChannel } from '../store/channels-table.ts';
import type { Queryable } from '../store/database.ts';
import type { NotifyOptions } from './notify-options.ts';
import { readStoredSettings } from './sealed-settings.ts';

/** A channel, wherever it comes from. */
export interface Channel {
  readonly name: string;
  readonly type: string;
  /** Null where they cannot be read: `problem` says why, and every message waits. */
  readonly settings: ChannelSettings | null;
  readonly problem: string | null;
  readonly origin: 'config' | 'api';
  readonly createdBy: string;
  readonly createdAtMs: number | null;
}

export interface Channels {
  readonly channels: readonly Channel[];
  readonly routes: readonly Route[];
}

/** A route as people write it; of an added channel without its channels. */
export const routeSchema = z.strictObject({
  match: z.record(z.string(), z.string()).optional(),
  matchers: z.array(z.string()).max(50).optional(),
  min_severity: z.enum(['low', 'medium', 'high', 'critical']).optional(),
  min_confidence: z.number().min(0).max(1).optional(),
  quiet_hours: z.array(z.string()).max(20).optional(),
  cooldown: z.string().optional(),
  group_wait: z.string().optional(),
  alert_budget: z.strictObject({ max: z.number().min(0), every: z.string() }).optional(),
});
export type RouteSettings = z.output<typeof routeSchema>;

/** A route in the units of the core. RangeError when a part of it cannot be understood. */
export function readRoute(
  settings: RouteSettings,
  { name, channels, defaults }: Pick<Route, 'name' | 'channels'> & Pick<NotifyOptions, 'defaults'>,
): Route {
  const {
    match = {},
    matchers = [],
    quiet_hours: quietHours,
    cooldown,
    group_wait: wait,
    alert_budget: budget,
  } = settings;
  const equal = Object.entries(match).map(([label, value]) => {
    return { name: label, op: '=' as const, value };
  });
  return {
    name,
    channels,
    matchers: [...equal, ...matchers.map(parseMatcher)],
    minSeverity: SEVERITIES.find((one) => one === settings.min_severity) ?? defaults.minSeverity,
    minConfidence: settings.min_confidence ?? defaults.minConfidence,
    quietHours: quietHours?.map(parseWeeklyHours) ?? defaults.quietHours,
    cooldownMs: cooldown === undefined ? defaults.cooldownMs : parseDuration(cooldown),
    groupWaitMs: wait === undefined ? defaults.groupWaitMs : parseDuration(wait),
    alertBudget: budget && { max: budget.max, everyMs: parseDuration(budget.every) },
    leastRatio: 0,
  };
}

/**
 * Every channel and route there is. Without routes in the configuration every channel of it gets what the defaults let pass; an
 * added channel has a route of its own. One whose route cannot be read any more is left out.
 */
export async function loadChannels(db: Queryable, options: NotifyOptions): Promise<Channels> {
  const { defaults } = options;
  const configured = Object.entries(options.channels).map(([name, settings]): Channel => {
    const own = { type: settings.type, settings, problem: null, origin: 'config' } as const;
    return { name, ...own, createdBy: 'config', createdAtMs: null };
  });
  const names = configured.map(({ name }) => name);
  const ofAll = { ...defaults, name: 'the default route', channels: names };
  const routes = options.routes.length > 0 || names.length === 0 ? [...options.routes] : [ofAll];
  const channels = [...configured];
  for (const row of await listStoredChannels(db)) {
    const read = readStored(row, options);
    if (read === undefined || names.includes(row.name)) continue;
    channels.push(read.channel);
    routes.push(read.route);
  }
  return { channels, routes };
}

function readStored(
  row: StoredChannel,
  { defaults, keyring }: NotifyOptions,
): { channel: Channel; route: Route } | undefined {
  const { name, createdBy, createdAtMs } = row;
  const own = routeSchema.safeParse(row.route);
  if (!own.success) return undefined;
  const read = readStoredSettings(row, keyring);
  return {
    channel: { name, ...read, origin: 'api', createdBy, createdAtMs },
    route: readRoute(own.data, { name: `the route of ${name}`, channels: [name], defaults }),
  };
}
