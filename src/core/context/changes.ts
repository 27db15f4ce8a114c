import type { Samples } from '../series.ts';

/** A series that was away for longer than this and comes back has changed. */
const FORGOTTEN_MS = 300_000;

/**
 * The times at which a series says that something happened: it appears above zero, rises from zero, or takes another
 * value above zero. Its first sample only counts when the series was seen to be away before it, `sinceMs` being the
 * first time asked for.
 */
export function changesIn({ times, values }: Samples, sinceMs: number): number[] {
  const changes: number[] = [];
  let value = 0;
  let seenMs = sinceMs;
  let compared = false;
  for (let i = 0; i < times.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    const away = times[i] - seenMs > FORGOTTEN_MS;
    if (away) value = 0;
    const changed = values[i] > 0 && values[i] !== value;
    if (changed && (compared || away)) changes.push(times[i]);
    compared = true;
    value = values[i];
    seenMs = times[i];
  }
  return changes;
}
