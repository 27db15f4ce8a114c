import { z } from 'zod';
import { keysIn, SHORTEST_KEY } from '../../base/keyring.ts';
import { DEFAULT_SEVERITY_LEVELS, SEVERITIES } from '../../core/anomalies/severity.ts';
import { DEFAULT_POLICY } from '../../core/model/policy.ts';
import { contextSchema } from './context-schema.ts';
import { address, duration, httpAddress, number, openingRule, text, timeOfDay } from './fields.ts';
import { notifySchema } from './notify-schema.ts';
import { authKeys, readerSchema } from './reader-schema.ts';

const level = number({ from: 0, to: 1 });

const severityLevels = z
  .strictObject({
    low: level
      .default(DEFAULT_SEVERITY_LEVELS.low)
      .describe('Name of what is just anomalous; the boundary itself is learned'),
    medium: level
      .default(DEFAULT_SEVERITY_LEVELS.medium)
      .describe('From this score on medium, which makes an alert'),
    high: level.default(DEFAULT_SEVERITY_LEVELS.high).describe('From this score on high'),
    critical: level
      .default(DEFAULT_SEVERITY_LEVELS.critical)
      .describe('From this score on critical'),
  })
  .refine(
    (levels) =>
      SEVERITIES.every((name, i) => i === 0 || levels[name] > levels[SEVERITIES[i - 1] ?? name]),
    { error: 'expected low < medium < high < critical' },
  );

const schedulersSchema = z.strictObject({
  infer_every: duration('1s').default('5m').describe('How often detection runs'),
  fit_every: duration('1h').default('1d').describe('How often models are trained'),
  start_from: timeOfDay()
    .default('02:00')
    .describe(
      'Time of day of the training, in reader.tz; its versions judge from an hour later on',
    ),
  fit_window: duration('1h').default('7d').describe('How much of the past a training reads'),
  min_samples: number({ from: 10, whole: true })
    .default(1000)
    .describe('Samples before the model of a series is trusted'),
});

const modelsSchema = z.strictObject({
  zscore: z
    .strictObject({
      threshold: number({ from: 0.5 })
        .default(DEFAULT_POLICY.zscoreThreshold)
        .describe('A jump of fewer robust standard deviations is no evidence by itself'),
    })
    .prefault({}),
  isolation_forest: z
    .strictObject({
      trees: number({ from: 1, to: 1000, whole: true })
        .default(DEFAULT_POLICY.trees)
        .describe('Trees of a forest'),
      sample_size: number({ from: 8, to: 4096, whole: true })
        .default(DEFAULT_POLICY.treeSampleSize)
        .describe('Samples that each tree is grown on'),
    })
    .prefault({}),
});

const incidentsSchema = z.strictObject({
  min_members: number({ from: 1, whole: true })
    .default(1)
    .describe('Fewer anomalies of one trouble are no incident'),
  gap: duration('1m')
    .default('15m')
    .describe(
      'Tied anomalies that are not longer apart are one incident; it ends when this long nothing came',
    ),
  labels: z
    .array(text())
    .default([])
    .meta({
      description: 'Labels whose equal values tie anomalies, beside their series and entity',
      examples: [['service']],
    }),
  correlation: z
    .boolean()
    .default(true)
    .describe('Whether anomalies of series that moved together in the past week tie'),
});

const detectionSchema = z.strictObject({
  open_after: openingRule()
    .default('auto')
    .meta({
      description:
        'When an anomaly opens: auto (the accumulated evidence says so), or so many anomalous samples of the last ones',
      examples: ['3 of 5'],
    }),
  close_after: z
    .union([z.literal('auto'), number({ from: 1, whole: true })], {
      error: 'expected auto or how many normal samples close an anomaly',
    })
    .default('auto')
    .meta({
      title: 'auto or whole number',
      description: 'How many normal samples in a row close an anomaly',
    }),
  severity_levels: severityLevels.prefault({}).describe('Scores at which the severities begin'),
  alert_budget: z
    .strictObject({
      max: number({ from: 0 }).meta({ description: 'Most anomalies of all series together' }),
      every: duration('1h').meta({ description: 'In this time', examples: ['7d'] }),
    })
    .optional()
    .describe(
      'Sensitivity as a number of anomalies: boundaries are set daily, at 0.75 to 4 times the learned ones, so that no more are to be expected; off unless set',
    ),
  incidents: incidentsSchema.prefault({}).describe('Which anomalies are one incident'),
});

