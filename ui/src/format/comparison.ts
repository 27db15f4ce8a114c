import type { Model } from '../../../src/contract/model.ts';

/** How a version did beside the one in force, as its row keeps it. */
export interface Comparison {
  /** False alarms of each on the recent past; absent where there was none. */
  readonly challenger: number | undefined;
  readonly champion: number | undefined;
  readonly why: string;
}

/** Undefined of a version that was not compared. */
export function comparisonOf({
  performance_metrics: metrics,
}: Pick<Model, 'performance_metrics'>): Comparison | undefined {
  const comparison = metrics['comparison'];
  if (!isRecord(comparison)) return undefined;
  const why = comparison['why'];
  return {
    challenger: alarmsOf(comparison['challenger']),
    champion: alarmsOf(comparison['champion']),
    why: typeof why === 'string' ? why : '',
  };
}

function alarmsOf(figures: unknown): number | undefined {
  const alarms = isRecord(figures) ? figures['false_alarms'] : undefined;
  return typeof alarms === 'number' ? alarms : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
