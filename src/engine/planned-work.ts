import { excludedSpans, maintenanceAt, type Span } from '../core/context/maintenance.ts';
import type { LiveSeries } from './live-series.ts';
import { labelsOf } from './surroundings.ts';

/** The planned work that a series is in at a time; undefined when there is none. */
export function maintenanceOf(series: LiveSeries, timeMs: number) {
  const { windows } = series.surroundings;
  if (windows.length === 0) return undefined;
  return maintenanceAt(windows, labelsOf(series), { timeMs, zone: series.query.policy.zone });
}

/** What of a range a series must not be trained on, for planned work or declared events. */
export function excludedFromTraining(series: LiveSeries, range: Span): Span[] {
  const { windows, events, excludeMs: afterEventsMs } = series.surroundings;
  const { zone } = series.query.policy;
  return excludedSpans({ windows, events, afterEventsMs, zone }, labelsOf(series), range);
}

/** Planned work on a series within a range. */
export function plannedSpans(series: LiveSeries, range: Span): Span[] {
  const { windows } = series.surroundings;
  const { zone } = series.query.policy;
  return excludedSpans({ windows, events: [], afterEventsMs: 0, zone }, labelsOf(series), range);
}
