import type { DeclaredEvent } from '../core/context/declared-event.ts';
import type { MaintenanceWindow } from '../core/context/maintenance.ts';
import type { Labels } from '../core/labels.ts';
import type { RuleInForce } from '../store/rules-table.ts';
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

export const NOTHING_DECLARED: Surroundings = {
  events: [],
  windows: [],
  rules: [],
  lookbackMs: 0,
  excludeMs: 0,
};
