import type { EpisodeKind } from '../anomalies/episode.ts';
import type { Severity } from '../anomalies/severity.ts';
import type { Labels } from '../labels.ts';
import type { Tie } from './tie.ts';

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
  /** What joined it to those that were in its incident, or joined two incidents by it. */
  readonly ties: readonly Tie[];
}
