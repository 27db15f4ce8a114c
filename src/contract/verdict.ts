import * as z from 'zod';
import { Labels } from './labels.ts';
import { Time } from './time.ts';

const Verdict = z.enum(['confirmed', 'false_positive', 'none']);

/** What a person says of an anomaly. */
export const Feedback = z.strictObject({
  verdict: Verdict.describe('none takes back what was said before'),
  comment: z.string().max(2000).default(''),
  scope: z
    .union([
      z.enum(['series', 'query']),
      z.strictObject({
        match: Labels.refine((match) => Object.keys(match).length > 0, {
          error: 'Expected at least one label',
        }),
      }),
    ])
    .default('series')
    .describe('What a rule that comes of a false alarm is about'),
});

export const FeedbackKept = z.object({
  message: z.string(),
  anomaly_id: z.int(),
  is_confirmed: z.boolean().nullable(),
  /** The rule that a false alarm proposes; null where there is none to propose. */
  proposed_rule_id: z.int().nullable(),
});

/** All that was said of an anomaly, newest first. */
export const FeedbackHistory = z.object({
  anomaly_id: z.int(),
  feedback: z.array(
    z.object({ verdict: Verdict, comment: z.string(), user: z.string(), at: Time }),
  ),
});
