import { comparePages } from '../core/backtest/compare-pages.ts';
import type { IncidentReport } from '../core/backtest/incident-report.ts';
import type { PagedAnomaly } from '../core/backtest/pages.ts';
import type { Labels } from '../core/labels.ts';
import type { IncidentOptions } from '../engine/engine-options.ts';
import type { StoredBacktest } from '../store/backtests-table.ts';
import type { Queryable } from '../store/database.ts';
import { pagedAnomalies } from '../store/paged-anomalies.ts';
import { truthIncidentsWithin } from '../store/truth-incidents-table.ts';

export interface ComparisonOptions {
  readonly leadMs: number;
  readonly incidents: IncidentOptions;
}

/** What was raised on the series of a backtest and what would have been, both held against what really happened. */
export async function backtestIncidents(
  db: Queryable,
  { parts }: Pick<StoredBacktest, 'parts'>,
  { leadMs, incidents: grouping }: ComparisonOptions,
): Promise<{ readonly configuration: IncidentReport; readonly changed: IncidentReport }> {
  const range = {
    startMs: Math.min(...parts.map(({ startMs }) => startMs)),
    endMs: Math.max(...parts.map(({ endMs }) => endMs)) + 1,
  };
  const seriesIds = parts.flatMap(({ seriesId }) => seriesId ?? []);
  const [incidents, recorded] = await Promise.all([
    truthIncidentsWithin(db, { ...range, startMs: range.startMs - leadMs }),
    pagedAnomalies(db, { ...range, seriesIds }),
  ]);
  const judged = parts.map(({ labels }) => labels);
  const wouldBe = parts
    .flatMap((part, at) => part.anomalies.map((one) => ({ ...pagedOf(one, part), seriesId: at })))
    .map((one, id) => ({ ...one, id }));
  return comparePages({ incidents, judged, recorded, wouldBe }, { ...grouping, range, leadMs });
}

type Part = StoredBacktest['parts'][number];

function pagedOf(
  { planned, quietedBy, kind, severity, ratio, ...times }: Part['anomalies'][number],
  { name, labels, stepMs }: { name: string; labels: Labels; stepMs: number },
): Omit<PagedAnomaly, 'id' | 'seriesId'> {
  const { startedAtMs, openedAtMs, lastAtMs, endedAtMs } = times;
  const alerts = planned === null && quietedBy === null;
  const named = { metricName: name, labels, stepMs, kind, severity, ratio, alerts };
  const alone = { incidentId: null, ties: [] };
  return { ...named, startedAtMs, openedAtMs, lastAtMs, endedAtMs, ...alone };
}
