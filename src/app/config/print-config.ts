import { stringify } from 'yaml';
import type { LoadedConfig } from './load-config.ts';
import { maskSecrets } from './secret-keys.ts';

/** The configuration in force as saimon.yml would spell it, defaults included, secrets as stars. */
export function printConfig({ config, file }: LoadedConfig): string {
  const source = file === undefined ? 'no file, environment and defaults' : file;
  return `# In force: ${source}\n${stringify(maskSecrets(config))}`;
}
