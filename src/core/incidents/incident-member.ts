import type { EpisodeKind } from '../anomalies/episode.ts';
import type { Severity } from '../anomalies/severity.ts';
import { entityOf } from '../entity/entity-of.ts';
import { type Labels, labelsKey } from '../labels.ts';

/** One anomaly as its incident sees it; times are epoch milliseconds. */
export interface IncidentMember {
  /** Id of the anomaly. */
  readonly id: number;
  /** Null when another program reported it. */
  readonly seriesId: number | null;
  /** Alias of its query; null when it is not known. */
  readonly metricName: string | null;
  readonly labels: Labels;
  readonly kind: EpisodeKind;
  readonly severity: Severity;
  /** Deviation ratio of its peak. */
  readonly ratio: number;
  readonly startedAtMs: number;
  /** Its last abnormal sample so far. */
  readonly lastAtMs: number;
  /** Null while it is open. */
  readonly endedAtMs: number | null;
  /** Distance of two samples of its series; 0 when that is not known. */
  readonly stepMs: number;
  /** The incident that it is in; null before it was grouped. */
  readonly incidentId: number | null;
}

/**
 * What ties an anomaly to others of the same time: its series, its entity (all of its labels where none names an
 * entity), and the values of those of `sharedLabels` that it carries.
 */
export function tiesOf(
  { seriesId, labels }: Pick<IncidentMember, 'seriesId' | 'labels'>,
  sharedLabels: readonly string[] = [],
): string[] {
  const ties = sharedLabels.flatMap((name) => {
    const value = labels[name];
    return value ? [`label ${labelsKey({ [name]: value })}`] : [];
  });
  const place = entityOf(labels) ?? labels;
  if (Object.keys(place).length > 0) ties.push(`entity ${labelsKey(place)}`);
  if (seriesId !== null) ties.push(`series ${seriesId}`);
  return ties;
}
