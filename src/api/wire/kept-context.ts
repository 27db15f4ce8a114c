import * as z from 'zod';
import { Contribution, DataQuality, PastWeek, Training } from '../../contract/explanation.ts';
import { Drift } from '../../contract/forecast.ts';
import { Details } from '../../contract/labels.ts';
import { Time } from '../../contract/time.ts';

/** What the context of an anomaly keeps for its explanation. Each part may be missing, or be of another version. */
const KeptContext = z.object({
  unit: z.string().catch(''),
  zone: z.string().catch('UTC'),
  contributions: z.array(Contribution).optional().catch(undefined),
  detectors: z.record(z.string(), z.number()).catch({}),
  past_weeks: z.array(PastWeek).optional().catch(undefined),
  training: Training.optional().catch(undefined),
  trained_at: Time.nullable().catch(null),
  models: z.record(z.string(), z.string()).catch({}),
  data_quality: DataQuality.optional().catch(undefined),
  events: z.array(Details).catch([]),
  maintenance: Details.nullable().catch(null),
  drift: Drift.nullable().catch(null),
  since: Time.optional().catch(undefined),
  longest_before_seconds: z.number().optional().catch(undefined),
  ending: z.enum(['returned', 'new_level', 'vanished']).optional().catch(undefined),
});
export type KeptContext = z.output<typeof KeptContext>;

export function keptContext(context: Readonly<Record<string, unknown>>): KeptContext {
  return KeptContext.parse(context);
}
