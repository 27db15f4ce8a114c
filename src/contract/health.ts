import * as z from 'zod';
import { Time } from './time.ts';

export const Health = z.object({
  status: z.enum(['healthy', 'degraded']),
  timestamp: Time,
  service: z.string(),
});

export const DependencyCheck = z.object({
  status: z.string(),
  detail: z.string(),
  latency_ms: z.number(),
});

export const DetailedHealth = Health.extend({
  version: z.string(),
  /** `healthy`, `unhealthy` or `not configured`, by name. */
  dependencies: z.record(z.string(), z.string()),
  checks: z.record(z.string(), DependencyCheck),
});
export type DetailedHealth = z.output<typeof DetailedHealth>;

export const About = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  docs: z.string(),
});
