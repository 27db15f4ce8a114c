import type { Clock } from '../../base/clock.ts';
import type { Source } from '../source.ts';
import type { FaultPlan } from './faults.ts';

export interface SimulatedSourceOptions {
  readonly seed: number;
  /** Where live time begins: history lies before it, live faults after it. */
  readonly startMs: number;
  readonly clock: Clock;
  /** Distance of samples; a query with a smaller step still gets one value per step. Default 15 s. */
  readonly historyMs?: number;
  /** Calendar the estate lives by; default UTC. */
  readonly zone?: string;
  /** Default: `createFaultPlan(seed, startMs)`. */
  readonly faults?: FaultPlan;
}

/** Default time before `startMs` for which there are values: two weeks. */
export const HISTORY_MS = 14 * 86_400_000;

/** A source over the simulated estate: three hosts, a shop API, a database. */
export function createSimulatedSource(options: SimulatedSourceOptions): Source {
  throw new Error(`not yet ${options.seed}`);
}
