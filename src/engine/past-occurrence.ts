import type { Direction } from '../core/anomalies/episode.ts';
import { type Reach, reachOf } from '../core/anomalies/reach.ts';
import { CivilTime } from '../core/civil-time.ts';
import type { Labels } from '../core/labels.ts';
import type { PastOccurrence } from '../core/rules/effect.ts';
import type { StoredAnomaly } from '../store/anomalies-table.ts';
import type { JudgedAnomaly } from '../store/past-anomalies.ts';

/** A stored anomaly as rules see it. */
export function pastOccurrence(row: JudgedAnomaly): PastOccurrence {
  const { id, kind, isConfirmed, alerted, context, startedAtMs, lastAtMs } = row;
  const civil = new CivilTime(textOf(context['zone']) || 'UTC');
  const startLocalMs = civil.toLocal(startedAtMs);
  return {
    id,
    kind,
    direction: isDirection(row.direction) ? row.direction : 'shape',
    ratio: row.deviationRatio,
    reach: isReach(context['reach']) ? context['reach'] : reachOfRow(row),
    samples: typeof context['abnormal_samples'] === 'number' ? context['abnormal_samples'] : 1,
    startLocalMs,
    lastLocalMs: civil.toLocal(lastAtMs),
    shares: sharesOf(context['contributions']),
    isConfirmed,
    alerted,
    inIncident: row.inIncident,
  };
}

function reachOfRow({ value, expectedValue, lower, upper }: StoredAnomaly): Reach {
  const [low, high] = [lower ?? Number.NaN, upper ?? Number.NaN];
  return reachOf({ value, expected: expectedValue, lower: low, upper: high });
}

function sharesOf(contributions: unknown): Map<string, number> {
  const shares = new Map<string, number>();
  for (const one of Array.isArray(contributions) ? contributions : []) {
    if (isShare(one)) shares.set(one.name, one.share);
  }
  return shares;
}

function isShare(value: unknown): value is { name: string; share: number } {
  return isObject(value) && typeof value['name'] === 'string' && typeof value['share'] === 'number';
}

/** The engine alone writes it; older versions did not. */
function isReach(value: unknown): value is Reach {
  return (
    isObject(value) &&
    ['distance', 'relative', 'widths'].every((name) => typeof value[name] === 'number')
  );
}

function isDirection(value: string | null): value is Direction {
  return value === 'above' || value === 'below' || value === 'shape';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What the scope of a rule can name of an anomaly: as labelsOf has it of a series. */
export function labelsOfAnomaly({ context, metricName, labels }: StoredAnomaly): Labels {
  const tags = isObject(context['tags']) ? Object.entries(context['tags']) : [];
  const named = tags.map(([name, value]) => [name, String(value)] as const);
  return { ...Object.fromEntries(named), __name__: metricName ?? '', ...labels };
}
