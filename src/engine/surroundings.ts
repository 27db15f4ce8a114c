import type { DeclaredEvent } from '../core/context/declared-event.ts';
import {
  excludedSpans,
  type MaintenanceWindow,
  maintenanceAt,
  type Span,
} from '../core/context/maintenance.ts';
import type { Labels } from '../core/labels.ts';
import type { RuleInForce } from '../store/rules-table.ts';
import type { LiveSeries } from './live-series.ts';
import type { WatchedQuery } from './watched-query.ts';

/** An event with its row. */
export interface KnownEvent extends DeclaredEvent {
  readonly id: number;
}

/** What is known of the world around one series. */
export interface Surroundings {
  /** Oldest first. */
  readonly events: readonly KnownEvent[];
  readonly windows: readonly MaintenanceWindow[];
  /** Those that may quiet its anomalies, oldest first. */
  readonly rules: readonly RuleInForce[];
  readonly lookbackMs: number;
  readonly excludeMs: number;
}

/** What windows and events can name: the query's tags, its alias as `__name__`, and the labels of the series. */
export function labelsOf({
  labels,
  query,
}: {
  readonly labels: Labels;
  readonly query: Pick<WatchedQuery, 'alias' | 'tags'>;
}): Labels {
  return { ...query.tags, __name__: query.alias, ...labels };
}

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

export const NOTHING_DECLARED: Surroundings = {
  events: [],
  windows: [],
  rules: [],
  lookbackMs: 0,
  excludeMs: 0,
};
