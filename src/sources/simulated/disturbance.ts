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
    return latest === undefined ? signal(timeMs) : within(latest, { signal, metric, timeMs });
  };
}

function within(
  window: Window,
  at: { readonly signal: Signal; readonly metric: EstateMetric; readonly timeMs: number },
): number {
  const { signal, metric, timeMs } = at;
  switch (window.kind) {
    case 'jump':
    case 'cascade':
      return faulty(metric, signal(timeMs), 1);
    case 'spike_burst':
      // A spike, then twice its length of peace, from the first moment on.
      return faulty(metric, signal(timeMs), slotOf(window, timeMs) % 3 === 0 ? 1 : 0);
    case 'level_shift':
      return faulty(metric, signal(timeMs), 0.6);
    case 'creep':
      return faulty(
        metric,
        signal(timeMs),
        (timeMs - window.startMs) / (window.endMs - window.startMs),
      );
    case 'flat_line':
      return signal(window.startMs);
    case 'dropout':
      return Number.NaN;
    case 'combination':
      return signal(timeMs + otherTimeOfDay(signal, window.startMs));
  }
}

function slotOf(window: Window, timeMs: number): number {
  return Math.floor((timeMs - window.startMs) / SPIKE_MS);
}

/** The value with a fault of `strength` 0 to 1, kept in the metric's range. */
function faulty(metric: EstateMetric, value: number, strength: number): number {
  const { times, add } = metric.fault;
  const [lowest, highest] = metric.range;
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
