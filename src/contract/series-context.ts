import * as z from 'zod';
import { PlannedWork } from './anomaly.ts';
import { Event } from './event.ts';
import { TimeInput } from './time.ts';

export const SeriesContextQuery = z.object({
  start: TimeInput.optional().describe('Default: a day before end'),
  end: TimeInput.optional().describe('Default: now'),
});

/** What was declared that concerns a series in a span: marks for its chart. */
export const SeriesContext = z.object({
  series_id: z.int(),
  /** Oldest first. */
  events: z.array(Event),
  /** Every time that planned work lies in the span, weekly work too. */
  planned: z.array(PlannedWork),
});
export type SeriesContext = z.output<typeof SeriesContext>;
