import { dateOf, spokenDuration, timeOfDay } from '../anomalies/spoken-time.ts';
import type { IncidentReport, PageOutcome } from '../backtest/incident-report.ts';
import { drawTimeline } from './timeline.ts';
import type { ReportPage, TitledReport } from './titled-report.ts';
import { element, escapeXml, textElement } from './xml.ts';

const MOST_PAGES = 200;

const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--ink:#1b2330;--soft:#566273;--line:#e3e7ed;--good:#1a7f4b;--bad:#c4122f;--page:#1a5ab8;--false:#b97900}
@media(prefers-color-scheme:dark){:root{--ground:#10141a;--ink:#e6eaf0;--soft:#9aa6b5;--line:#262e39;--good:#5fd097;--bad:#ff7488;--page:#82b4ff;--false:#f0b94d}}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1000px;margin:0 auto;padding:24px 16px 48px}h1{font-size:22px;margin:0}h2{font-size:16px;margin:32px 0 8px}p{margin:4px 0;color:var(--soft)}
.wide{overflow-x:auto}.list{min-width:560px}svg{display:block;width:100%;min-width:560px}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}th{color:var(--soft);font-weight:500}
.good{color:var(--good)}.bad{color:var(--bad)}
text{font:12px system-ui,sans-serif;fill:var(--soft)}.grid{stroke:var(--line)}.found{fill:var(--good)}.missed{fill:var(--bad)}.true{fill:var(--page)}.false{fill:var(--false)}`;

/** A report as one HTML page that stands alone: it asks for nothing else and runs nothing. */
export function reportPage(page: ReportPage): string {
  const { title, subject, zone, reports } = page;
  const [{ report }] = reports;
  const { startMs, endMs } = report.range;
  const span = `${moment(startMs, zone)} to ${moment(endMs, zone)} (${zone})`;
  const outside =
    report.outside > 0 ? [textElement('p', {}, `${report.outside} began outside of it`)] : [];
  const parts = [
    textElement('h1', {}, title),
    textElement('p', {}, `${subject}, ${span}`),
    ...outside,
    element('div', { class: 'wide' }, figureTable(page)),
    textElement('h2', {}, 'What happened and what paged'),
    element('div', { class: 'wide' }, drawTimeline(page)),
    textElement('p', {}, legendOf(reports)),
    textElement('h2', {}, 'Incidents'),
    element('div', { class: 'wide' }, incidentTable(page)),
    ...reports.flatMap((one) => falsePageTable(one, page)),
    textElement('p', {}, HOW),
  ];
  const head = [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    textElement('title', {}, title),
    `<style>${STYLE}</style>`,
  ];
  return `<!doctype html>\n<html lang="en"><head>${head.join('\n')}</head>\n<body><main>\n${parts.join('\n')}\n</main></body></html>\n`;
}

function legendOf(reports: ReportPage['reports']): string {
  const lanes =
    reports.length > 1 ? ` of ${reports.map(({ title }) => title).join(', then ')}` : '';
  return `Above: incidents, green where a page belongs to them, red where they were missed. Below: pages${lanes}, yellow where nothing is known to have happened.`;
}

const HOW =
  'A page belongs to an incident when it opened within it, or a little before. Recall: incidents found among all. Precision: incidents found among these and false pages.';

const FIGURES: readonly (readonly [name: string, value: (report: IncidentReport) => string])[] = [
  ['Incidents found', ({ found, incidents }) => `${found} of ${incidents.length}`],
  ['Recall', ({ recall }) => percent(recall)],
  ['Precision', ({ precision }) => percent(precision)],
  ['Median lead time', ({ medianLeadMs }) => leadText(medianLeadMs)],
  ['Pages a week', ({ pagesPerWeek }) => figure(pagesPerWeek)],
  ['Pages', ({ pages, falsePages }) => `${pages.length}, ${falsePages} of them false`],
];

/** The figures of a report by name, as people read them. */
export function reportFigures(report: IncidentReport): (readonly [name: string, text: string])[] {
  return FIGURES.map(([name, value]) => [name, value(report)]);
}

function figureTable({ reports }: ReportPage): string {
  const head =
    reports.length > 1 ? [tableRow('th', ['', ...reports.map(({ title }) => title)])] : [];
  const rows = FIGURES.map(([name, value]) =>
    tableRow('td', [name, ...reports.map(({ report }) => value(report))]),
  );
  return element('table', {}, [...head, ...rows].join('\n'));
}

function incidentTable({ reports, zone }: ReportPage): string {
  const [{ report }] = reports;
  const titles = reports.map(({ title }) => (reports.length > 1 ? title : 'First page'));
  const head = tableRow('th', ['Incident', 'Began', 'Lasted', ...titles]);
  const rows = report.incidents.map(({ name, startMs, endMs }, i) => {
    const lasted = endMs === null ? 'goes on' : spokenDuration(endMs - startMs);
    const cells = [name, moment(startMs, zone), lasted].map((text) => textElement('td', {}, text));
    const outcomes = reports.map((one) => {
      const { page, leadMs } = one.report.incidents[i];
      const isMissed = page === undefined;
      return textElement('td', { class: isMissed ? 'bad' : 'good' }, leadText(leadMs));
    });
    return element('tr', {}, [...cells, ...outcomes].join(''));
  });
  return element('table', { class: 'list' }, [head, ...rows].join('\n'));
}

function falsePageTable({ title, report }: TitledReport, { reports, zone }: ReportPage): string[] {
  const all = report.pages.filter(({ isTrue }) => !isTrue);
  if (all.length === 0) return [];
  const of = reports.length > 1 ? ` (${title})` : '';
  const more = all.length > MOST_PAGES ? `, the first ${MOST_PAGES} of ${all.length}` : '';
  const row = (page: PageOutcome): string =>
    tableRow('td', [
      page.title,
      moment(page.openedAtMs, zone),
      spokenDuration(page.lastAtMs - page.openedAtMs),
      page.severity,
    ]);
  const rows = [
    tableRow('th', ['Page', 'Opened', 'Lasted', 'Severity']),
    ...all.slice(0, MOST_PAGES).map(row),
  ];
  return [
    textElement('h2', {}, `False pages${of}${more}`),
    element('div', { class: 'wide' }, element('table', { class: 'list' }, rows.join('\n'))),
  ];
}

/** `12 minutes before`, `3 minutes after`, `missed` for NaN. */
export function leadText(leadMs: number): string {
  if (Number.isNaN(leadMs)) return 'missed';
  if (leadMs === 0) return 'at its start';
  return `${spokenDuration(Math.abs(leadMs))} ${leadMs > 0 ? 'before' : 'after'}`;
}

/** A share as people read it; – where there is nothing to divide by. */
function percent(share: number): string {
  return Number.isNaN(share) ? '–' : `${figure(100 * share)} %`;
}

function tableRow(cell: 'th' | 'td', texts: readonly string[]): string {
  return `<tr>${texts.map((text) => `<${cell}>${escapeXml(text)}</${cell}>`).join('')}</tr>`;
}

function moment(timeMs: number, zone: string): string {
  return `${dateOf(timeMs, zone)} ${timeOfDay(timeMs, zone)}`;
}

function figure(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : '–';
}
