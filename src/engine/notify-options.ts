import { type Keyring, NO_KEYS } from '../base/keyring.ts';
import { DEFAULT_ROUTE, type Route } from '../core/routing/route.ts';
import type { ChannelSettings } from '../notify/channel-schema.ts';

/** What the configuration says of telling people. */
export interface NotifyOptions {
  /** Channels of the configuration, by name; those that were added stand in the database. */
  readonly channels: Readonly<Record<string, ChannelSettings>>;
  /** None: everything from medium on goes to every channel. */
  readonly routes: readonly Route[];
  /** What routes say that say nothing else. */
  readonly defaults: Omit<Route, 'name' | 'channels'>;
  /** How long one try may take. */
  readonly timeoutMs: number;
  /** How long a message is tried that nobody takes. */
  readonly retryForMs: number;
  /** Address of the web UI, for links; null when nobody said it. */
  readonly externalUrl: string | null;
  /** What the settings of added channels are sealed with. */
  readonly keyring: Keyring;
}

export const DEFAULT_NOTIFY_OPTIONS: NotifyOptions = {
  channels: {},
  routes: [],
  defaults: DEFAULT_ROUTE,
  timeoutMs: 10_000,
  retryForMs: 86_400_000,
  externalUrl: null,
  keyring: NO_KEYS,
};
