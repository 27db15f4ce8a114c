import * as z from 'zod';
import { Labels } from './labels.ts';

const text = z.string().max(2500);

export const MatchesQuery = z.object({
  matcher: z
    .union([text.transform((one) => [one]), z.array(text).max(50)])
    .default([])
    .describe('instance=~"web-.*", as often as there are matchers; none: everything'),
});

const MetIncident = z.object({
  id: z.int(),
  title: z.string(),
  /** Whether all its anomalies meet them, so that a silence would keep it quiet. */
  whole: z.boolean(),
});

const MetSeries = z.object({
  id: z.int(),
  /** With tags of the query, and its alias as __name__: what matchers see. */
  labels: Labels,
});

/** What matchers meet now. */
export const Matches = z.object({
  /** All of it in words. */
  sentence: z.string(),
  meets_nothing: z.boolean(),
  incidents: z.object({ total: z.int(), whole: z.int(), first: z.array(MetIncident) }),
  series: z.object({ total: z.int(), first: z.array(MetSeries) }),
  /** Matchers that nothing meets, whatever the others say. */
  lost: z.array(z.string()),
});
export type Matches = z.output<typeof Matches>;
