import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { reportPage } from '../plot/report-page.ts';
import { incidentReport, type OwnIncident, type Page } from './incident-report.ts';
import { type PagedAnomaly, pagesOf } from './pages.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 9, 5);
/** Four weeks. */
const RANGE = { startMs: START, endMs: START + 28 * DAY_MS };

/** On one day of the four weeks from 12:00 for an hour. */
function incident(day: number, over: Partial<OwnIncident> = {}): OwnIncident {
  const startMs = START + day * DAY_MS + 12 * HOUR_MS;
  return { name: `incident ${day}`, labels: {}, startMs, endMs: startMs + HOUR_MS, ...over };
}

/** Opened some minutes before noon of a day. */
function page(day: number, before: number, over: Partial<Page> = {}): Page {
  const openedAtMs = START + day * DAY_MS + 12 * HOUR_MS - before * MINUTE;
  const lastAtMs = openedAtMs + 20 * MINUTE;
  const labels = [{ service: 'api' }];
  return { title: `page ${day}`, severity: 'high', openedAtMs, lastAtMs, labels, ...over };
}

describe('incidentReport()', () => {
  it('equals a hand count over 20 invented incidents', () => {
    const incidents = [
      // Found, with a page 30, 20, 10, 5, 0 minutes before and 5, 10, 15, 20, 60 after.
      ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((day) => incident(day)),
      // Found twice each: the first page counts.
      incident(10),
      incident(11),
      // Two at once, found by one page.
      incident(12, { name: 'twelve a' }),
      incident(12, { name: 'twelve b' }),
      // Missed: no page, one too early, one too late, one of another service.
      incident(13),
      incident(14),
      incident(15),
      incident(16, { labels: { service: 'db' } }),
      // Found by a page on what names no service, and one that goes on to the end.
      incident(17, { labels: { service: 'db', host: 'a' } }),
      incident(27, { endMs: null }),
    ];
    expect(incidents).toHaveLength(20);
    const pages = [
      ...[30, 20, 10, 5, 0, -5, -10, -15, -20, -60].map((before, day) => page(day, before)),
      page(10, 40),
      page(10, -30),
      page(11, 60),
      page(11, 25),
      page(12, 15),
      page(14, 61),
      page(15, -61),
      page(16, 10),
      page(17, -2, { labels: [{ service: 'api' }, { host: 'a' }] }),
      page(27, -600),
      // Nothing is known of these.
      page(18, 0),
      page(19, 0),
      page(19, 300),
    ];
    const report = incidentReport(incidents, pages, { range: RANGE });
    // 10 + 2 + 2 + 2 found; 4 missed.
    expect(report).toMatchObject({ found: 16, missed: 4, recall: 0.8, outside: 0 });
    // 23 pages: 61 minutes early, a minute late, another service and three of nothing are false.
    expect(report).toMatchObject({ truePages: 17, falsePages: 6, pagesPerWeek: 23 / 4 });
    expect(report.precision).toBeCloseTo(16 / 22, 12);
    expect(report.f1).toBeCloseTo((2 * 0.8 * (16 / 22)) / (0.8 + 16 / 22), 12);
    const leads = report.incidents.map(({ leadMs }) => leadMs / MINUTE);
    expect(leads).toEqual([
      30,
      20,
      10,
      5,
      0,
      -5,
      -10,
      -15,
      -20,
      -60,
      40,
      60,
      15,
      15,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      Number.NaN,
      -2,
      -600,
    ]);
    // Ascending: -600 -60 -20 -15 -10 -5 -2 | 0 5 | 10 15 15 20 30 40 60: between the eighth and the ninth.
    expect(report.medianLeadMs).toBe(2.5 * MINUTE);
    const missed = report.incidents.filter((one) => one.page === undefined);
    expect(missed.map(({ name }) => name)).toEqual([
      'incident 13',
      'incident 14',
      'incident 15',
      'incident 16',
    ]);
  });

  it('leaves out what began before the range, and the pages that belong to it alone', () => {
    const before = incident(-1, { endMs: START + HOUR_MS });
    const pages = [page(-2, 0), page(0, 720), page(1, 5)];
    const report = incidentReport([before, incident(1)], pages, { range: RANGE });
    expect(report).toMatchObject({ outside: 1, found: 1, falsePages: 0, truePages: 1 });
  });

  it('has no rates where nothing happened', () => {
    const report = incidentReport([], [], { range: RANGE });
    expect(report).toMatchObject({ precision: Number.NaN, recall: Number.NaN, pagesPerWeek: 0 });
    expect(report.medianLeadMs).toBeNaN();
  });
});

