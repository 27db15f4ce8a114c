import { expect, test } from 'vitest';
import { DEFAULT_ENGINE_OPTIONS } from '../engine/engine-options.ts';
import { configSchema } from './config/config-schema.ts';
import { engineSettings } from './engine-settings.ts';

test('the empty configuration asks of the engine what it does by itself', () => {
  const settings = engineSettings(configSchema.parse({ reader: { tz: 'UTC' } }));
  const { policy, ...rest } = settings;
  const { policy: _, ...defaults } = DEFAULT_ENGINE_OPTIONS;
  expect(rest).toEqual(defaults);
  expect(policy).toMatchObject({ openAfter: 'auto', closeAfter: 'auto', zscoreThreshold: 3 });
});

test('durations become milliseconds, rules and queries what the engine reads', () => {
  const config = configSchema.parse({
    reader: { queries: { cpu: { expr: 'up', unit: 'ratio', data_range: [0, 1], step: '5s' } } },
    schedulers: { infer_every: '15s', start_from: '03:30', fit_window: '30d' },
    detection: { open_after: '3 of 5', close_after: 4 },
  });
  const settings = engineSettings(config);
  expect(settings).toMatchObject({ inferEveryMs: 15_000, fitStartMs: 12_600_000 });
  expect(settings.historyMs).toBe(settings.fitWindowMs);
  expect(settings.policy).toMatchObject({ openAfter: { count: 3, of: 5 }, closeAfter: 4 });
  expect(settings.queries[0]).toMatchObject({
    alias: 'cpu',
    unit: 'ratio',
    options: { data_range: [0, 1], step: '5s', detection_direction: 'both' },
  });
});
