import * as z from 'zod';
import { Labels } from './labels.ts';
import { Time } from './time.ts';

/** What is so and, where it is not well, what would do. */
export const Finding = z.object({
  name: z.string(),
  state: z.enum(['ok', 'info', 'warn', 'fail']),
  detail: z.string(),
});
export type Finding = z.output<typeof Finding>;

export const Status = z.object({
  version: z.string(),
  started_at: Time,
  /** What the doctor finds, of the process that answers. */
  findings: z.array(Finding),
  /** The configuration in force as saimon.yml would spell it, defaults included, secrets as stars. */
  configuration: z.string(),
  /** Our own metrics; of a histogram the sum of what was measured, and how often it was. */
  metrics: z.array(
    z.object({
      name: z.string(),
      help: z.string(),
      values: z.array(z.object({ labels: Labels, value: z.number(), count: z.int().optional() })),
    }),
  ),
});
export type Status = z.output<typeof Status>;
