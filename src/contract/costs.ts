import * as z from 'zod';

const number = z.number().nullable();

/** What watching costs, of a series in the mean. Times are of this process since it started; null where it detects nothing. */
export const Costs = z.object({
  series: z.int(),
  models_in_force: z.int(),
  /** Stored models in force. */
  model_bytes_per_series: number,
  /** What was learned sample by sample. */
  state_bytes_per_series: number,
  /** Of a detection run, with reading and writing. */
  detection_us_per_sample: number,
  samples_judged: z.number(),
  training_ms: number,
  trainings: z.number(),
});
export type Costs = z.output<typeof Costs>;
