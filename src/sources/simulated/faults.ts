import type { Labels } from '../../core/labels.ts';

/** What can go wrong in the simulated estate. */
export type FaultKind =
  | 'jump'
  | 'spike_burst'
  | 'level_shift'
  | 'creep'
  | 'flat_line'
  | 'dropout'
  | 'combination'
  | 'cascade';

/** One series that a fault disturbs; in a cascade the later ones follow with a delay. */
export interface FaultTarget {
  readonly metric: string;
  readonly labels: Labels;
  readonly delayMs: number;
}

/** One fault with its truth window: the targets are disturbed while `startMs + delayMs <= t < endMs`. */
export interface Fault {
  readonly kind: FaultKind;
  readonly startMs: number;
  readonly endMs: number;
  /** One line for people: `CPU jump on web-1`. */
  readonly title: string;
  readonly targets: readonly FaultTarget[];
}

/** The faults of one estate, a pure function of its seed and start. */
export interface FaultPlan {
  /** Every fault that starts at or before `timeMs`, oldest first. */
  until(timeMs: number): readonly Fault[];
}

/** Exactly these faults, for tests; none by default. */
export function fixedFaults(faults: readonly Fault[] = []): FaultPlan {
  return { until: (timeMs) => faults.filter((fault) => fault.startMs <= timeMs) };
}
