import * as z from 'zod';
import { Labels } from './labels.ts';
import { listOf } from './paging.ts';
import { Time, TimeInput } from './time.ts';

/** Planned work: anomalies within it are kept but alert nobody, and nothing within it is trained on. */
export const MaintenanceWindow = z.object({
  id: z.int(),
  title: z.string(),
  /** Labels that a series must have; none: every series. */
  match: Labels,
  /** Null when it recurs. */
  starts_at: Time.nullable(),
  ends_at: Time.nullable(),
  /** Days and times in reader.tz, such as `sun 02:00-04:00`; null when it is once. */
  weekly: z.string().nullable(),
  /** Whether it is on now. */
  active: z.boolean(),
  /** What stands in the configuration file is changed there. */
  origin: z.enum(['config', 'api']),
  reason: z.string(),
  created_by: z.string(),
  created_at: Time,
});
export type MaintenanceWindow = z.output<typeof MaintenanceWindow>;

export const MaintenanceWindowList = listOf({ maintenance_windows: z.array(MaintenanceWindow) });

export const NewMaintenanceWindow = z
  .strictObject({
    title: z.string().max(500).default('').describe('For people'),
    match: Labels.default({}).describe(
      'Labels that series must have to be concerned; __name__ is the alias of the query, and its tags count too',
    ),
    starts_at: TimeInput.optional().describe('Default: now'),
    ends_at: TimeInput.optional(),
    weekly: z
      .string()
      .max(200)
      .optional()
      .describe('Instead of the two: every week, in reader.tz, such as sun 02:00-04:00'),
    reason: z.string().max(2000).default(''),
  })
  .refine(
    ({ starts_at: from, ends_at: to, weekly }) =>
      weekly === undefined ? to !== undefined : from === undefined && to === undefined,
    { path: ['ends_at'], error: 'Expected ends_at, or weekly and neither starts_at nor ends_at' },
  );

export const MaintenanceWindowRemoved = z.object({ message: z.string(), window_id: z.int() });
