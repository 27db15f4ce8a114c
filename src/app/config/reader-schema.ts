import { z } from 'zod';
import { duration, flag, httpAddress, number, text, timeZone } from './fields.ts';

const severity = z.enum(['low', 'medium', 'high', 'critical']);

const range = z
  .array(number(), { error: 'expected [lowest, highest]' })
  .refine(([lowest = 0, highest = 0, ...more]) => lowest < highest && more.length === 0, {
    error: 'expected [lowest, highest]',
  })
  .transform(([lowest = 0, highest = 0]): [number, number] => [lowest, highest]);

export const querySchema = z.strictObject({
  expr: z
    .string({ error: 'expected PromQL' })
    .min(1, { error: 'expected PromQL' })
    .describe('PromQL; every returned label set is a series of its own'),
  description: text().default('').describe('What it measures, for people'),
  unit: text().default('').describe('percent, ratio, bytes, bytes/s, seconds or count/s'),
  step: duration('1s').optional().describe('Distance of samples; default reader.sampling_period'),
  data_range: range.optional().describe('Values the metric can take; the band is clipped to it'),
  detection_direction: z.enum(['both', 'above_expected', 'below_expected']).default('both'),
  min_dev_from_expected: number({ from: 0 })
    .default(0)
    .describe('A smaller deviation is never an anomaly'),
  min_rel_dev_from_expected: number({ from: 0 })
    .default(0)
    .describe('The same as a share of the expected value'),
  missing: z.strictObject({ after: duration('1s'), severity: severity.default('high') }).optional(),
  tags: z.record(z.string(), text()).default({}),
});

const scrapeTarget = z.strictObject({
  url: httpAddress().min(1, { error: 'expected an address such as http://localhost:9100/metrics' }),
  job: text().optional().describe('The job label; default the host of the address'),
  labels: z.record(z.string(), text()).default({}),
});

/** How to get in where asking needs a permission. */
export const authKeys = {
  bearer_token: text().optional(),
  bearer_token_file: text().optional(),
  username: text().optional(),
  password: text().optional(),
  password_file: text().optional(),
  headers: z.record(z.string(), text()).default({}),
  tls: z
    .strictObject({
      ca_file: text().optional(),
      cert_file: text().optional(),
      key_file: text().optional(),
      server_name: text().optional(),
      insecure_skip_verify: flag().default(false),
    })
    .prefault({}),
};

export const readerSchema = z.strictObject({
  datasource_url: httpAddress()
    .default('')
    .describe('A Prometheus-compatible address; empty: the embedded collector watches this host'),
  ...authKeys,
  tenant: text().optional().describe('Sent as X-Scope-OrgID'),
  timeout: duration('1s').default('30s'),
  sampling_period: duration('1s').default('15s'),
  tz: timeZone().optional().describe('The calendar the series live by; default: of this system'),
  max_series: number({ from: 1, whole: true })
    .default(10_000)
    .describe('A query with more series is refused, never cut'),
  presets: z
    .enum(['auto', 'off'])
    .default('auto')
    .describe('auto: what the source holds is watched where no queries are configured'),
  scrape_targets: z
    .array(scrapeTarget)
    .default([])
    .describe('/metrics pages that the embedded collector reads'),
  queries: z
    .record(
      z.string().regex(/^[A-Za-z_][\w:.-]*$/, {
        error: 'expected a name of letters, digits and _ that begins with a letter',
      }),
      querySchema,
    )
    .default({}),
});
