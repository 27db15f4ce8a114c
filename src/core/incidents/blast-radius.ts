import { entityOf } from '../entity/entity-of.ts';
import { type Labels, labelsKey } from '../labels.ts';
import type { IncidentMember } from './incident-member.ts';

/** What an incident touches. */
export interface BlastRadius {
  readonly series: number;
  /** Aliases, in the order in which they were touched. */
  readonly metrics: readonly string[];
  /** The labels that name each pod, machine or service, in the order in which they were touched. */
  readonly entities: readonly Labels[];
}

/** What anomalies touch, each series, metric and entity counted once. */
export function blastRadius(members: readonly IncidentMember[]): BlastRadius {
  const ordered = members.toSorted((a, b) => a.startedAtMs - b.startedAtMs || a.id - b.id);
  const metrics = ordered.flatMap(({ metricName }) => metricName ?? []);
  const entities = ordered.flatMap(({ labels }) => {
    const entity = entityOf(labels);
    return entity ? [entity] : [];
  });
  return {
    series: new Set(ordered.map(({ seriesId, labels }) => seriesId ?? labelsKey(labels))).size,
    metrics: [...new Set(metrics)],
    entities: [...new Map(entities.map((entity) => [labelsKey(entity), entity])).values()],
  };
}
