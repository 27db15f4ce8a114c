import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { incidentReportOf } from '../../api/wire/incident-report.ts';
import type { Config } from '../../app/config/config-schema.ts';
import { incidentsOf } from '../../app/engine-settings.ts';
import type { Episode } from '../../core/anomalies/episode.ts';
import { scoreOf, severityOf } from '../../core/anomalies/severity.ts';
import { type IncidentReport, incidentReport } from '../../core/backtest/incident-report.ts';
import { type PagedAnomaly, pagesOf } from '../../core/backtest/pages.ts';
import { concerns } from '../../core/context/declared-event.ts';
import { maintenanceAt } from '../../core/context/maintenance.ts';
import type { Labels } from '../../core/labels.ts';
import type { SeriesPolicy } from '../../core/model/policy.ts';
import { leadText, reportFigures, reportPage } from '../../core/plot/report-page.ts';
import type { TitledReport } from '../../core/plot/titled-report.ts';
import { type BacktestRuns, createBacktestRuns } from '../../engine/backtest-run.ts';
import { queryPolicyOf } from '../../engine/watched-query.ts';
import { readCsv } from '../../sources/csv/read-csv.ts';
import { readIncidents } from '../../sources/csv/read-incidents.ts';
import { type AcceptedRules, readAcceptedRules } from '../accepted-rules.ts';
import {
  alertBudgetOf,
  backtestSettings,
  durationOf,
  rowsToLearn,
  workerCount,
} from '../backtest-settings.ts';
import { type DeclaredOptions, declaredSettings, withDeclared } from '../declared-settings.ts';
import { UsageError } from '../failure.ts';
import { type GlobalOptions, readConfig } from '../global-options.ts';
import { note, print, printJson, table } from '../output.ts';
import { createProgressBar } from '../progress-bar.ts';

export interface OwnIncidentsOptions extends GlobalOptions, DeclaredOptions {
  readonly incidents: string;
  readonly compare?: string;
  readonly report?: string;
  readonly query?: string;
  readonly rules?: string;
  readonly lead: string;
  readonly learnRows?: string;
  readonly alertBudget?: string;
  readonly workers?: string;
}

