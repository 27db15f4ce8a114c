import * as z from 'zod';
import { PlannedWork } from './anomaly.ts';
import { TimeInput } from './time.ts';

export const ScheduleQuery = z.object({
  start: TimeInput,
  end: TimeInput,
});

/** What was declared ahead, counted out in a span: what recurs stands there each time. */
export const Schedule = z.object({
  /** Where weekly hours and days are meant: reader.tz. */
  zone: z.string(),
  /** Oldest first. */
  planned: z.array(PlannedWork.extend({ window_id: z.int() })),
  days_off: z.array(
    z.object({ date: z.iso.date(), name: z.string(), calendar_id: z.int(), calendar: z.string() }),
  ),
});
export type Schedule = z.output<typeof Schedule>;
