import type { Keyring } from '../base/keyring.ts';
import type { Finding } from '../contract/status.ts';
import { readStoredSettings } from '../engine/sealed-settings.ts';
import { holdsSecret } from '../notify/channel-schema.ts';
import { listStoredChannels } from '../store/channels-table.ts';
import type { Queryable } from '../store/database.ts';
import { StoreError } from '../store/errors.ts';

/** Whether the settings of added channels can be read by us, and by nobody else. None when there is no such channel. */
export async function checkChannels(database: Queryable, keyring: Keyring): Promise<Finding[]> {
  const name = 'channels';
  const stored = await listStoredChannels(database).catch((error: unknown) => {
    // That the database is away is a finding of its own.
    if (error instanceof StoreError) return [];
    throw error;
  });
  if (stored.length === 0) return [];
  const warnings = stored.flatMap((channel) => {
    const { settings, problem } = readStoredSettings(channel, keyring);
    if (problem !== null) return `${channel.name}: ${problem}`;
    const isOpen = !('sealed' in channel.settings) && settings !== null && holdsSecret(settings);
    return isOpen
      ? `${channel.name}: its secrets stand in the database as they are, set storage.secret_key and start again`
      : [];
  });
  return warnings.length > 0
    ? [{ name, state: 'warn', detail: warnings.join('; ') }]
    : [{ name, state: 'ok', detail: `${stored.length} added, secrets sealed` }];
}
