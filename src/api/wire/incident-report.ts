import type { IncidentReport as Wire } from '../../contract/incident-report.ts';
import type { IncidentReport } from '../../core/backtest/incident-report.ts';
import { iso, isoOrNull } from './iso.ts';

export function incidentReportOf(report: IncidentReport): Wire {
  const { range, incidents, pages } = report;
  return {
    start: iso(range.startMs),
    end: iso(range.endMs),
    weeks: report.weeks,
    lead_seconds: report.leadMs / 1000,
    found: report.found,
    missed: report.missed,
    outside: report.outside,
    precision: known(report.precision),
    recall: known(report.recall),
    f1: known(report.f1),
    median_lead_seconds: known(report.medianLeadMs / 1000),
    pages_per_week: known(report.pagesPerWeek),
    pages: pages.length,
    true_pages: report.truePages,
    missed_incidents: incidents.flatMap(({ page, name }) => (page === undefined ? [name] : [])),
    incidents: incidents.map(({ name, labels, startMs, endMs, page, leadMs }) => ({
      name,
      labels,
      started_at: iso(startMs),
      ended_at: isoOrNull(endMs),
      found: page !== undefined,
      lead_seconds: known(leadMs / 1000),
      page: page === undefined ? null : (pages[page]?.title ?? null),
    })),
    false_pages: pages
      .filter(({ isTrue }) => !isTrue)
      .map(({ title, severity, openedAtMs, lastAtMs }) => ({
        title,
        severity,
        opened_at: iso(openedAtMs),
        last_at: iso(lastAtMs),
      })),
  };
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
