import * as z from 'zod';
import { Details } from './labels.ts';
import { listOf, Page, RowId } from './paging.ts';
import { Time, TimeInput } from './time.ts';

/** One version of one detector fitted to one series. */
export const Model = z.object({
  id: z.int(),
  name: z.string(),
  version: z.string(),
  model_type: z.string(),
  metric_id: z.int().nullable(),
  config: Details,
  performance_metrics: Details,
  file_path: z.string().nullable(),
  is_active: z.boolean(),
  /** Who put it in force; null: it never was. */
  activated_by: z.enum(['training', 'person']).nullable(),
  trained_at: Time,
  /** Of an active one: time of the first sample that it judges; null: any. */
  in_force_from: Time.nullable(),
  created_at: Time,
  series_id: z.int().nullable(),
});
export type Model = z.output<typeof Model>;

export const ModelList = listOf({ models: z.array(Model) });

export const ModelQuery = Page.extend({
  series_id: RowId.optional(),
  active_only: z.stringbool().meta({ type: 'boolean' }).default(false),
});

/** The version to go back to, by its name; without it: the one in force before. */
export const RollbackQuery = z.object({ version: z.string().min(1).max(100).optional() });

/** A model that another program trained: kept and shown, never used by our detection. */
export const NewModel = z.object({
  name: z.string().min(1).max(200),
  version: z.string().min(1).max(100),
  model_type: z.string().min(1).max(100),
  metric_id: z.int().min(1).max(2_147_483_647).nullable().default(null),
  config: Details.default({}),
  performance_metrics: Details.default({}),
  file_path: z.string().max(1000).nullable().default(null),
  is_active: z.boolean().default(false),
  trained_at: TimeInput.nullable().default(null),
});
export type NewModel = z.output<typeof NewModel>;

export const ModelCreated = z.object({ message: z.string(), model_id: z.int(), model: Model });
export const ModelActivated = z.object({ message: z.string(), model_id: z.int() });
export const ModelRolledBack = ModelActivated.extend({ version: z.string() });
export const TrainingRequested = ModelActivated.extend({ series_id: z.int() });
