import { z } from 'zod';
import type { Keyring } from '../base/keyring.ts';
import { type ChannelSettings, channelSchema, holdsSecret } from '../notify/channel-schema.ts';
import {
  lockStoredChannels,
  rewriteSettings,
  type StoredChannel,
} from '../store/channels-table.ts';
import type { Database } from '../store/database.ts';

type Stored = Pick<StoredChannel, 'name' | 'settings'>;

export interface ReadSettings {
  readonly type: string;
  /** Null where they cannot be read: `problem` says why. */
  readonly settings: ChannelSettings | null;
  readonly problem: string | null;
}

const sealedSchema = z.strictObject({ type: z.string(), sealed: z.string() });

const aboutOf = (name: string): string => `channel ${name}`;

/** What is kept of a channel: everything sealed where something in it is secret. Undefined when there is no key for that. */
export function settingsToStore(
  { name, settings }: { readonly name: string; readonly settings: ChannelSettings },
  keyring: Keyring,
): StoredChannel['settings'] | undefined {
  if (!holdsSecret(settings)) return settings;
  if (keyring.isEmpty) return undefined;
  const sealed = keyring.seal(JSON.stringify(settings), aboutOf(name));
  return { type: settings.type, sealed };
}

export function readStoredSettings({ name, settings }: Stored, keyring: Keyring): ReadSettings {
  const type = typeof settings['type'] === 'string' ? settings['type'] : 'unknown';
  const unreadable = (why: string): ReadSettings => {
    const problem = `Cannot read its settings: ${why}, or remove the channel and add it again`;
    return { type, settings: null, problem };
  };
  const sealed = sealedSchema.safeParse(settings);
  const opened = sealed.success ? keyring.open(sealed.data.sealed, aboutOf(name)) : undefined;
  if (opened?.kind === 'unknown_key')
    return unreadable(
      `they were sealed with key ${opened.keyName}, which is not there; give it back in secret.key or storage.secret_key`,
    );
  if (opened?.kind === 'damaged') return unreadable('they were damaged; restore a backup');
  const parsed = channelSchema.safeParse(opened ? JSON.parse(opened.text) : settings);
  return parsed.success
    ? { type: parsed.data.type, settings: parsed.data, problem: null }
    : unreadable('another version wrote them; run that one');
}

export interface Sealing {
  /** Channels that stood in the clear, or under an older key. */
  readonly sealed: readonly string[];
  /** Those whose secrets stand in the clear for want of a key. */
  readonly inClear: readonly string[];
  /** Those that cannot be read. */
  readonly unreadable: readonly { readonly name: string; readonly problem: string }[];
}

/** Brings every stored channel under the newest key. */
export async function sealChannels(database: Database, keyring: Keyring): Promise<Sealing> {
  return database.transaction(async (tx) => {
    const sealed: string[] = [];
    const inClear: string[] = [];
    const unreadable: { name: string; problem: string }[] = [];
    for (const channel of await lockStoredChannels(tx)) {
      const { name } = channel;
      const { settings, problem } = readStoredSettings(channel, keyring);
      if (problem !== null) unreadable.push({ name, problem });
      if (settings === null || isSealedNewest(channel, keyring)) continue;
      const kept = settingsToStore({ name, settings }, keyring);
      if (kept === undefined) inClear.push(name);
      else if (kept !== settings) {
        await rewriteSettings(tx, { name, settings: kept });
        sealed.push(name);
      }
    }
    return { sealed, inClear, unreadable };
  });
}

function isSealedNewest({ settings }: Stored, keyring: Keyring): boolean {
  const { sealed } = settings;
  return typeof sealed === 'string' && keyring.isNewest(sealed);
}
