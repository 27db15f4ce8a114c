import { z } from 'zod';
import { DEFAULT_SEVERITY_LEVELS, SEVERITIES } from '../../core/anomalies/severity.ts';
import { DEFAULT_POLICY } from '../../core/model/policy.ts';
import { address, duration, number, openingRule, text, timeOfDay } from './fields.ts';
import { notifySchema } from './notify-schema.ts';
import { authKeys, readerSchema } from './reader-schema.ts';

const level = number({ from: 0, to: 1 });

const severityLevels = z
  .strictObject({
    low: level.default(DEFAULT_SEVERITY_LEVELS.low),
    medium: level.default(DEFAULT_SEVERITY_LEVELS.medium),
    high: level.default(DEFAULT_SEVERITY_LEVELS.high),
    critical: level.default(DEFAULT_SEVERITY_LEVELS.critical),
  })
  .refine(
    (levels) =>
      SEVERITIES.every((name, i) => i === 0 || levels[name] > levels[SEVERITIES[i - 1] ?? name]),
    { error: 'expected low < medium < high < critical' },
  );

const schedulersSchema = z.strictObject({
  infer_every: duration('1s').default('5m').describe('How often detection runs'),
  fit_every: duration('1h').default('1d').describe('How often models are trained'),
  start_from: timeOfDay().default('02:00').describe('Time of day of the training, in reader.tz'),
  fit_window: duration('1h').default('7d').describe('How much of the past a training reads'),
  min_samples: number({ from: 10, whole: true })
    .default(1000)
    .describe('Samples before the model of a series is trusted'),
});

const modelsSchema = z.strictObject({
  zscore: z
    .strictObject({ threshold: number({ from: 0.5 }).default(DEFAULT_POLICY.zscoreThreshold) })
    .prefault({}),
  isolation_forest: z
    .strictObject({
      trees: number({ from: 1, to: 1000, whole: true }).default(DEFAULT_POLICY.trees),
      sample_size: number({ from: 8, to: 4096, whole: true }).default(
        DEFAULT_POLICY.treeSampleSize,
      ),
    })
    .prefault({}),
});

const detectionSchema = z.strictObject({
  open_after: openingRule().default('auto').describe('auto, or a rule such as "3 of 5"'),
  close_after: z
    .union([z.literal('auto'), number({ from: 1, whole: true })], {
      error: 'expected auto or how many normal samples close an anomaly',
    })
    .default('auto'),
  severity_levels: severityLevels.prefault({}),
  alert_budget: z.strictObject({ max: number({ from: 0 }), every: duration('1h') }).optional(),
});

const contextSchema = z.strictObject({
  maintenance: z
    .array(
      z.strictObject({
        title: text().default(''),
        start: text(),
        end: text(),
        match: z.record(z.string(), text()).default({}),
      }),
    )
    .default([]),
  events: z
    .strictObject({
      deploy_lookback: duration().default('15m'),
      exclude_from_training: duration().default('30m'),
    })
    .prefault({}),
});

const writerSchema = z.strictObject({
  remote_write: z
    .strictObject({
      url: address(
        ['http:', 'https:'],
        'expected an address such as http://localhost:9090/api/v1/write',
      ).default(''),
      ...authKeys,
    })
    .prefault({}),
  metric_format: z
    .record(z.string(), text())
    .default({ __name__: 'saimon_$VAR', for: '$QUERY_KEY' }),
});

const storageSchema = z.strictObject({
  data_dir: text()
    .min(1, { error: 'expected a folder' })
    .default('./saimon-data')
    .describe('Folder of the embedded database'),
  database_url: address(
    ['postgres:', 'postgresql:'],
    'expected an address such as postgresql://user@host:5432/saimon',
  )
    .default('')
    .describe('PostgreSQL; empty: the embedded database'),
  database_url_file: text().optional(),
  redis_url: address(['redis:', 'rediss:'], 'expected an address such as redis://localhost:6379/0')
    .default('')
    .describe('Cache shared by several processes; empty: in this process'),
  redis_url_file: text().optional(),
  retention: z
    .strictObject({
      samples: duration('1h').default('14d'),
      anomalies: duration('1d').default('400d'),
      models: number({ from: 1, whole: true }).default(5).describe('Versions kept of each model'),
    })
    .prefault({}),
});

const serverSchema = z.strictObject({
  addr: text().min(1, { error: 'expected a host name or address' }).default('127.0.0.1'),
  port: number({ from: 0, to: 65_535, whole: true }).default(8000),
  cors_origins: z
    .array(text())
    .default([])
    .describe('Web pages of other origins that may call the API'),
});

const logSchema = z.strictObject({
  level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  format: z
    .enum(['auto', 'text', 'json'])
    .default('auto')
    .describe('auto: text on a terminal, else JSON'),
});

/** saimon.yml. Every key is optional; durations stay text as they were written. */
export const configSchema = z.strictObject({
  reader: readerSchema.prefault({}),
  schedulers: schedulersSchema.prefault({}),
  models: modelsSchema.prefault({}),
  detection: detectionSchema.prefault({}),
  context: contextSchema.prefault({}),
  writer: writerSchema.prefault({}),
  notify: notifySchema.prefault({}),
  storage: storageSchema.prefault({}),
  server: serverSchema.prefault({}),
  log: logSchema.prefault({}),
});

export type Config = z.infer<typeof configSchema>;
export type QueryConfig = Config['reader']['queries'][string];
