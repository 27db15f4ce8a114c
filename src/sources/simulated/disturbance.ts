import { HOUR_MS } from '../../core/civil-time.ts';
import { labelsKey } from '../../core/labels.ts';
import type { Fault, FaultKind } from './faults.ts';
import type { EstateMetric } from './inventory.ts';
import type { Signal } from './noise.ts';

const SPIKE_MS = 15_000;

/** One fault as one series meets it. */
interface Window {
  readonly kind: FaultKind;
  readonly startMs: number;
  readonly endMs: number;
}

/** The part of `faults` that hits one series. */
export function windowsOf(faults: readonly Fault[], metric: string, key: string): Window[] {
  const windows: Window[] = [];
  for (const { kind, startMs, endMs, targets } of faults) {
    for (const target of targets) {
      if (target.metric !== metric || labelsKey(target.labels) !== key) continue;
      windows.push({ kind, startMs: startMs + target.delayMs, endMs });
    }
  }
  return windows;
}

/** The signal as it is with these faults; NaN while a dropout lasts. */
export function disturbed(
  signal: Signal,
  metric: EstateMetric,
  windows: readonly Window[],
): Signal {
  if (windows.length === 0) return signal;
  let latest: Window | undefined;
  return (timeMs) => {
    if (latest === undefined || timeMs < latest.startMs || timeMs >= latest.endMs) {
      latest = windows.find(({ startMs, endMs }) => startMs <= timeMs && timeMs < endMs);
    }
    if (latest === undefined) return signal(timeMs);
    return SHAPES[latest.kind]({ signal, metric, window: latest, timeMs });
  };
}

/** What one series is at one time of a fault. */
interface Moment {
  readonly signal: Signal;
  readonly metric: EstateMetric;
  readonly window: Window;
  readonly timeMs: number;
}

const SHAPES: Readonly<Record<FaultKind, (moment: Moment) => number>> = {
  jump: (moment) => faulty(moment, 1),
  cascade: (moment) => faulty(moment, 1),
  /** A spike, then twice its length of peace, from the first moment on. */
  spike_burst: (moment) => {
    const slot = Math.floor((moment.timeMs - moment.window.startMs) / SPIKE_MS);
    return faulty(moment, slot % 3 === 0 ? 1 : 0);
  },
  level_shift: (moment) => faulty(moment, 0.6),
  creep: (moment) => {
    const { startMs, endMs } = moment.window;
    return faulty(moment, (moment.timeMs - startMs) / (endMs - startMs));
  },
  flat_line: ({ signal, window }) => signal(window.startMs),
  dropout: () => Number.NaN,
  combination: ({ signal, window, timeMs }) =>
    signal(timeMs + otherTimeOfDay(signal, window.startMs)),
};

/** The value with a fault of `strength` 0 to 1, kept in the metric's range. */
function faulty({ signal, metric, timeMs }: Moment, strength: number): number {
  const { times, add } = metric.fault;
  const [lowest, highest] = metric.range;
  const value = signal(timeMs);
  return Math.min(highest, Math.max(lowest, value + strength * (value * times + add - value)));
}

/** Way to the hour within half a day whose value differs most: each value alone is usual, the company is not. */
function otherTimeOfDay(signal: Signal, timeMs: number): number {
  let best = 0;
  let largest = 0;
  for (let hours = -12; hours <= 12; hours += 1) {
    const difference = Math.abs(signal(timeMs + hours * HOUR_MS) - signal(timeMs));
    if (difference > largest) {
      largest = difference;
      best = hours;
    }
  }
  return best * HOUR_MS;
}
