import { parseDuration } from '../base/duration.ts';
import { unusable } from './api-error.ts';

/** Prometheus' own limit of points a series in one answer. */
const MOST_POINTS = 11_000;
const HOUR_MS = 3_600_000;
const SECONDS = /^\d+(\.\d+)?$/;

/** A part of time as a request means it, aligned to its step. */
export interface TimeRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

export interface TimeRangeQuery {
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly step?: string | undefined;
}

/** The range asked for, by default the hour before `nowMs`; 422 when it is backward or has too many points. */
export function timeRange(
  { start, end, step }: TimeRangeQuery,
  {
    nowMs,
    fallbackStepMs,
  }: { readonly nowMs: number; readonly fallbackStepMs: (spanMs: number) => number },
): TimeRange {
  const lastMs = end ?? (start === undefined ? nowMs : Math.max(nowMs, start));
  const firstMs = start ?? lastMs - HOUR_MS;
  if (firstMs > lastMs)
    throw unusable(['query', 'start'], 'Cannot use this range: start is after end');
  const stepMs = step === undefined ? fallbackStepMs(lastMs - firstMs) : stepOf(step);
  const points = Math.floor((lastMs - firstMs) / stepMs) + 1;
  if (points > MOST_POINTS)
    throw unusable(
      ['query', 'step'],
      `Cannot answer ${points} points: at most ${MOST_POINTS}; use a longer step or a shorter range`,
    );
  const startMs = Math.floor(firstMs / stepMs) * stepMs;
  return { startMs, endMs: Math.floor(lastMs / stepMs) * stepMs, stepMs };
}

function stepOf(text: string): number {
  const stepMs = SECONDS.test(text) ? Number(text) * 1000 : durationOf(text, 'step');
  if (stepMs >= 1) return Math.round(stepMs);
  throw unusable(['query', 'step'], `Cannot use step "${text}": expected at least 1ms`);
}

/** Milliseconds of the duration in a field of the query; 422 when it is none. */
export function durationOf(text: string, field: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw unusable(['query', field], error instanceof Error ? error.message : String(error));
  }
}