interface Judged {
  readonly anomalies: readonly PagedAnomaly[];
  /** From the first row that was judged to the last one. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** `backtest FILE… --incidents FILE`: what would have paged, held against what really happened. */
export async function backtestIncidents(
  files: readonly string[],
  options: OwnIncidentsOptions,
): Promise<void> {
  const { compare } = options;
  const incidents = await readIncidents(options.incidents, { zone: options.tz });
  const leadMs = durationOf(options.lead, '--lead');
  const rules = options.rules === undefined ? undefined : await readAcceptedRules(options.rules);
  if (rules) note(rules.told);
  const configs = [
    { title: compare === undefined ? 'result' : 'in force', config: readConfig(options).config },
    ...(compare === undefined
      ? []
      : [{ title: basename(compare), config: readConfig({ ...options, config: compare }).config }]),
  ];
  const runs = createBacktestRuns({ size: Math.min(files.length, workerCount(options.workers)) });
  const reports: TitledReport[] = [];
  try {
    for (const { title, config } of configs) {
      const { anomalies, fromMs, untilMs } = await judge(files, {
        config,
        options,
        runs,
        rules,
      });
      const range = { startMs: fromMs, endMs: untilMs };
      const { labels } = await declaredSettings(config, options);
      const pages = pagesOf(anomalies, incidentsOf(config));
      const mine = incidents.filter((one) => concerns(one.labels, labels));
      reports.push({ title, report: incidentReport(mine, pages, { range, leadMs }) });
    }
  } finally {
    await runs.close();
  }
  const subject = files.map((file) => basename(file)).join(', ');
  await tell(rules ? `${subject}; ${rules.told}` : subject, reports, options);
}

async function judge(
  files: readonly string[],
  {
    config,
    options,
    runs,
    rules,
  }: {
    readonly config: Config;
    readonly options: OwnIncidentsOptions;
    readonly runs: BacktestRuns;
    readonly rules: AcceptedRules | undefined;
  },
): Promise<Judged> {
  const { alertBudget = '', tz: zone, query } = options;
  const plain = backtestSettings(config, zone);
  const policy: Partial<SeriesPolicy> = { ...plain.policy, ...policyOf(config, query) };
  const declared = await declaredSettings(config, options);
  const settings = {
    ...withDeclared({ ...plain, policy }, declared),
    ...(alertBudget !== '' && { alertBudget: alertBudgetOf(alertBudget) }),
  };
  const { severity_levels: levels } = config.detection;
  const bar = createProgressBar(files.length === 1 ? 'Judging' : `Judging ${files.length} files`);
  const progress = new Map<readonly string[], number>();
  const onProgress = (group: readonly string[], done: number): void => {
    progress.set(group, done);
    bar.update(
      [...progress.values()].reduce((sum, share) => sum + share, 0),
      files.length,
    );
  };
  // Series that share a budget are judged together, by one thread.
  const groups = settings.alertBudget ? [files] : files.map((file) => [file]);
  const judged = await Promise.all(
    groups.map(async (group) => {
      const csvs = await Promise.all(group.map((file) => readCsv(file, { zone })));
      const frames = csvs.map(({ frame }) => frame);
      const learnable = frames.map(({ times }, i) =>
        rowsToLearn(times.length, { file: group[i] ?? '', asked: options.learnRows }),
      );
      const learnRows = Math.min(...learnable);
      const rows = frames.reduce((sum, { times }) => sum + times.length, 0);
      const results = await runs.run(
        { frames, options: { ...settings, learnRows } },
        { onProgress: (done) => onProgress(group, (group.length * done) / rows) },
      );
      return frames.map(({ times, names }, i) => ({
        fromMs: times[learnRows] ?? Number.NaN,
        untilMs: (times.at(-1) ?? Number.NaN) + 1,
        found: (results[i]?.episodes ?? []).map((episode) => ({
          episode,
          file: group[i] ?? '',
          metricName: names.length === 1 ? (names[0] ?? 'value') : 'entity',
          stepMs: (times[1] ?? 0) - (times[0] ?? 0),
        })),
      }));
    }),
  );
  bar.end();
  const all = judged.flat();
  const { labels, windows } = declared;
  const anomalies = all
    .flatMap(({ found }) => found)
    .map(({ episode, ...of }, id) => ({
      ...memberOf(episode, { ...of, labels, seriesId: files.indexOf(of.file) }),
      id,
      severity: severityOf(scoreOf(episode.peak.ratio), levels),
      alerts:
        !maintenanceAt(windows, labels, { timeMs: episode.lastAtMs, zone }) &&
        !rules?.quiet(episode, { metricName: query ?? of.metricName, labels, zone }),
    }));
  return {
    anomalies,
    fromMs: Math.min(...all.map(({ fromMs }) => fromMs)),
    untilMs: Math.max(...all.map(({ untilMs }) => untilMs)),
  };
}

function memberOf(
  { kind, peak, startedAtMs, openedAtMs, lastAtMs, endedAtMs, open }: Episode,
  of: {
    readonly seriesId: number;
    readonly metricName: string;
    readonly labels: Labels;
    readonly stepMs: number;
  },
): Omit<PagedAnomaly, 'id' | 'severity' | 'alerts'> {
  const endedAt = open ? null : endedAtMs;
  const { seriesId, metricName, labels, stepMs } = of;
  const named = { seriesId, metricName, labels, stepMs, kind, ratio: peak.ratio };
  const alone = { incidentId: null, ties: [] };
  return { ...named, startedAtMs, openedAtMs, lastAtMs, endedAtMs: endedAt, ...alone };
}

/** What the configuration asks of one query, where one is named. */
function policyOf(config: Config, alias: string | undefined): Partial<SeriesPolicy> {
  if (alias === undefined) return {};
  const query = config.reader.queries[alias];
  if (query) return queryPolicyOf(query);
  const known = Object.keys(config.reader.queries).join(', ') || 'none';
  throw new UsageError(
    `Cannot use --query ${alias}: the configuration has no such query, expected one of reader.queries (${known})`,
  );
}

async function tell(
  subject: string,
  reports: readonly TitledReport[],
  { report: path, json, tz: zone }: OwnIncidentsOptions,
): Promise<void> {
  const [first, ...others] = reports;
  if (!first) return;
  if (path !== undefined) {
    const title = 'SAIMon against what really happened';
    await writeFile(path, reportPage({ title, subject, zone, reports: [first, ...others] }));
  }
  if (json) {
    const [configuration, changed] = reports.map(({ report }) => incidentReportOf(report));
    printJson({ configuration, ...(changed && { changed }) });
    return;
  }
  const head = ['', ...reports.map(({ title }) => title.toUpperCase())];
  const figures = reports.map(({ report }) => reportFigures(report));
  print(
    table(
      head,
      figures[0]?.map(([name], i) => [name, ...figures.map((one) => one[i]?.[1] ?? '')]) ?? [],
    ),
  );
  print('');
  print(
    table(['INCIDENT', 'BEGAN', ...head.slice(1)], outcomes(reports.map(({ report }) => report))),
  );
  if (path !== undefined) note(`Written to ${path}`);
}

function outcomes(reports: readonly IncidentReport[]): string[][] {
  const incidents = reports[0]?.incidents ?? [];
  return incidents.map(({ name, startMs }, i) => [
    name,
    new Date(startMs).toISOString().slice(0, 16).replace('T', ' '),
    ...reports.map((report) => leadText(report.incidents[i]?.leadMs ?? Number.NaN)),
  ]);
}
