import type { DriftReport } from '../core/anomalies/episode.ts';

/** A drift as it is told in the context of an anomaly and by the API. */
export function driftContext({ sinceMs, perDay, perDayError, reaches }: DriftReport) {
  return {
    since: new Date(sinceMs).toISOString(),
    per_day: perDay,
    per_day_error: perDayError,
    reaches: reaches
      ? {
          limit: reaches.limit,
          at: timeOf(reaches.atMs),
          earliest: timeOf(reaches.earliestMs),
          latest: reaches.latestMs === undefined ? null : timeOf(reaches.latestMs),
        }
      : null,
  };
}

/** What lies beyond the year 9999 is as good as never. */
const LATEST_MS = Date.UTC(9999, 11, 31);

function timeOf(timeMs: number): string {
  return new Date(Math.min(timeMs, LATEST_MS)).toISOString();
}
