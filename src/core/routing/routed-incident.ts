import type { Severity } from '../anomalies/severity.ts';
import type { IncidentStatus } from '../incidents/incident-life.ts';
import type { IncidentMember } from '../incidents/incident-member.ts';
import type { Labels } from '../labels.ts';

/** An anomaly as routes, silences and messages see it. */
export interface RoutedMember extends IncidentMember {
  /** Tags of its query. */
  readonly tags: Labels;
  /** 0..1; null when another program reported it. */
  readonly confidence: number | null;
  readonly explanation: string | null;
  readonly value: number;
  readonly expected: number;
  /** A person's verdict; null before one. */
  readonly isConfirmed: boolean | null;
}

/** An incident as routing sees it; times are epoch milliseconds. */
export interface RoutedIncident {
  readonly id: number;
  readonly title: string;
  readonly status: IncidentStatus;
  readonly severity: Severity;
  readonly startedAtMs: number;
  /** When the last member ended; null while one is open. */
  readonly endedAtMs: number | null;
  /** Null before it has as many members as an incident needs. */
  readonly formedAtMs: number | null;
  readonly acknowledgedBy: string | null;
  readonly resolvedBy: string | null;
  readonly resolvedAtMs: number | null;
  readonly mergedInto: number | null;
  readonly members: readonly RoutedMember[];
}

/** What matchers can name: the query's tags, its alias as `__name__`, `severity`, and the labels of the series. */
export function matchableLabels({ tags, metricName, severity, labels }: RoutedMember): Labels {
  return { severity, ...tags, ...(metricName !== null && { __name__: metricName }), ...labels };
}
