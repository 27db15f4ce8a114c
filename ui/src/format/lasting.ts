import type { Anomaly } from '../../../src/contract/anomaly.ts';
import { span } from './time.ts';

type Course = Pick<Anomaly, 'status' | 'started_at' | 'last_at' | 'ended_at'>;

/** How long an anomaly went on, or goes on up to `nowMs`. */
export function lasting({ status, ...course }: Course, nowMs: number): string {
  const startMs = Date.parse(course.started_at);
  if (status === 'open') return `open for ${span(Math.max(0, nowMs - startMs) / 1000)}`;
  return `lasted ${span((Date.parse(course.ended_at ?? course.last_at) - startMs) / 1000)}`;
}
