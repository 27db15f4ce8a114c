import type { Severity } from '../anomalies/severity.ts';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { concerns } from '../context/declared-event.ts';
import type { Span } from '../context/maintenance.ts';
import type { Labels } from '../labels.ts';
import { quantile } from '../stats/quantile.ts';
import { type EventRates, eventRates } from './event-metrics.ts';

/** Something that really happened, as people declared it; times are epoch milliseconds. */
export interface OwnIncident {
  readonly name: string;
  /** What it was about: a page on a series none of whose labels differs may belong to it. */
  readonly labels: Labels;
  readonly startMs: number;
  /** Null while it goes on. */
  readonly endMs: number | null;
}

/** Anomalies that alert people once: see pagesOf. */
export interface Page {
  readonly title: string;
  readonly severity: Severity;
  /** When the first anomaly that alerts opened. */
  readonly openedAtMs: number;
  /** The last abnormal sample. */
  readonly lastAtMs: number;
  /** Label sets of its series. */
  readonly labels: readonly Labels[];
}

/** What became of an incident. */
export interface IncidentOutcome extends OwnIncident {
  /** The first page that belongs to it, as its place in `pages`; undefined when it was missed. */
  readonly page: number | undefined;
  /** How long before its start that was, milliseconds: negative when after; NaN when it was missed. */
  readonly leadMs: number;
}

export interface PageOutcome extends Page {
  /** Whether it belongs to an incident. */
  readonly isTrue: boolean;
}

export interface IncidentReport extends EventRates {
  readonly range: Span;
  readonly weeks: number;
  readonly leadMs: number;
  /** Oldest first. */
  readonly incidents: readonly IncidentOutcome[];
  readonly pages: readonly PageOutcome[];
  /** Incidents that began outside the range. */
  readonly outside: number;
  readonly found: number;
  readonly missed: number;
  readonly truePages: number;
  readonly falsePages: number;
  readonly pagesPerWeek: number;
  /** Of those found; NaN when none was. */
  readonly medianLeadMs: number;
}

export interface ReportOptions {
  /** What was judged. */
  readonly range: Span;
  /** How long before its start a page may belong to an incident; default one hour. */
  readonly leadMs?: number;
}

export const DEFAULT_LEAD_MS = HOUR_MS;

/**
 * Holds pages against what really happened. A page belongs to every incident within which it opened, or up to `leadMs`
 * before, and none of whose labels differs on all of its series. Counted are the incidents that begin in the range; a page before
 * the range, or of an incident that began before it, counts for nothing else. Precision is that of `eventRates`: found among found and false pages.
 */
export function incidentReport(
  incidents: readonly OwnIncident[],
  pages: readonly Page[],
  { range, leadMs = DEFAULT_LEAD_MS }: ReportOptions,
): IncidentReport {
  const isInside = ({ startMs }: OwnIncident): boolean =>
    startMs >= range.startMs && startMs < range.endMs;
  const inside = incidents.filter(isInside).toSorted((a, b) => a.startMs - b.startMs);
  const outside = incidents.filter((one) => !isInside(one));
  const belongs = (page: Page, incident: OwnIncident): boolean =>
    page.openedAtMs >= incident.startMs - leadMs &&
    page.openedAtMs <= (incident.endMs ?? range.endMs) &&
    page.labels.some((labels) => concerns(incident.labels, labels));
  const counted = pages
    .map((page) => ({ ...page, isTrue: inside.some((incident) => belongs(page, incident)) }))
    .filter(
      (page) =>
        page.isTrue ||
        (page.openedAtMs >= range.startMs && !outside.some((incident) => belongs(page, incident))),
    )
    .toSorted((a, b) => a.openedAtMs - b.openedAtMs);
  const outcomes = inside.map((incident) => {
    const first = counted.findIndex((page) => belongs(page, incident));
    const page = first < 0 ? undefined : first;
    const openedAtMs = page === undefined ? Number.NaN : counted[page].openedAtMs;
    return { ...incident, page, leadMs: incident.startMs - openedAtMs };
  });
  const leads = outcomes.flatMap((one) => (one.page === undefined ? [] : [one.leadMs]));
  const truePages = counted.filter(({ isTrue }) => isTrue).length;
  const falsePages = counted.length - truePages;
  const weeks = (range.endMs - range.startMs) / (7 * DAY_MS);
  return {
    range,
    weeks,
    leadMs,
    incidents: outcomes,
    pages: counted,
    outside: outside.length,
    found: leads.length,
    missed: inside.length - leads.length,
    truePages,
    falsePages,
    ...eventRates({ events: inside.length, detected: leads.length, falseAlarms: falsePages }),
    pagesPerWeek: counted.length / weeks,
    medianLeadMs: quantile(Float64Array.from(leads), 0.5),
  };
}
