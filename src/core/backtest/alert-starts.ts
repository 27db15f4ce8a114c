import { HOUR_MS } from '../civil-time.ts';

const LEAST_GAP_MS = 900_000;

/**
 * Rows at which someone would have been told, from rows of `flags` (1 = in an anomaly): flagged rows no further apart than 15
 * minutes or 3 steps are one alert, and one that goes on tells again every hour or 12 steps, so that flagging everything is not
 * free. `times` are epoch ms.
 */
export function alertStarts(times: Float64Array, flags: Uint8Array, stepMs: number): number[] {
  const gapMs = Math.max(LEAST_GAP_MS, 3 * stepMs);
  const againMs = Math.max(HOUR_MS, 12 * stepMs);
  const starts: number[] = [];
  let previousMs = Number.NEGATIVE_INFINITY;
  let runMs = 0;
  let told = 0;
  for (let row = 0; row < times.length; row++) {
    if (flags[row] === 0) continue;
    const isNew = times[row] - previousMs > gapMs;
    if (isNew) runMs = times[row];
    const turn = Math.floor((times[row] - runMs) / againMs);
    if (isNew || turn !== told) starts.push(row);
    told = turn;
    previousMs = times[row];
  }
  return starts;
}
