import * as z from 'zod';
import { Labels } from './labels.ts';
import { TimeInput } from './time.ts';

/** Questions and answers of Prometheus' HTTP API, as far as they are answered over results. */

const expression = z.string().min(1).max(20_000).describe('PromQL');
const timeout = z
  .string()
  .max(40)
  .optional()
  .describe('Prometheus duration or seconds; at most 2m');
const limit = z.coerce
  .number()
  .int()
  .min(0)
  .optional()
  .describe('Most entries of the answer; 0: all');
const match = z
  .union([z.string().transform((one) => [one]), z.array(z.string())])
  .describe('Selectors; what fits any of them');

export const InstantQuestion = z.object({
  query: expression,
  time: TimeInput.optional().describe('Default now'),
  timeout,
  limit,
});

export const RangeQuestion = z.object({
  query: expression,
  start: TimeInput,
  end: TimeInput,
  step: z.string().min(1).max(40).describe('Prometheus duration or seconds'),
  timeout,
  limit,
});

export const SeriesQuestion = z.object({
  'match[]': match,
  start: TimeInput.optional(),
  end: TimeInput.optional(),
  limit,
});

export const LabelsQuestion = SeriesQuestion.extend({ 'match[]': match.optional() });

export const LabelName = z.object({ name: z.string().min(1).max(200) });

export const MetadataQuestion = z.object({ metric: z.string().optional(), limit });

export const PrometheusRefusal = z.object({
  status: z.literal('error'),
  errorType: z.enum(['bad_data', 'execution', 'timeout', 'canceled', 'unavailable', 'internal']),
  error: z.string(),
});
export type PrometheusRefusal = z.output<typeof PrometheusRefusal>;

const success = <Data extends z.ZodType>(data: Data) =>
  z.object({
    status: z.literal('success'),
    data,
    /** What is missing in the answer, and why. */
    warnings: z.array(z.string()).optional(),
  });

const point = z.tuple([z.number(), z.string()]);

export const QueryAnswer = success(
  z.discriminatedUnion('resultType', [
    z.object({ resultType: z.enum(['scalar', 'string']), result: point }),
    z.object({
      resultType: z.literal('vector'),
      result: z.array(z.object({ metric: Labels, value: point })),
    }),
    z.object({
      resultType: z.literal('matrix'),
      result: z.array(z.object({ metric: Labels, values: z.array(point) })),
    }),
  ]),
);

export const NamesAnswer = success(z.array(z.string()));
export const SeriesAnswer = success(z.array(Labels));
export const MetadataAnswer = success(
  z.record(z.string(), z.array(z.object({ type: z.string(), help: z.string(), unit: z.string() }))),
);
export const BuildInfoAnswer = success(z.record(z.string(), z.string()));
