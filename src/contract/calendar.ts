import * as z from 'zod';
import { listOf } from './paging.ts';
import { Time } from './time.ts';

/** Days that are like a weekend. */
export const Calendar = z.object({
  id: z.int(),
  name: z.string(),
  /** iCalendar, CSV or YAML, as it was given. */
  content: z.string(),
  /** What stands in the configuration file is changed there. */
  origin: z.enum(['config', 'api']),
  reason: z.string(),
  created_by: z.string(),
  created_at: Time,
});
export type Calendar = z.output<typeof Calendar>;

export const CalendarList = listOf({ calendars: z.array(Calendar) });

export const NewCalendar = z.strictObject({
  name: z.string().min(1).max(200).describe('It takes the place of the one of this name'),
  content: z
    .string()
    .min(1)
    .describe(
      'iCalendar, or a date and a name a line such as 2026-12-25, Christmas; without a year it is every year',
    ),
  reason: z.string().max(2000).default(''),
});

export const CalendarRemoved = z.object({ message: z.string(), calendar_id: z.int() });
