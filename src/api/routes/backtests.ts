import type * as z from 'zod';
import {
  Backtest,
  BacktestList,
  BacktestRemoved,
  BacktestReport,
  type BacktestSettings,
  BacktestStarted,
  NewBacktest,
  ReportQuery,
} from '../../contract/backtest.ts';
import {
  IncidentComparisonAnswer,
  IncidentComparisonQuery,
} from '../../contract/incident-report.ts';
import { Id, Page } from '../../contract/paging.ts';
import { DAY_MS, HOUR_MS } from '../../core/civil-time.ts';
import { reportPage } from '../../core/plot/report-page.ts';
import { BacktestError, type BacktestRequest } from '../../engine/backtest-plan.ts';
import { CsvError } from '../../sources/csv/csv-error.ts';
import { parseCsv } from '../../sources/csv/read-csv.ts';
import {
  findBacktest,
  listBacktests,
  readBacktestColumns,
  type StoredBacktest,
} from '../../store/backtests-table.ts';
import { ApiError, notFound, unusable } from '../api-error.ts';
import { backtestIncidents } from '../backtest-incidents.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { durationOf } from '../time-range.ts';
import { backtestOf, reportOf } from '../wire/backtest.ts';
import { incidentReportOf } from '../wire/incident-report.ts';

const TAGS = ['backtests'];
/** A file of about 300,000 rows. */
const BODY_LIMIT_BYTES = 10 * 1024 * 1024;
const MOST_COLUMNS = 20;
const MOST_LEARNED = 10_000;

