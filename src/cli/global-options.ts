import type { Setting } from '../app/config/environment-settings.ts';
import { type LoadedConfig, loadConfig } from '../app/config/load-config.ts';
import { note } from './output.ts';

/** Options that every command understands. */
export interface GlobalOptions {
  readonly config?: string;
  readonly logLevel?: string;
  readonly logFormat?: string;
  readonly json?: boolean;
}

/** Options that are settings of saimon.yml too. */
export interface SettingOptions extends GlobalOptions {
  readonly addr?: string;
  readonly port?: string;
  readonly dataDir?: string;
}

const FLAGS: readonly (readonly [keyof SettingOptions, flag: string, path: string])[] = [
  ['addr', '--addr', 'server.addr'],
  ['port', '--port', 'server.port'],
  ['dataDir', '--data-dir', 'storage.data_dir'],
  ['logLevel', '--log-level', 'log.level'],
  ['logFormat', '--log-format', 'log.format'],
];

/** The settings among the options of a command line. */
export function flagSettings(options: SettingOptions): Setting[] {
  return FLAGS.flatMap(([name, origin, path]) => {
    const value = options[name];
    return value === undefined ? [] : [{ origin, path: path.split('.'), value }];
  });
}

/** The configuration in force for a command. Throws ConfigError. */
export function readConfig(options: SettingOptions): LoadedConfig {
  return loadConfig({
    file: options.config,
    environment: process.env,
    flags: flagSettings(options),
  });
}

/** Says what was set without effect. */
export function noteWarnings(loaded: LoadedConfig): void {
  for (const warning of loaded.warnings) note(`saimon: warning: ${warning}`);
}
