import type { Severity } from '../anomalies/severity.ts';
import type { AlertBudget } from '../calibration/alert-budget.ts';
import type { WeeklyHours } from '../context/maintenance.ts';
import type { Matcher } from './matcher.ts';

/** Which incidents go to which channels, and when. */
export interface Route {
  /** For people: `route 2`. */
  readonly name: string;
  /** What one anomaly of an incident must be, all of them. */
  readonly matchers: readonly Matcher[];
  readonly channels: readonly string[];
  readonly minSeverity: Severity;
  /** 0..1; the most trusted anomaly counts. */
  readonly minConfidence: number;
  /** When nothing is sent but ends. */
  readonly quietHours: readonly WeeklyHours[];
  /** Least time between two messages of one incident. */
  readonly cooldownMs: number;
  /** How long the first message of what is less than high waits for what belongs to it. */
  readonly groupWaitMs: number;
  /** How many incidents it may tell of, in which time; undefined: any number. */
  readonly alertBudget: AlertBudget | undefined;
  /** The deviation ratio from which an anomaly counts whose kind has a boundary: what its budget has come to. */
  readonly leastRatio: number;
}

/** Anomalies that are kept but tell nobody, for a time. */
export interface Silence {
  readonly id: number;
  readonly matchers: readonly Matcher[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

export const DEFAULT_ROUTE: Omit<Route, 'name' | 'channels'> = {
  matchers: [],
  minSeverity: 'medium',
  minConfidence: 0.2,
  quietHours: [],
  cooldownMs: 900_000,
  groupWaitMs: 300_000,
  alertBudget: undefined,
  leastRatio: 0,
};
