import type { Anomaly } from '../../../src/contract/anomaly.ts';
import type { Entity } from '../../../src/contract/entity.ts';
import { SEVERITIES, type Severity } from './severities.ts';

/** Labels that name what a series was measured on, where no entity is known for it. */
export const NAMING = ['pod', 'instance', 'host', 'node', 'service', 'job'];

export interface HeatRow {
  readonly name: string;
  /** The worst of each slice of the span, oldest first; undefined: nothing was unusual. */
  readonly cells: readonly (Severity | undefined)[];
}

export interface HeatSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly slices: number;
}

type Episode = Pick<
  Anomaly,
  'severity' | 'labels' | 'status' | 'started_at' | 'last_at' | 'ended_at'
>;

/** When each entity was how unusual: one row an entity, those with the latest and worst first. */
export function heatRows(
  {
    entities,
    anomalies,
  }: { readonly entities: readonly Entity[]; readonly anomalies: readonly Episode[] },
  { startMs, endMs, slices }: HeatSpan,
): HeatRow[] {
  const names = entities.map(({ labels }) => labels);
  const rows = new Map<string, (Severity | undefined)[]>();
  const cellsOf = (name: string): (Severity | undefined)[] => {
    const cells = rows.get(name) ?? Array.from({ length: slices }, () => undefined);
    rows.set(name, cells);
    return cells;
  };
  for (const labels of names) cellsOf(nameOf(labels));
  const sliceMs = (endMs - startMs) / slices;
  for (const { severity, labels, ...episode } of anomalies) {
    const until =
      episode.status === 'open' ? endMs : Date.parse(episode.ended_at ?? episode.last_at);
    if (until < startMs) continue;
    const cells = cellsOf(entityOf(labels, names));
    const first = Math.max(0, Math.floor((Date.parse(episode.started_at) - startMs) / sliceMs));
    const last = Math.min(slices - 1, Math.floor((until - startMs) / sliceMs));
    for (let slice = first; slice <= last; slice++) cells[slice] = worse(cells[slice], severity);
  }
  return [...rows]
    .map(([name, cells]) => ({ name, cells }))
    .toSorted((one, other) => heat(other) - heat(one) || one.name.localeCompare(other.name));
}

function entityOf(labels: Anomaly['labels'], entities: readonly Anomaly['labels'][]): string {
  const own = entities.find((entity) =>
    Object.entries(entity).every(([name, value]) => labels[name] === value),
  );
  if (own) return nameOf(own);
  const name = NAMING.find((label) => labels[label] !== undefined);
  return (name === undefined ? undefined : labels[name]) ?? 'Others';
}

function nameOf(labels: Anomaly['labels']): string {
  return Object.values(labels).join(' ') || 'Others';
}

function worse(one: Severity | undefined, other: Severity): Severity {
  return one !== undefined && SEVERITIES.indexOf(one) < SEVERITIES.indexOf(other) ? one : other;
}

function heat({ cells }: HeatRow): number {
  return cells.filter((cell) => cell !== undefined).length;
}
