import * as z from 'zod';
import { Time } from './time.ts';

/** The alert budget, what it makes of the boundaries, and what it costs. */
const AlertBudget = z.object({
  max: z.number().describe('Most anomalies of all series together'),
  every_seconds: z.number().describe('In this time'),
  strictness: z.number().describe('What learned boundaries are multiplied by, 0.75 to 4'),
  expected: z
    .number()
    .describe('Anomalies in the time of the budget if it goes on like the last 14 days'),
  raised: z.int().describe('Anomalies really opened in the last such time, without planned work'),
  days: z.number().describe('How far the look back reaches, of a series in the mean'),
  found: z.int().describe('Anomalies of these days at the learned boundaries'),
  kept: z.int().describe('How many there would have been with this strictness'),
  series: z.int().describe('Series whose past was looked at'),
  since: Time.describe('First time that is judged with it'),
  sentence: z.string(),
});
export type AlertBudget = z.infer<typeof AlertBudget>;

/** The budget of a route, in incidents that it tells of. */
const RouteBudget = AlertBudget.extend({
  route: z.string(),
  max: z.number().describe('Most incidents that it tells of'),
  least_ratio: z.number().describe('Deviation ratio from which an anomaly counts for it'),
  expected: z.number().describe('Incidents in the time of the budget if it goes on as before'),
  raised: z.int().describe('Incidents that its channels were told of in the last such time'),
});
export type RouteBudget = z.infer<typeof RouteBudget>;

/** Null without a budget, or before a series has a model. */
export const AlertBudgetStatus = z.object({
  alert_budget: AlertBudget.nullable(),
  routes: z.array(RouteBudget),
});
