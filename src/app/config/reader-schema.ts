import { z } from 'zod';
import { duration, flag, httpAddress, number, text, timeZone } from './fields.ts';

const severity = z.enum(['low', 'medium', 'high', 'critical']);

/** Far beyond what a metric counts: an end that is open. */
const OPEN_END = Number.MAX_SAFE_INTEGER;

const end = z.union([
  number(),
  z.enum(['inf', '-inf']).transform((word) => (word === 'inf' ? OPEN_END : -OPEN_END)),
]);

const range = z
  .array(end, { error: 'expected [lowest, highest]' })
  .refine(([lowest = 0, highest = 0, ...more]) => lowest < highest && more.length === 0, {
    error: 'expected [lowest, highest]',
  })
  .transform(([lowest = 0, highest = 0]): [number, number] => [lowest, highest]);

export const querySchema = z.strictObject({
  expr: z
    .string({ error: 'expected PromQL' })
    .min(1, { error: 'expected PromQL' })
    .meta({
      description: 'PromQL; every returned label set is a series of its own',
      examples: ['rate(http_requests_total[5m])'],
    }),
  description: text()
    .default('')
    .meta({ description: 'What it measures, for people', examples: ['Orders a minute'] }),
  unit: text()
    .default('')
    .meta({
      description:
        'How values are written: percent, ratio, bytes, bytes/s, seconds or count/s; anything else is put behind the number',
      examples: ['ratio'],
    }),
  step: duration('1s')
    .optional()
    .meta({
      description: 'Distance of samples; without it reader.sampling_period',
      examples: ['1m'],
    }),
  data_range: range.optional().meta({
    description:
      'Values that the metric can take; the band is clipped to it, such as [0, 1] or [0, inf]',
  }),
  detection_direction: z
    .enum(['both', 'above_expected', 'below_expected'])
    .default('both')
    .meta({ description: 'Which deviations count', examples: ['above_expected'] }),
  min_dev_from_expected: number({ from: 0 })
    .default(0)
    .meta({ description: 'A smaller deviation, in the unit of the query, is never an anomaly' }),
  min_rel_dev_from_expected: number({ from: 0 })
    .default(0)
    .meta({ description: 'The same as a share of the expected value, 0.1 for a tenth' }),
  missing: z
    .union(
      [
        z.enum(['anomaly', 'ok']),
        z.strictObject({ after: duration('1s'), severity: severity.default('high') }),
      ],
      {
        error: 'expected anomaly, ok or a time and a severity such as {after: 5m, severity: high}',
      },
    )
    .default('anomaly')
    .meta({
      title: 'anomaly, ok or {after, severity}',
      description:
        'What it is when a series stops sending while its query is answered: an anomaly as soon as it is silent for longer than its own past lets expect, nothing, or an anomaly of this severity after that time',
      examples: [{ after: '5m', severity: 'high' }],
    }),
  tags: z
    .record(z.string(), text())
    .default({})
    .meta({ description: 'Free labels of the query', examples: [{ team: 'platform' }] }),
});

const scrapeTarget = z.strictObject({
  url: httpAddress()
    .min(1, { error: 'expected an address such as http://localhost:9100/metrics' })
    .meta({ description: 'The page', examples: ['http://localhost:9100/metrics'] }),
  job: text()
    .optional()
    .meta({ description: 'The job label; without it the host of the address', examples: ['node'] }),
  labels: z
    .record(z.string(), text())
    .default({})
    .meta({ description: 'Put on every series of the page', examples: [{ rack: 'a7' }] }),
});

/** How to get in where asking needs a permission. */
export const authKeys = {
  bearer_token: text()
    .optional()
    .meta({ description: 'Sent as Authorization: Bearer', examples: ['${TOKEN}'] }),
  bearer_token_file: text()
    .optional()
    .meta({ description: 'A file that holds it', examples: ['/run/secrets/token'] }),
  username: text()
    .optional()
    .meta({ description: 'Basic authentication', examples: ['saimon'] }),
  password: text()
    .optional()
    .meta({ description: 'Goes with username', examples: ['${PASSWORD}'] }),
  password_file: text()
    .optional()
    .meta({ description: 'A file that holds it', examples: ['/run/secrets/password'] }),
  headers: z
    .record(z.string(), text())
    .default({})
    .meta({ description: 'Sent with every request', examples: [{ 'X-Team': 'platform' }] }),
  tls: z
    .strictObject({
      ca_file: text()
        .optional()
        .meta({
          description: 'Certificates that are trusted instead of the usual ones',
          examples: ['/etc/ssl/own-ca.pem'],
        }),
      cert_file: text()
        .optional()
        .meta({
          description: 'Certificate shown to the server',
          examples: ['/etc/ssl/saimon.pem'],
        }),
      key_file: text()
        .optional()
        .meta({ description: 'Its private key', examples: ['/etc/ssl/saimon.key'] }),
      server_name: text()
        .optional()
        .meta({
          description: 'Name that the certificate of the server must bear',
          examples: ['metrics.example.org'],
        }),
      insecure_skip_verify: flag().default(false).describe('Trusts any certificate'),
    })
    .prefault({})
    .describe('Certificates of https addresses'),
};

export const readerSchema = z.strictObject({
  datasource_url: httpAddress()
    .default('')
    .meta({
      description:
        'A Prometheus-compatible address; empty: the embedded collector watches this host',
      examples: ['http://localhost:9090'],
    }),
  ...authKeys,
  tenant: text()
    .optional()
    .meta({ description: 'Sent as X-Scope-OrgID', examples: ['team-a'] }),
  timeout: duration('1s').default('30s').describe('How long one answer may take'),
  sampling_period: duration('1s')
    .default('15s')
    .describe('Distance of the samples that are asked for'),
  tz: timeZone()
    .optional()
    .meta({
      description: 'The calendar that the series live by; without it the one of this system',
      examples: ['Europe/Berlin'],
    }),
  max_series: number({ from: 1, whole: true })
    .default(10_000)
    .describe('Most series of one query and of all together; more are refused, never cut'),
  presets: z
    .enum(['auto', 'off'])
    .default('auto')
    .describe('auto: what the source holds is watched where no queries are configured'),
  scrape_targets: z
    .array(scrapeTarget)
    .default([])
    .describe('/metrics pages that the embedded collector reads, beside this host'),
  queries: z
    .record(
      z.string().regex(/^[A-Za-z_][\w:.-]*$/, {
        error: 'expected a name of letters, digits and _ that begins with a letter',
      }),
      querySchema,
    )
    .default({})
    .describe('What is watched, by alias'),
});
