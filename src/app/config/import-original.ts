import { valueAt } from './describe-issue.ts';
import { dailyTime, logLevel } from './environment-settings.ts';
import { importMetrics } from './import-metrics.ts';
import { becomes, ImportDraft, type ImportedConfig, leaves, type Mapping } from './imported.ts';
import type { YamlFile } from './yaml-file.ts';

const hours = (value: unknown) => `${Number(value)}h`;

/** What each key of the original's ml_config.yml becomes; a text says why it becomes nothing. */
const MAPPINGS: Readonly<Record<string, Mapping>> = {
  'data_collection.lookback_hours': becomes('schedulers.fit_window', hours),
  'data_collection.scrape_interval': becomes(
    'reader.sampling_period',
    (value) => `${Number(value)}s`,
  ),
  'data_collection.min_data_points': becomes('schedulers.min_samples'),
  'models.statistical.zscore.enabled': onlyOn('the z-score always runs'),
  'models.statistical.zscore.threshold': becomes('models.zscore.threshold'),
  'models.unsupervised.isolation_forest.enabled': onlyOn('the isolation forest always runs'),
  'models.unsupervised.isolation_forest.n_estimators': becomes('models.isolation_forest.trees'),
  'models.unsupervised.isolation_forest.max_samples': becomes(
    'models.isolation_forest.sample_size',
  ),
  'models.unsupervised.isolation_forest.contamination': () =>
    'no share of the samples is declared abnormal, the boundary is learned from each series',
  'training.retrain_interval': becomes('schedulers.fit_every', hours),
  'training.schedule': (value) => {
    const time = dailyTime(String(value));
    return time === undefined
      ? 'only a daily training is possible, set schedulers.start_from and schedulers.fit_every'
      : { 'schedulers.start_from': time };
  },
  'training.max_model_versions': becomes('storage.retention.models'),
  'anomaly_detection.threshold': becomes('detection.severity_levels.low'),
  'anomaly_detection.min_consecutive': becomes(
    'detection.open_after',
    (value) => `${Number(value)} of ${Number(value)}`,
  ),
  'anomaly_detection.severity_levels.low': becomes('detection.severity_levels.low'),
  'anomaly_detection.severity_levels.medium': becomes('detection.severity_levels.medium'),
  'anomaly_detection.severity_levels.high': becomes('detection.severity_levels.high'),
  'anomaly_detection.severity_levels.critical': becomes('detection.severity_levels.critical'),
  'alerting.cooldown': becomes('notify.cooldown', (value) => `${Number(value)}m`),
  'logging.level': becomes('log.level', (value) => logLevel(String(value))),
  'logging.format': becomes('log.format'),
};

function onlyOn(reason: string): Mapping {
  return (value) => (value === true ? {} : `${reason}, it cannot be switched off`);
}

/** Keys that the original read from nowhere: its settings never reached the code. */
const NEVER_ACTED = /^(training|alerting|performance|logging)\./;

/** Whether it is the original's ml_config.yml. */
export function isOriginal(root: Readonly<Record<string, unknown>>): boolean {
  const sections = ['data_collection', 'anomaly_detection', 'training', 'alerting'];
  const kinds = [
    ['models', 'statistical'],
    ['models', 'unsupervised'],
  ];
  return (
    sections.some((name) => name in root) || kinds.some((path) => valueAt(root, path) !== undefined)
  );
}

/** A saimon.yml of the original's ml_config.yml. */
export function importOriginal(name: string, file: YamlFile): ImportedConfig {
  const draft = new ImportDraft(file);
  for (const path of leaves(file.root)) {
    const key = path.join('.');
    if (key === 'data_collection.metrics') {
      const { queries, notes } = importMetrics(valueAt(file.root, path));
      draft.put(['reader', 'queries'], queries);
      for (const { index, message } of notes) draft.warn([...path, index], message);
    } else draft.take(path, MAPPINGS[key] ?? (() => ignored(key)));
  }
  return draft.finish(name);
}

function ignored(name: string): string {
  return NEVER_ACTED.test(name)
    ? 'not imported, the original ignored it too'
    : 'not imported, there is no counterpart';
}
