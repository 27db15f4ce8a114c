import * as z from 'zod';
import { listOf, Page } from './paging.ts';
import { Time, TimeInput } from './time.ts';

const Matcher = z.strictObject({
  name: z.string().min(1).max(200),
  op: z.enum(['=', '!=', '=~', '!~']),
  value: z.string().max(2000),
});

/** Anomalies that meet all matchers are kept but tell nobody, for a time. */
export const Silence = z.object({
  id: z.int(),
  matchers: z.array(Matcher),
  starts_at: Time,
  ends_at: Time,
  status: z.enum(['pending', 'active', 'expired']),
  comment: z.string(),
  created_by: z.string(),
  created_at: Time,
  /** Who ended it before its time. */
  expired_by: z.string().nullable(),
});
export type Silence = z.output<typeof Silence>;

export const SilenceList = listOf({ silences: z.array(Silence) });

export const SilenceQuery = Page.extend({
  active: z
    .enum(['true', 'false'])
    .optional()
    .describe('true: only those that go on or are to come'),
});

export const NewSilence = z
  .strictObject({
    matchers: z
      .array(z.union([Matcher, z.string().max(2000)]))
      .min(1)
      .max(50)
      .describe(
        'Labels, tags of the query, severity, and __name__ for its alias; as objects or as text: instance=~"web-.*"',
      ),
    starts_at: TimeInput.optional().describe('Default: now'),
    ends_at: TimeInput.optional(),
    duration: z.string().max(100).optional().describe('Instead of ends_at, such as 2h'),
    comment: z.string().max(2000).default(''),
    created_by: z.string().min(1).max(200).optional().describe('Default: the user of the query'),
  })
  .refine(({ ends_at: end, duration }) => (end === undefined) !== (duration === undefined), {
    path: ['ends_at'],
    error: 'Expected ends_at or duration, one of the two',
  });
