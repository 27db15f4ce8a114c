import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { DEFAULT_SEVERITY_LEVELS } from '../../core/anomalies/severity.ts';
import { missingKey } from '../../notify/channel-schema.ts';
import { isRecord } from '../is-record.ts';
import { readCalendarFile } from './calendar-files.ts';
import { ConfigError, type ConfigProblem, type KeyPath, pathText } from './config-problem.ts';
import { type Config, configSchema } from './config-schema.ts';
import { describeIssue, valueAt } from './describe-issue.ts';
import { environmentSettings, type Setting } from './environment-settings.ts';
import type { Environment } from './interpolate.ts';
import { readSecretFiles } from './secret-files.ts';
import { sectionOf } from './section-of.ts';
import { readYaml, type YamlFile } from './yaml-file.ts';

export interface ConfigSources {
  /** `--config`; without it SAIMON_CONFIG, then saimon.yml in the working folder where there is one. */
  readonly file?: string | undefined;
  /** Reads no file, whatever there is. */
  readonly withoutFile?: boolean;
  readonly environment: Environment;
  /** Settings of the command line, the strongest. */
  readonly flags?: readonly Setting[];
  readonly folder?: string;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Absolute path of the file; undefined when there is none. */
  readonly file: string | undefined;
  /** Lines for people: what was set but has no effect. */
  readonly warnings: readonly string[];
}

/** Reads and checks the configuration: flag over environment over file over default. Throws ConfigError with all problems. */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const folder = sources.folder ?? process.cwd();
  const path = sources.withoutFile === true ? undefined : findFile(sources, folder);
  const yaml = readYaml(
    basename(path ?? 'saimon.yml'),
    path === undefined ? '' : readText(path),
    sources.environment,
  );
  return checkConfig(yaml, {
    file: path,
    folder,
    environment: sources.environment,
    flags: sources.flags ?? [],
  });
}

interface CheckOptions {
  readonly file: string | undefined;
  readonly folder: string;
  readonly environment: Environment;
  readonly flags: readonly Setting[];
}

function checkConfig(yaml: YamlFile, options: CheckOptions): LoadedConfig {
  const environment = environmentSettings(options.environment);
  const origins = new Map<string, string>();
  const root = structuredClone(yaml.root);
  // Paths written in the file are meant from the file's folder, all others from the working folder.
  const fileFolder = options.file === undefined ? options.folder : dirname(options.file);
  resolvePaths(root, fileFolder);
  for (const setting of [...environment.settings, ...options.flags]) {
    const own = { [String(setting.path.at(-1))]: setting.value };
    resolvePaths(own, options.folder);
    put(root, setting.path, Object.values(own)[0]);
    origins.set(pathText(setting.path), setting.origin);
  }
  const locate = (path: KeyPath, what: 'key' | 'value') => {
    const name = pathText(path);
    // A section that only the environment has written is complained of under the name of that.
    const inside = [...origins].find(([key]) => key.startsWith(`${name}.`));
    const written = valueAt(yaml.root, path) !== undefined || inside === undefined;
    return origins.get(name) ?? (written ? yaml.locate(path, what) : inside[1]);
  };
  const problems: ConfigProblem[] = [...yaml.problems];
  const parsed = configSchema.safeParse(root);
  for (const issue of parsed.error?.issues ?? []) {
    for (const { path, at, message } of describeIssue(issue, root)) {
      problems.push({ where: locate(path, at), key: pathText(path), message });
    }
  }
  for (const { path, message } of readSecretFiles(parsed.data)) {
    problems.push({ where: locate(path, 'value'), key: pathText(path), message });
  }
  problems.push(...calendarProblems(parsed.data?.context.calendars ?? [], locate));
  problems.push(...channelProblems(parsed.data?.notify.channels ?? {}, locate));
  if (problems.length > 0 || parsed.data === undefined)
    throw new ConfigError(inFileOrder(problems));
  resolvePaths(parsed.data, options.folder);
  const inert: string[] = [];
  const { reader, detection } = parsed.data;
  if (detection.severity_levels.low !== DEFAULT_SEVERITY_LEVELS.low) {
    inert.push('detection.severity_levels.low: what is anomalous is learned, this only names it');
  }
  if (reader.datasource_url !== '' && reader.scrape_targets.length > 0) {
    inert.push('reader.scrape_targets: not read by SAIMon while reader.datasource_url is set');
  }
  return { config: parsed.data, file: options.file, warnings: [...environment.warnings, ...inert] };
}

function findFile(sources: ConfigSources, folder: string): string | undefined {
  const named = sources.file ?? (sources.environment['SAIMON_CONFIG'] || undefined);
  if (named !== undefined) return resolve(folder, named);
  for (const name of ['saimon.yml', 'saimon.yaml']) {
    try {
      readFileSync(resolve(folder, name));
      return resolve(folder, name);
    } catch (error) {
      if (isRecord(error) && error['code'] !== 'ENOENT') return resolve(folder, name);
    }
  }
  return undefined;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = isRecord(error) && error['code'] === 'ENOENT' ? 'no such file' : String(error);
    throw new ConfigError([
      { where: path, key: '', message: `cannot read the configuration, ${reason}` },
    ]);
  }
}

/** Sets a value in nested sections; a secret and its `_file` displace each other. Changes `root`. */
function put(root: Record<string, unknown>, path: KeyPath, value: unknown): void {
  const section = sectionOf(root, path);
  const key = String(path.at(-1));
  delete section[key.endsWith('_file') ? key.slice(0, -5) : `${key}_file`];
  section[key] = value;
}

/** Channels that lack what they cannot do without; after secrets were read from their files. */
function channelProblems(
  channels: Config['notify']['channels'],
  locate: (path: KeyPath, what: 'key') => string,
): ConfigProblem[] {
  return Object.entries(channels).flatMap(([name, channel]) => {
    const missing = missingKey(channel);
    if (missing === undefined) return [];
    const path = ['notify', 'channels', name];
    const message = `expected ${missing}, which type ${channel.type} needs`;
    return [{ where: locate(path, 'key'), key: pathText(path), message }];
  });
}

function calendarProblems(
  files: readonly string[],
  locate: (path: KeyPath, what: 'value') => string,
): ConfigProblem[] {
  return files.flatMap((file, i) => {
    const path = ['context', 'calendars', i];
    try {
      readCalendarFile(file);
      return [];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return [{ where: locate(path, 'value'), key: pathText(path), message: error.message }];
    }
  });
}

/** Makes the paths of files and folders absolute. Changes `section`. */
function resolvePaths(section: Record<string, unknown>, folder: string): void {
  for (const [key, value] of Object.entries(section)) {
    if (isRecord(value)) resolvePaths(value, folder);
    else if (key === 'calendars' && Array.isArray(value)) {
      section[key] = value.map((file) => (typeof file === 'string' ? resolve(folder, file) : file));
    } else if (
      typeof value === 'string' &&
      value !== '' &&
      (key === 'data_dir' || key.endsWith('_file'))
    ) {
      section[key] = resolve(folder, value);
    }
  }
}

function inFileOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return problems.toSorted((a, b) => placeInFile(a) - placeInFile(b));
}

function placeInFile({ where }: ConfigProblem): number {
  const [, line = '0', column = '0'] = /:(\d+):(\d+)$/.exec(where) ?? [];
  return Number(line) * 100_000 + Number(column);
}
