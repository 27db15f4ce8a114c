import { stringify } from 'yaml';
import { maskChannel } from '../../notify/channel-schema.ts';
import type { LoadedConfig } from './load-config.ts';
import { maskSecrets } from './secret-keys.ts';

/** The configuration in force as saimon.yml would spell it, defaults included, secrets as stars. */
export function printConfig({ config, file }: LoadedConfig): string {
  const source = file === undefined ? 'no file, environment and defaults' : file;
  const channels = Object.entries(config.notify.channels).map(([name, channel]) => [
    name,
    maskChannel(channel),
  ]);
  const notify = { ...config.notify, channels: Object.fromEntries(channels) };
  return `# In force: ${source}\n${stringify(maskSecrets({ ...config, notify }))}`;
}
