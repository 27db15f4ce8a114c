import type { Labels } from '../labels.ts';

/** A change that someone declared: a deployment, a flag, a restart. */
export interface DeclaredEvent {
  readonly startMs: number;
  /** Equals `startMs` where no end was told. */
  readonly endMs: number;
  /** What is told apart when responses are learned: `deploy`. */
  readonly kind: string;
  /** For people. */
  readonly title: string;
  /** What it is about; see `concerns`. Absent or empty: everything. */
  readonly labels?: Labels;
}

export const NO_EVENTS: readonly DeclaredEvent[] = [];

/**
 * Whether an event with `about` may concern a series with `labels`: no label that both have differs. A deployment of
 * service `api` concerns the series of that service and those that name no service, not those of service `db`.
 */
export function concerns(about: Labels | undefined, labels: Labels): boolean {
  for (const name in about) {
    if (labels[name] !== undefined && labels[name] !== about[name]) return false;
  }
  return true;
}

/** Whether a series has all of `matchers`: what planned work asks for, because it silences. */
export function hasLabels(labels: Labels, matchers: Labels): boolean {
  for (const name in matchers) if (labels[name] !== matchers[name]) return false;
  return true;
}

/** The events, oldest first, from whose start to `lookbackMs` after their end `timeMs` lies. */
export function eventsBefore<Event extends DeclaredEvent>(
  events: readonly Event[],
  timeMs: number,
  lookbackMs: number,
): Event[] {
  return events.filter(({ startMs, endMs }) => startMs <= timeMs && timeMs <= endMs + lookbackMs);
}
