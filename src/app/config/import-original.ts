import { stringify } from 'yaml';
import { ConfigError, type KeyPath, pathText } from './config-problem.ts';
import { dailyTime, logLevel } from './environment-settings.ts';
import { importMetrics } from './import-metrics.ts';
import { isRecord, readYaml } from './yaml-file.ts';

export interface ImportedConfig {
  /** saimon.yml. */
  readonly text: string;
  /** One line per key that has no counterpart or whose meaning changed. */
  readonly warnings: readonly string[];
}

type Mapped = Readonly<Record<string, unknown>> | string;
type Mapping = (value: unknown) => Mapped;

const hours = (value: unknown) => `${Number(value)}h`;
const key =
  (path: string, read: (value: unknown) => unknown = (value) => value): Mapping =>
  (value) => ({ [path]: read(value) });

/** What each key of the original's ml_config.yml becomes; a text says why it becomes nothing. */
const MAPPINGS: Readonly<Record<string, Mapping>> = {
  'data_collection.lookback_hours': key('schedulers.fit_window', hours),
  'data_collection.scrape_interval': key('reader.sampling_period', (value) => `${Number(value)}s`),
  'data_collection.min_data_points': key('schedulers.min_samples'),
  'models.statistical.zscore.enabled': onlyOn('the z-score always runs'),
  'models.statistical.zscore.threshold': key('models.zscore.threshold'),
  'models.unsupervised.isolation_forest.enabled': onlyOn('the isolation forest always runs'),
  'models.unsupervised.isolation_forest.n_estimators': key('models.isolation_forest.trees'),
  'models.unsupervised.isolation_forest.max_samples': key('models.isolation_forest.sample_size'),
  'models.unsupervised.isolation_forest.contamination': () =>
    'no share of the samples is declared abnormal, the boundary is learned from each series',
  'training.retrain_interval': key('schedulers.fit_every', hours),
  'training.schedule': (value) => {
    const time = dailyTime(String(value));
    return time === undefined
      ? 'only a daily training is possible, set schedulers.start_from and schedulers.fit_every'
      : { 'schedulers.start_from': time };
  },
  'training.max_model_versions': key('storage.retention.models'),
  'anomaly_detection.threshold': key('detection.severity_levels.low'),
  'anomaly_detection.min_consecutive': key(
    'detection.open_after',
    (value) => `${value} of ${value}`,
  ),
  'anomaly_detection.severity_levels.low': key('detection.severity_levels.low'),
  'anomaly_detection.severity_levels.medium': key('detection.severity_levels.medium'),
  'anomaly_detection.severity_levels.high': key('detection.severity_levels.high'),
  'anomaly_detection.severity_levels.critical': key('detection.severity_levels.critical'),
  'alerting.cooldown': key('notify.cooldown', (value) => `${Number(value)}m`),
  'logging.level': key('log.level', (value) => logLevel(String(value))),
  'logging.format': key('log.format'),
};

function onlyOn(reason: string): Mapping {
  return (value) => (value === true ? {} : `${reason}, it cannot be switched off`);
}

/** Keys that the original read from nowhere: its settings never reached the code. */
const NEVER_ACTED = /^(training|alerting|performance|logging)\./;

/** Reads the original's ml_config.yml. Throws ConfigError when it is not YAML. */
export function importOriginal(name: string, text: string): ImportedConfig {
  const file = readYaml(name, text, process.env);
  if (file.problems.length > 0) throw new ConfigError(file.problems);
  const target: Record<string, unknown> = {};
  const warnings: string[] = [];
  const warn = (path: KeyPath, message: string) =>
    warnings.push(`${file.locate(path, 'key')} ${pathText(path)}: ${message}`);
  for (const path of leaves(file.root)) {
    const name = path.join('.');
    const value = valueAt(file.root, path);
    if (name === 'data_collection.metrics') {
      const { queries, notes } = importMetrics(value);
      put(target, 'reader.queries', queries);
      for (const { index, message } of notes) warn([...path, index], message);
      continue;
    }
    const mapped = MAPPINGS[name]?.(value) ?? ignored(name);
    if (typeof mapped === 'string') warn(path, mapped);
    else for (const [to, inner] of Object.entries(mapped)) put(target, to, inner);
  }
  return { text: `# Imported from ${name}\n${stringify(target)}`, warnings };
}

function ignored(name: string): string {
  return NEVER_ACTED.test(name)
    ? 'not imported, the original ignored it too'
    : 'not imported, there is no counterpart';
}

/** Paths of everything that is not a section. */
function leaves(section: Record<string, unknown>, path: readonly string[] = []): string[][] {
  return Object.entries(section).flatMap(([name, value]) =>
    isRecord(value) ? leaves(value, [...path, name]) : [[...path, name]],
  );
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce((value, part) => (isRecord(value) ? value[part] : undefined), root);
}

function put(root: Record<string, unknown>, path: string, value: unknown): void {
  const parts = path.split('.');
  let section = root;
  for (const part of parts.slice(0, -1)) {
    const inner = section[part];
    section = isRecord(inner) ? inner : ((section[part] = {}) as Record<string, unknown>);
  }
  section[parts.at(-1) ?? path] = value;
}
