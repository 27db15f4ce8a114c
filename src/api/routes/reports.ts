import { parseDuration } from '../../base/duration.ts';
import { IncidentReportAnswer, IncidentReportQuery } from '../../contract/incident-report.ts';
import { incidentReport } from '../../core/backtest/incident-report.ts';
import { pagesOf } from '../../core/backtest/pages.ts';
import { DAY_MS } from '../../core/civil-time.ts';
import { reportPage } from '../../core/plot/report-page.ts';
import { pagedAnomalies, watchedSince } from '../../store/paged-anomalies.ts';
import { truthIncidentsWithin } from '../../store/truth-incidents-table.ts';
import { unusable } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { incidentReportOf } from '../wire/incident-report.ts';
import { iso } from '../wire/iso.ts';

const DEFAULT_SPAN_MS = 30 * DAY_MS;

export function reportRoutes(
  api: FastifyApi,
  { database, clock, watching }: Pick<ApiDependencies, 'database' | 'clock' | 'watching'>,
): void {
  api.get(
    '/api/v1/reports/incidents',
    {
      schema: {
        tags: ['truth incidents'],
        summary: 'What really happened held against what paged: precision, recall, lead time',
        querystring: IncidentReportQuery,
        response: { 200: IncidentReportAnswer },
      },
    },
    async ({ query: { start, end: endMs = clock.now(), lead, format } }, reply) => {
      const sinceMs = (await watchedSince(database)) ?? endMs - DEFAULT_SPAN_MS;
      const startMs = start ?? Math.max(sinceMs, endMs - DEFAULT_SPAN_MS);
      if (startMs >= endMs) {
        const message = `Cannot report from ${iso(startMs)} to ${iso(endMs)}: expected an end after the start`;
        throw unusable(['query', 'end'], message);
      }
      const range = { startMs, endMs };
      const leadMs = parseDuration(lead);
      const early = { startMs: startMs - leadMs, endMs };
      const { incidents: rules, zone } = watching();
      const [incidents, anomalies] = await Promise.all([
        truthIncidentsWithin(database, early),
        pagedAnomalies(database, early),
      ]);
      const report = incidentReport(incidents, pagesOf(anomalies, rules), { range, leadMs });
      if (format === 'json') return incidentReportOf(report);
      const page = reportPage({
        title: 'SAIMon against what really happened',
        subject: 'Stored anomalies',
        zone,
        reports: [{ title: 'in force', report }],
      });
      void reply.type('text/html; charset=utf-8').serializer(String);
      return page;
    },
  );
}
