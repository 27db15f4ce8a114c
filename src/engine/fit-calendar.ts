import { type CivilTime, DAY_MS } from '../core/civil-time.ts';

export interface FitTimes {
  /** Civil milliseconds after midnight. */
  readonly startMs: number;
  readonly everyMs: number;
}

/**
 * The training occasion that a time belongs to: `night 2026-11-22` from 02:00 of that civil day on. Two times of one
 * occasion have no training between them, however often the clock is put back or the program restarted.
 */
export function occasionOf(
  timeMs: number,
  civil: CivilTime,
  { startMs, everyMs }: FitTimes,
): string {
  const sinceStart = civil.toLocal(timeMs) - startMs;
  if (everyMs >= DAY_MS) {
    const days = Math.round(everyMs / DAY_MS);
    const night = Math.floor(Math.floor(sinceStart / DAY_MS) / days) * days;
    return `night ${dateText(night * DAY_MS).slice(0, 10)}`;
  }
  return `fit ${dateText(Math.floor(sinceStart / everyMs) * everyMs + startMs)}`;
}

function dateText(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 16).replace('T', ' ');
}
