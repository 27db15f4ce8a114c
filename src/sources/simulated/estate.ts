import { DAY_MS } from '../../core/civil-time.ts';
import { type Labels, labelsKey } from '../../core/labels.ts';
import { disturbed, windowsOf } from './disturbance.ts';
import { createFaultPlan } from './fault-plan.ts';
import type { Fault, FaultPlan } from './faults.ts';
import { type EstateMetric, METRICS } from './inventory.ts';
import type { Signal } from './noise.ts';
import { ORDER_CHAIN } from './order-chain.ts';
import { createSignal } from './signals.ts';

const TWO_WEEKS_MS = 14 * DAY_MS;

export interface EstateOptions {
  /** 32 bits; equal seeds and starts give equal estates. */
  readonly seed: number;
  /** Where live time begins: history lies before it, live faults after it. */
  readonly startMs: number;
  /** How long before its start the estate has existed; default two weeks. */
  readonly historyMs?: number;
  /** Calendar that its people live by; default UTC. */
  readonly zone?: string;
  /** Whether orders pass through three more hosts that slow each other down; default false. */
  readonly orders?: boolean;
  /** Default: two old faults, then live ones now and then. */
  readonly faults?: FaultPlan;
}

export interface EstateSeries {
  readonly metric: EstateMetric;
  readonly labels: Labels;
  readonly key: string;
  readonly signal: Signal;
}

/** Three hosts, a shop API and a database that do not exist. */
export interface Estate {
  readonly startMs: number;
  /** Where history begins: every counter was zero. */
  readonly beginMs: number;
  readonly series: readonly EstateSeries[];
  /** Values at rising times, NaN where there is none. */
  values(series: EstateSeries, times: Float64Array): Float64Array;
  /** Faults that start at or before `timeMs`, oldest first, with their truth windows. */
  faultsUntil(timeMs: number): readonly Fault[];
}

/** An estate whose every value is a pure function of seed, start, zone, faults, series and time. */
export function createEstate(options: EstateOptions): Estate {
  const { seed, startMs, historyMs = TWO_WEEKS_MS, zone = 'UTC' } = options;
  const { faults = createFaultPlan(seed, startMs), orders = false } = options;
  const series = [...METRICS, ...(orders ? ORDER_CHAIN : [])].flatMap((metric) =>
    metric.labelSets.map((labels) => ({
      metric,
      labels,
      key: labelsKey(labels),
      signal: createSignal(metric, labels, { seed, zone }),
    })),
  );
  return {
    startMs,
    beginMs: startMs - historyMs,
    series,
    values({ metric, key, signal }, times) {
      const known = faults.until(times.at(-1) ?? startMs);
      return times.map(disturbed(signal, metric, windowsOf(known, metric.name, key)));
    },
    faultsUntil: (timeMs) => faults.until(timeMs),
  };
}
