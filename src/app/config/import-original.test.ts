import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from './config-schema.ts';
import { importConfig } from './import-config.ts';

const ORIGINAL = `
data_collection:
  lookback_hours: 168
  min_data_points: 500
  metrics:
    - {name: node_cpu_seconds_total, type: counter, description: CPU}
    - {name: node_disk_read_bytes_total, type: counter}
    - {name: my_queue_length, type: gauge}
models:
  statistical: {zscore: {enabled: true, threshold: 2.5, window_size: 100}}
  unsupervised: {isolation_forest: {n_estimators: 50, contamination: 0.1}}
training: {schedule: "0 4 * * *", model_dir: /models}
anomaly_detection: {min_consecutive: 3}
alerting: {cooldown: 10}
logging: {level: INFO}
`;

test('a configuration of the original becomes a valid saimon.yml', () => {
  const config = configSchema.parse(parse(importConfig('ml_config.yml', ORIGINAL).text));
  expect(config.schedulers).toMatchObject({
    fit_window: '168h',
    min_samples: 500,
    start_from: '04:00',
  });
  expect(config.models).toEqual({
    zscore: { threshold: 2.5 },
    isolation_forest: { trees: 50, sample_size: 256 },
  });
  expect(config.detection.open_after).toBe('3 of 3');
  expect(config.notify.cooldown).toBe('10m');
  expect(config.log.level).toBe('info');
});

test('raw counters are imported as rates, gauges as they are', () => {
  const { reader } = configSchema.parse(parse(importConfig('ml_config.yml', ORIGINAL).text));
  expect(reader.queries['node_cpu_seconds_total']?.expr).toContain('1 - avg by (instance)');
  expect(reader.queries['node_disk_read_bytes_total']?.expr).toBe(
    'rate(node_disk_read_bytes_total[5m])',
  );
  expect(reader.queries['my_queue_length']?.expr).toBe('my_queue_length');
});

test('every key without a counterpart is named with its place', () => {
  const { warnings } = importConfig('ml_config.yml', ORIGINAL);
  const named = (key: string) => warnings.find((line) => line.includes(` ${key}: `));
  expect(named('models.statistical.zscore.window_size')).toBe(
    'ml_config.yml:10:57 models.statistical.zscore.window_size: not imported, there is no counterpart',
  );
  expect(named('training.model_dir')).toContain('the original ignored it too');
  expect(named('models.unsupervised.isolation_forest.contamination')).toContain(
    'learned from each series',
  );
  expect(named('data_collection.min_data_points')).toBeUndefined();
});
