import { alertStarts } from './alert-starts.ts';
import type { TruthEvent } from './truth-events.ts';

/** How the flags of one series met its events. */
export interface EventCounts {
  readonly events: number;
  readonly detected: number;
  readonly falseAlarms: number;
  /** From the first row of each detected event to the first flag, milliseconds; 0 for a flag just before it. */
  readonly delaysMs: readonly number[];
  /** Share of the rows that belong to no event, 0..1. */
  readonly quietShare: number;
}

export interface EventCountOptions {
  readonly events: readonly TruthEvent[];
  readonly stepMs: number;
}

/** Counts events that have a flagged row, and alerts (see alertStarts) that have no row in any event. */
export function countEvents(
  times: Float64Array,
  flags: Uint8Array,
  { events, stepMs }: EventCountOptions,
): EventCounts {
  const inEvent = new Uint8Array(times.length);
  for (const { from, to } of events) inEvent.fill(1, from, to + 1);
  const delaysMs = events.flatMap(({ first, from, to }) => {
    const flagged = flags.indexOf(1, from);
    if (flagged < 0 || flagged > to) return [];
    return [Math.max(0, times[flagged] - times[first])];
  });
  const starts = alertStarts(times, flags, stepMs);
  const falseAlarms = starts.filter((start, i) => {
    const end = starts[i + 1] ?? times.length;
    for (let row = start; row < end; row++)
      if (flags[row] === 1 && inEvent[row] === 1) return false;
    return true;
  }).length;
  const quiet = inEvent.reduce((sum, isIn) => sum + 1 - isIn, 0);
  return {
    events: events.length,
    detected: delaysMs.length,
    falseAlarms,
    delaysMs,
    quietShare: quiet / times.length,
  };
}

/** Each 0..1, NaN where there is nothing to divide by. */
export interface EventRates {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Precision = detected events among these and false alarms, recall = detected among all events, F1 their harmonic mean. */
export function eventRates({
  events,
  detected,
  falseAlarms,
}: Pick<EventCounts, 'events' | 'detected' | 'falseAlarms'>): EventRates {
  return {
    precision: detected / (detected + falseAlarms),
    recall: detected / events,
    f1: (2 * detected) / (detected + falseAlarms + events),
  };
}
