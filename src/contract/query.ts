import * as z from 'zod';
import { Details } from './labels.ts';
import { METRIC_TYPES } from './metric.ts';
import { listOf } from './paging.ts';
import { Time } from './time.ts';

const ALIAS = /^[a-zA-Z_][a-zA-Z0-9_:.-]*$/;

/** What is asked of the source, and the policy on it. */
export const Query = z.object({
  id: z.int(),
  alias: z.string(),
  expr: z.string(),
  metric_type: z.string(),
  description: z.string(),
  unit: z.string(),
  options: Details,
  /** Who named it; a query of the configuration file is changed there. */
  origin: z.enum(['config', 'preset', 'discovered', 'api']),
  active: z.boolean(),
  created_at: Time,
  updated_at: Time,
});
export type Query = z.output<typeof Query>;

export const QueryList = listOf({ queries: z.array(Query) });

export const QueryAlias = z.object({ alias: z.string().min(1).max(200) });

const number = z.number();

/** Policy keys of a query, as in the configuration file. */
export const QueryOptions = z.strictObject({
  data_range: z.tuple([number, number]).optional(),
  detection_direction: z.enum(['both', 'above_expected', 'below_expected']).optional(),
  min_dev_from_expected: number.min(0).optional(),
  min_rel_dev_from_expected: number.min(0).optional(),
  missing: z
    .union([
      z.enum(['anomaly', 'ok']),
      z.strictObject({
        after: z.string().max(40),
        severity: z.enum(['low', 'medium', 'high', 'critical']).default('high'),
      }),
    ])
    .optional(),
  step: z.string().max(40).optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

export const QueryChange = z.object({
  expr: z.string().min(1).max(10_000),
  metric_type: z.enum(METRIC_TYPES).default('gauge'),
  description: z.string().max(2000).default(''),
  unit: z.string().max(40).default(''),
  options: QueryOptions.default({}),
  active: z.boolean().default(true),
});

export type QueryChange = z.output<typeof QueryChange>;

export const NewQuery = QueryChange.extend({ alias: z.string().min(1).max(200).regex(ALIAS) });

export const QueryDeleted = z.object({ message: z.string(), alias: z.string() });
