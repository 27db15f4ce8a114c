import { concerns } from '../context/declared-event.ts';
import type { Span } from '../context/maintenance.ts';
import type { GroupingRules } from '../incidents/group-members.ts';
import type { Labels } from '../labels.ts';
import { type IncidentReport, incidentReport, type OwnIncident } from './incident-report.ts';
import { type PagedAnomaly, pagesOf } from './pages.ts';

export interface Compared {
  /** What happened, whatever it was about. */
  readonly incidents: readonly OwnIncident[];
  /** Label sets of the series that were judged: an incident that concerns none of them is nobody's miss. */
  readonly judged: readonly Labels[];
  /** What was really raised on them. */
  readonly recorded: readonly PagedAnomaly[];
  /** What would have been. */
  readonly wouldBe: readonly PagedAnomaly[];
}

export interface ComparedRules extends GroupingRules {
  readonly range: Span;
  readonly leadMs: number;
}

/** The configuration that was in force and a changed one, both held against what really happened. */
export function comparePages(
  { incidents, judged, recorded, wouldBe }: Compared,
  { range, leadMs, ...grouping }: ComparedRules,
): { readonly configuration: IncidentReport; readonly changed: IncidentReport } {
  const mine = incidents.filter(({ labels }) => judged.some((own) => concerns(labels, own)));
  const against = (anomalies: readonly PagedAnomaly[]): IncidentReport =>
    incidentReport(mine, pagesOf(anomalies, grouping), { range, leadMs });
  return { configuration: against(recorded), changed: against(wouldBe) };
}
