import type { Likeness } from '../../core/anomalies/similarity.ts';
import { CivilTime } from '../../core/civil-time.ts';
import type { StoredAnomaly } from '../../store/anomalies-table.ts';
import type { KeptContext } from './kept-context.ts';

/** What a stored anomaly is compared by. */
export function likenessOf(
  row: StoredAnomaly,
  { zone, contributions = [] }: KeptContext,
): Likeness {
  return {
    direction: row.direction ?? undefined,
    size: sizeOf(row),
    durationMs: durationOf(row) ?? undefined,
    localMs: new CivilTime(zone).toLocal(row.startedAtMs),
    shares: new Map(contributions.map(({ name, share }) => [name, share])),
  };
}

/** Null while it goes on. */
export function durationOf({ startedAtMs, endedAtMs }: StoredAnomaly): number | null {
  return endedAtMs === null ? null : endedAtMs - startedAtMs;
}

function sizeOf({ value, expectedValue, lower, upper }: StoredAnomaly): number | undefined {
  const size =
    Math.abs(value - expectedValue) / (((upper ?? Number.NaN) - (lower ?? Number.NaN)) / 2);
  return Number.isFinite(size) ? size : undefined;
}