export function backtestRoutes(
  api: FastifyApi,
  {
    database,
    clock,
    backtests,
    watching,
  }: Pick<ApiDependencies, 'database' | 'clock' | 'backtests' | 'watching'>,
): void {
  api.get(
    '/api/v1/backtests',
    {
      schema: {
        tags: TAGS,
        summary: 'Backtests of the last days, newest first',
        querystring: Page,
        response: { 200: BacktestList },
      },
    },
    async ({ query: { skip, limit } }) => {
      await backtests.giveUpAbandoned();
      const { total, rows } = await listBacktests(database, { skip, limit });
      return { total, skip, limit, backtests: rows.map(backtestOf) };
    },
  );

  api.post(
    '/api/v1/backtests',
    {
      bodyLimit: BODY_LIMIT_BYTES,
      schema: {
        tags: TAGS,
        summary: 'Judge the past of series, or a file, as production would with other settings',
        body: NewBacktest,
        response: { 202: BacktestStarted },
      },
    },
    async ({ body }, reply) => {
      const request = requestOf(body);
      const { csv, ...asked } = body;
      const kept = csv ? { ...asked, csv: { ...csv, content: undefined } } : asked;
      try {
        const id = await backtests.start(request, kept);
        return await reply.status(202).send({ message: 'Backtest queued', backtest_id: id });
      } catch (error) {
        if (error instanceof BacktestError) throw new ApiError(429, error.code, error.message);
        throw error;
      }
    },
  );

  api.get(
    '/api/v1/backtests/:id',
    {
      schema: {
        tags: TAGS,
        summary: 'How far a backtest is, and the anomalies that it would have raised',
        params: Id,
        response: { 200: Backtest },
      },
    },
    async ({ params: { id } }) => {
      await backtests.giveUpAbandoned();
      return backtestOf(await getBacktest(id));
    },
  );

  api.get(
    '/api/v1/backtests/:id/report',
    {
      schema: {
        tags: TAGS,
        summary: 'What a completed backtest found, with its curves and bands',
        params: Id,
        querystring: ReportQuery,
        response: { 200: BacktestReport },
      },
    },
    async ({ params: { id }, query: { start: startMs, end: endMs, points } }) => {
      const row = await getCompleted(id, 'report on');
      return reportOf(row, await readBacktestColumns(database, id), { startMs, endMs, points });
    },
  );

  api.get(
    '/api/v1/backtests/:id/incidents',
    {
      schema: {
        tags: TAGS,
        summary:
          'What was raised on its series and what would have been, both held against what really happened',
        params: Id,
        querystring: IncidentComparisonQuery,
        response: { 200: IncidentComparisonAnswer },
      },
    },
    async ({ params: { id }, query: { lead, format } }, reply) => {
      const row = await getCompleted(id, 'compare');
      if (row.parts.every(({ seriesId }) => seriesId === null)) {
        const message = `Cannot compare backtest ${id}: it is of a file, of which nothing was raised; use saimon backtest --incidents --compare`;
        throw new ApiError(409, 'no_series', message);
      }
      const { incidents, zone } = watching();
      const leadMs = durationOf(lead, 'lead');
      const { configuration, changed } = await backtestIncidents(database, row, {
        leadMs,
        incidents,
      });
      if (format === 'json') {
        return {
          configuration: incidentReportOf(configuration),
          changed: incidentReportOf(changed),
        };
      }
      void reply.type('text/html; charset=utf-8').serializer(String);
      return reportPage({
        title: 'SAIMon against what really happened',
        subject: row.parts.map(({ name }) => name).join(', '),
        zone,
        reports: [
          { title: 'raised', report: configuration },
          { title: 'with the settings of the backtest', report: changed },
        ],
      });
    },
  );

  api.delete(
    '/api/v1/backtests/:id',
    {
      schema: {
        tags: TAGS,
        summary: 'Cancel a backtest, or forget what came of it',
        params: Id,
        response: { 200: BacktestRemoved },
      },
    },
    async ({ params: { id } }) => {
      if (!(await backtests.remove(id))) throw notFound('backtest', id);
      return { message: 'Backtest removed', backtest_id: id };
    },
  );

  async function getBacktest(id: number): Promise<StoredBacktest> {
    const row = await findBacktest(database, id);
    if (!row) throw notFound('backtest', id);
    return row;
  }

  async function getCompleted(id: number, verb: string): Promise<StoredBacktest> {
    const row = await getBacktest(id);
    if (row.status === 'completed') return row;
    const message = `Cannot ${verb} backtest ${id}: it is ${row.status}, expected completed`;
    throw new ApiError(409, 'not_completed', message);
  }

  function requestOf(body: z.output<typeof NewBacktest>): BacktestRequest {
    const { csv, series_ids: ids = [], settings, rules: withRules } = body;
    const changes = changesOf(settings);
    if (csv) return { name: body.name ?? csv.name, subject: fileOf(csv), changes, withRules };
    const endMs = body.end ?? clock.now();
    const startMs = body.start ?? endMs - 7 * DAY_MS;
    if (startMs >= endMs)
      throw unusable(['body', 'start'], 'Cannot use this span: start is not before end');
    const learnMs = durationOf(body.learn, 'learn');
    const seriesIds = [...new Set(ids)];
    const name = body.name ?? `${seriesIds.length} series`;
    return { name, subject: { seriesIds, startMs, endMs, learnMs }, changes, withRules };
  }

  function fileOf({ name, content, learn_rows: learnRows }: Csv) {
    try {
      const { frame } = parseCsv(Buffer.from(content), { file: name, zone: watching().zone });
      if (frame.columns.length > MOST_COLUMNS) {
        const message = `Cannot backtest ${name}: ${frame.columns.length} value columns, expected at most ${MOST_COLUMNS}`;
        throw unusable(['body', 'csv', 'content'], message);
      }
      const half = Math.min(MOST_LEARNED, Math.floor(frame.times.length / 2));
      return { frame, learnRows: learnRows ?? half };
    } catch (error) {
      if (error instanceof CsvError) throw unusable(['body', 'csv', 'content'], error.message);
      throw error;
    }
  }
}

type Csv = NonNullable<z.output<typeof NewBacktest>['csv']>;

function changesOf({ alert_budget: budget, ...options }: BacktestSettings) {
  if (!budget) return { options };
  const everyMs = durationOf(budget.every, 'alert_budget');
  if (everyMs < HOUR_MS) {
    const message = `Cannot use the budget every ${budget.every}: expected at least 1h`;
    throw unusable(['body', 'settings', 'alert_budget', 'every'], message);
  }
  return { options, alertBudget: { max: budget.max, everyMs } };
}
