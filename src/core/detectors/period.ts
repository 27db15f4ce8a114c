import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import type { SmoothHistory } from './smooth-history.ts';

const LEAST_CORRELATION = 0.4;
/** How much better than the day's a period must correlate to be worth a predictor. */
const ADVANTAGE = 0.1;
/** Lags whose sums are taken together. */
const LAGS_AT_ONCE = 4;

/**
 * A period of the smoothed history that is no divisor of the day and explains more than the day does, milliseconds;
 * 0 when there is none. Autocorrelation over the week up to `lastBin`, as it was known then, at lags of one hour to
 * 3.5 days; the shortest clear peak wins.
 */
export function findPeriod(history: SmoothHistory, lastBin: number = history.bin): number {
  const { binMs } = history;
  const span = history.span === 0 ? 0 : Math.max(0, history.span - (history.bin - lastBin));
  const length = Math.min(span, Math.round((7 * DAY_MS) / binMs));
  const values = recentValues(history, { lastBin, length });
  const least = Math.max(4, Math.round(HOUR_MS / binMs));
  const most = Math.min(Math.floor(length / 3), Math.round((3.5 * DAY_MS) / binMs));
  if (most <= least + 2) return 0;
  const correlations = autocorrelations(values, most + 1);
  const day = Math.round(DAY_MS / binMs);
  const needed = Math.max(LEAST_CORRELATION, (day <= most ? correlations[day] : 0) + ADVANTAGE);
  let best = 0;
  for (let lag = least; lag <= most; lag++) {
    const here = correlations[lag];
    if (here < needed || here < correlations[lag - 1] || here < correlations[lag + 1]) continue;
    // A slow wander correlates at every short lag: only a peak behind a trough is a period.
    if (!hasTrough(correlations, lag, here)) continue;
    if (best === 0 || here > correlations[best] + 0.05) best = lag;
  }
  return best * binMs;
}

function recentValues(
  history: SmoothHistory,
  { lastBin, length }: { readonly lastBin: number; readonly length: number },
): Float64Array {
  const values = new Float64Array(length);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < length; i++) {
    const bin = lastBin - length + i;
    values[i] = bin > lastBin - history.reach ? Number.NaN : history.at(bin);
    if (!Number.isNaN(values[i])) {
      sum += values[i];
      count++;
    }
  }
  const mean = count > 0 ? sum / count : 0;
  for (let i = 0; i < length; i++) values[i] = Number.isNaN(values[i]) ? 0 : values[i] - mean;
  return values;
}

/** Correlation of centred values with themselves `lag` places later, for every lag up to `most`. */
function autocorrelations(values: Float64Array, most: number): Float64Array {
  const result = new Float64Array(most + LAGS_AT_ONCE);
  let energy = 0;
  for (const value of values) energy += value * value;
  if (energy === 0) return result;
  // Nothing before the first value, so that all lags of a turn can begin where the shortest does.
  const padded = new Float64Array(LAGS_AT_ONCE - 1 + values.length);
  padded.set(values, LAGS_AT_ONCE - 1);
  for (let lag = 1; lag <= most; lag += LAGS_AT_ONCE) {
    sumLaggedProducts(padded, lag, result);
    for (let at = lag; at < lag + LAGS_AT_ONCE; at++) {
      result[at] = (result[at] / energy) * (values.length / (values.length - at));
    }
  }
  return result;
}

/** Writes the sums for `lag` and the three lags after it: side by side, since every addition waits for the one before. */
function sumLaggedProducts(padded: Float64Array, lag: number, out: Float64Array): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = LAGS_AT_ONCE - 1, end = padded.length - lag; i < end; i++) {
    const later = padded[i + lag];
    a += later * padded[i];
    b += later * padded[i - 1];
    c += later * padded[i - 2];
    d += later * padded[i - 3];
  }
  out[lag] = a;
  out[lag + 1] = b;
  out[lag + 2] = c;
  out[lag + 3] = d;
}

function hasTrough(correlations: Float64Array, lag: number, peak: number): boolean {
  for (let i = Math.floor(lag / 4); i < lag; i++) if (correlations[i] < peak - 0.3) return true;
  return false;
}
