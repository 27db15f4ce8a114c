import { stringify } from 'yaml';
import { isRecord } from '../is-record.ts';
import { ConfigError, type KeyPath, pathText } from './config-problem.ts';
import { dailyTime, logLevel } from './environment-settings.ts';
import { importMetrics } from './import-metrics.ts';
import { sectionOf } from './section-of.ts';
import { readYaml } from './yaml-file.ts';

export interface ImportedConfig {
  /** saimon.yml. */
  readonly text: string;
  /** One line per key that has no counterpart or whose meaning changed. */
  readonly warnings: readonly string[];
}

type Mapped = Readonly<Record<string, unknown>> | string;
type Mapping = (value: unknown) => Mapped;

const hours = (value: unknown) => `${Number(value)}h`;
const set =
  (path: string, read: (value: unknown) => unknown = (value) => value): Mapping =>
  (value) => ({ [path]: read(value) });

/** What each key of the original's ml_config.yml becomes; a text says why it becomes nothing. */
const MAPPINGS: Readonly<Record<string, Mapping>> = {
  'data_collection.lookback_hours': set('schedulers.fit_window', hours),
  'data_collection.scrape_interval': set('reader.sampling_period', (value) => `${Number(value)}s`),
  'data_collection.min_data_points': set('schedulers.min_samples'),
  'models.statistical.zscore.enabled': onlyOn('the z-score always runs'),
  'models.statistical.zscore.threshold': set('models.zscore.threshold'),
  'models.unsupervised.isolation_forest.enabled': onlyOn('the isolation forest always runs'),
  'models.unsupervised.isolation_forest.n_estimators': set('models.isolation_forest.trees'),
  'models.unsupervised.isolation_forest.max_samples': set('models.isolation_forest.sample_size'),
  'models.unsupervised.isolation_forest.contamination': () =>
    'no share of the samples is declared abnormal, the boundary is learned from each series',
  'training.retrain_interval': set('schedulers.fit_every', hours),
  'training.schedule': (value) => {
    const time = dailyTime(String(value));
    return time === undefined
      ? 'only a daily training is possible, set schedulers.start_from and schedulers.fit_every'
      : { 'schedulers.start_from': time };
  },
  'training.max_model_versions': set('storage.retention.models'),
  'anomaly_detection.threshold': set('detection.severity_levels.low'),
  'anomaly_detection.min_consecutive': set(
    'detection.open_after',
    (value) => `${Number(value)} of ${Number(value)}`,
  ),
  'anomaly_detection.severity_levels.low': set('detection.severity_levels.low'),
  'anomaly_detection.severity_levels.medium': set('detection.severity_levels.medium'),
  'anomaly_detection.severity_levels.high': set('detection.severity_levels.high'),
  'anomaly_detection.severity_levels.critical': set('detection.severity_levels.critical'),
  'alerting.cooldown': set('notify.cooldown', (value) => `${Number(value)}m`),
  'logging.level': set('log.level', (value) => logLevel(String(value))),
  'logging.format': set('log.format'),
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
    const key = path.join('.');
    const value = valueAt(file.root, path);
    if (key === 'data_collection.metrics') {
      const { queries, notes } = importMetrics(value);
      put(target, 'reader.queries', queries);
      for (const { index, message } of notes) warn([...path, index], message);
      continue;
    }
    const mapped = MAPPINGS[key]?.(value) ?? ignored(key);
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
  sectionOf(root, parts)[parts.at(-1) ?? path] = value;
}