/** Labels that are not named stay as they are here; an empty text leaves one out. */
const METRIC_FORMAT: Record<string, string> = { __name__: 'saimon_$VAR', for: '$QUERY_KEY' };

const writerSchema = z.strictObject({
  remote_write: z
    .strictObject({
      url: address(
        ['http:', 'https:'],
        'expected an address such as http://localhost:9090/api/v1/write',
      )
        .default('')
        .meta({
          description: 'Where results are sent',
          examples: ['http://localhost:9090/api/v1/write'],
        }),
      ...authKeys,
      max_age: duration('1m')
        .default('1h')
        .describe(
          'Older results, of an outage that is caught up, are left out: a Prometheus refuses them',
        ),
    })
    .prefault({})
    .describe('Sends results as remote write 1.0'),
  metric_format: z
    .record(z.string(), text())
    .transform((format) => ({ ...METRIC_FORMAT, ...format }))
    .refine((format) => Object.values(format).some((one) => one.includes('$VAR')), {
      error: 'expected $VAR in a label, or the results of a series cannot be told apart',
    })
    .prefault(METRIC_FORMAT)
    .describe(
      'Labels of the results that are sent, over those of the series: $VAR is y, yhat, yhat_lower, yhat_upper or anomaly_score, $QUERY_KEY the query',
    ),
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
    .meta({
      description: 'PostgreSQL; empty: the embedded database',
      examples: ['postgresql://saimon@db:5432/saimon'],
    }),
  database_url_file: text()
    .optional()
    .meta({ description: 'A file that holds it', examples: ['/run/secrets/database-url'] }),
  redis_url: address(['redis:', 'rediss:'], 'expected an address such as redis://localhost:6379/0')
    .default('')
    .meta({
      description: 'Cache shared by several processes; empty: in this process',
      examples: ['redis://localhost:6379/0'],
    }),
  redis_url_file: text()
    .optional()
    .meta({ description: 'A file that holds it', examples: ['/run/secrets/redis-url'] }),
  secret_key: text()
    .refine((value) => keysIn(value).every((key) => key.length >= SHORTEST_KEY), {
      error: `expected keys of at least ${SHORTEST_KEY} characters, such as openssl rand -hex 32 makes`,
    })
    .default('')
    .meta({
      description:
        'What secrets of added channels are sealed with, the same in every process; older keys behind it still open what they sealed. Empty: secret.key in data_dir; with PostgreSQL no such secret is kept',
      examples: ['${SAIMON_SECRET_KEY}'],
    }),
  secret_key_file: text()
    .optional()
    .meta({ description: 'A file that holds it', examples: ['/run/secrets/secret-key'] }),
  retention: z
    .strictObject({
      samples: duration('1h')
        .default('14d')
        .describe(
          'Samples that the embedded collector keeps, and how far back an outage is caught up',
        ),
      anomalies: duration('1d')
        .default('400d')
        .describe('Anomalies, their bands and training jobs'),
      models: number({ from: 1, whole: true }).default(5).describe('Versions kept of each model'),
    })
    .prefault({}),
});

const serverSchema = z.strictObject({
  addr: text()
    .min(1, { error: 'expected a host name or address' })
    .default('127.0.0.1')
    .meta({
      description:
        'Where the API listens; there are no passwords yet, so think before opening it to a network',
      examples: ['0.0.0.0'],
    }),
  port: number({ from: 0, to: 65_535, whole: true }).default(8000).describe('0 takes a free one'),
  grafana_url: httpAddress()
    .default('')
    .meta({
      description: 'A Grafana that shows results; the doctor looks whether it is well',
      examples: ['http://localhost:3000'],
    }),
  cors_origins: z
    .array(text())
    .default([])
    .meta({
      description: 'Web pages of other origins that may call the API',
      examples: [['https://grafana.example.org']],
    }),
});

const logSchema = z.strictObject({
  level: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('Least level that is written'),
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