describe('pagesOf()', () => {
  const anomaly = (id: number, over: Partial<PagedAnomaly>): PagedAnomaly => ({
    id,
    seriesId: id,
    metricName: `metric ${id}`,
    labels: { host: 'a' },
    kind: 'deviation',
    severity: 'high',
    ratio: 3,
    startedAtMs: START,
    openedAtMs: START + MINUTE,
    lastAtMs: START + 10 * MINUTE,
    endedAtMs: null,
    stepMs: MINUTE,
    incidentId: null,
    ties: [],
    alerts: true,
    ...over,
  });
  const rules = { gapMs: 15 * MINUTE, sharedLabels: [] };

  it('tells of one trouble once, when the first anomaly that alerts opens', () => {
    const [one, ...others] = pagesOf(
      [
        anomaly(1, { severity: 'low' }),
        anomaly(2, { openedAtMs: START + 3 * MINUTE }),
        anomaly(3, { openedAtMs: START + 2 * MINUTE, alerts: false, severity: 'critical' }),
      ],
      rules,
    );
    expect(others).toEqual([]);
    expect(one).toMatchObject({ severity: 'high', openedAtMs: START + 3 * MINUTE });
    expect(one?.labels).toHaveLength(3);
  });

  it('tells of nothing where nothing alerts', () => {
    expect(
      pagesOf([anomaly(1, { severity: 'low' }), anomaly(2, { alerts: false })], rules),
    ).toEqual([]);
  });
});

describe('reportPage()', () => {
  const report = incidentReport(
    [incident(1, { name: '<b>down</b>' }), incident(2)],
    [page(1, 12), page(5, 0, { title: 'disk "full" & slow' })],
    { range: RANGE },
  );
  const html = reportPage({
    title: 'Own incidents',
    subject: 'load.csv',
    zone: 'UTC',
    reports: [
      { title: 'in force', report },
      {
        title: 'changed',
        report: incidentReport([incident(1), incident(2)], [], { range: RANGE }),
      },
    ],
  });

  it('tells figures, incidents and false pages of all configurations', () => {
    expect(html).toContain('<td>Incidents found</td><td>1 of 2</td><td>0 of 2</td>');
    expect(html).toContain('<td>Precision</td><td>50 %</td><td>–</td>');
    expect(html).toContain('<td class="good">12 minutes before</td><td class="bad">missed</td>');
    expect(html).toContain('False pages (in force)');
    expect(html).not.toContain('False pages (changed)');
    expect(html.match(/<rect class="found"/g)).toHaveLength(1);
    expect(html.match(/<rect class="missed"/g)).toHaveLength(1);
    expect(html.match(/<rect class="true"/g)).toHaveLength(1);
    expect(html.match(/<rect class="false"/g)).toHaveLength(1);
  });

  it('stands alone and takes no text for HTML', () => {
    expect(html).toContain('&lt;b&gt;down&lt;/b&gt;');
    expect(html).toContain('disk &quot;full&quot; &amp; slow');
    expect(html).not.toMatch(/<b>|<script|<link|src=|href=|url\(/);
    expect(html).toContain('prefers-color-scheme:dark');
    expect(html).toContain('width=device-width');
  });
});
