import * as z from 'zod';
import { Anomaly } from './anomaly.ts';
import { Details, Labels } from './labels.ts';
import { listOf, RowId } from './paging.ts';
import { QueryOptions } from './query.ts';
import { Severity } from './severity.ts';
import { Time, TimeInput } from './time.ts';

/** An anomaly that would have been raised. */
const WouldBe = z.object({
  kind: Anomaly.shape.kind,
  severity: Severity,
  score: z.number(),
  started_at: Time,
  opened_at: Time,
  /** Null while it goes on at the end of the span. */
  ended_at: Time.nullable(),
  peak_at: Time,
  value: z.number().nullable(),
  expected: z.number().nullable(),
  sentence: z.string(),
  /** Title of the planned work in which it opened, for which it would have alerted nobody. */
  planned: z.string().nullable(),
  /** The accepted rule that would have kept it quiet, as it ended. */
  quieted_by: z.object({ rule_id: z.int(), reason: z.string() }).nullable(),
});
export type WouldBe = z.output<typeof WouldBe>;

/** What came of one series, or of one column of a file. */
const Part = z.object({
  name: z.string(),
  series_id: z.int().nullable(),
  labels: Labels,
  unit: z.string(),
  learned_rows: z.int(),
  judged_rows: z.int(),
  flagged_rows: z.int(),
  /** Accepted rules about it that were asked; null where they were left aside, as they are of a file. */
  rules: z.int().nullable(),
  start: Time,
  end: Time,
  /** Anomalies that were really raised in the span; null of a file. */
  recorded: z.int().nullable(),
  anomalies: z.array(WouldBe),
});

export const Backtest = z.object({
  id: z.int(),
  name: z.string(),
  status: z.enum(['queued', 'running', 'completed', 'failed']),
  /** 0..1 */
  progress: z.number(),
  /** What was asked for, without the values of a file. */
  request: Details,
  /** Why it failed. */
  error: z.string().nullable(),
  created_at: Time,
  started_at: Time.nullable(),
  ended_at: Time.nullable(),
  /** Once it is completed. */
  parts: z.array(Part),
});
export type Backtest = z.output<typeof Backtest>;

export const BacktestList = listOf({ backtests: z.array(Backtest) });

/** What may be changed, in the words of the configuration. */
export const BacktestSettings = QueryOptions.pick({
  data_range: true,
  detection_direction: true,
  min_dev_from_expected: true,
  min_rel_dev_from_expected: true,
}).extend({
  alert_budget: z
    .strictObject({
      max: z.number().positive().max(1000),
      every: z.string().max(40).default('7d').describe('Prometheus duration, at least 1h'),
    })
    .optional()
    .describe('Of each series alone'),
});
export type BacktestSettings = z.output<typeof BacktestSettings>;

export const NewBacktest = z
  .strictObject({
    name: z.string().max(200).optional().describe('For people; default: what is judged'),
    series_ids: z.array(RowId).min(1).max(20).optional(),
    start: TimeInput.optional().describe('Default: seven days before end'),
    end: TimeInput.optional().describe('Default: now'),
    learn: z
      .string()
      .max(40)
      .default('7d')
      .describe('How long before start is learned first: a Prometheus duration'),
    csv: z
      .strictObject({
        name: z.string().min(1).max(200).default('values.csv'),
        content: z.string().min(1).describe('A time column and up to 20 value columns'),
        learn_rows: z
          .int()
          .min(1)
          .optional()
          .describe('Rows that are only learned; default: half of them, 10000 at most'),
      })
      .optional(),
    settings: BacktestSettings.default({}),
    rules: z
      .boolean()
      .default(true)
      .describe('Whether accepted rules keep quiet what they meet, as they do in production'),
  })
  .refine(({ series_ids: ids, csv }) => (ids === undefined) !== (csv === undefined), {
    path: ['series_ids'],
    error: 'Expected either series_ids or csv',
  });

export const BacktestStarted = z.object({ message: z.string(), backtest_id: z.int() });
export const BacktestRemoved = z.object({ message: z.string(), backtest_id: z.int() });

export const ReportQuery = z.object({
  start: TimeInput.optional(),
  end: TimeInput.optional(),
  points: z.coerce
    .number()
    .int()
    .min(10)
    .max(20_000)
    .default(2000)
    .describe(
      'Most rows of each part; of several that fall together the one with the highest score stays',
    ),
});

const column = z.array(z.number().nullable());

export const BacktestReport = Backtest.extend({
  parts: z.array(
    Part.extend({
      /** Anomalies that would have been raised in a week. */
      per_week: z.number(),
      times: z.array(z.int()),
      value: column,
      expected: column,
      lower: column,
      upper: column,
      score: column,
    }),
  ),
});
export type BacktestReport = z.output<typeof BacktestReport>;
