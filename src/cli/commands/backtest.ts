import { mkdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseDuration } from '../../base/duration.ts';
import { limit } from '../../base/limit.ts';
import { headlineOf } from '../../core/anomalies/explanation.ts';
import type { BacktestResult } from '../../core/backtest/backtest.ts';
import { concerns, eventsBefore } from '../../core/context/declared-event.ts';
import { maintenanceAt } from '../../core/context/maintenance.ts';
import { createBacktestRuns } from '../../engine/backtest-run.ts';
import { type CsvFrame, readCsv } from '../../sources/csv/read-csv.ts';
import { writeScores } from '../../sources/csv/write-scores.ts';
import { type AcceptedRules, readAcceptedRules } from '../accepted-rules.ts';
import { alertBudgetOf, backtestSettings, learnRowsOf, workerCount } from '../backtest-settings.ts';
import {
  type Declared,
  type DeclaredOptions,
  declaredSettings,
  withDeclared,
} from '../declared-settings.ts';
import { UsageError } from '../failure.ts';
import { type GlobalOptions, readConfig } from '../global-options.ts';
import { note, printJson, table } from '../output.ts';
import { createProgressBar } from '../progress-bar.ts';
import { backtestIncidents, type OwnIncidentsOptions } from './own-incidents.ts';

export interface BacktestCommandOptions extends GlobalOptions, DeclaredOptions {
  readonly learnRows?: string;
  readonly out?: string;
  readonly alertBudget?: string;
  readonly workers?: string;
  readonly rules?: string;
}

/** What came of one file. */
interface Summary {
  readonly file: string;
  readonly out: string;
  readonly rows: number;
  readonly columns: number;
  readonly flagged: number;
  readonly anomalies: number;
  /** Anomalies that opened after a declared event, within the look-back. */
  readonly declared: number;
  /** Anomalies that opened in planned work. */
  readonly planned: number;
  /** Anomalies that accepted rules would have kept quiet; null where none were given. */
  readonly quieted: number | null;
  /** Rows that were normal after an event only. */
  readonly explained: number;
  readonly highestScore: number;
  /** One for each anomaly. */
  readonly sentences: readonly string[];
  readonly seconds: number;
}

/** `backtest FILE… --learn-rows N --out PATH`, or `--incidents FILE` */
export async function backtestCommand(
  files: readonly string[],
  options: BacktestCommandOptions & (OwnIncidentsOptions | { readonly incidents?: undefined }),
): Promise<void> {
  if (options.incidents !== undefined) return backtestIncidents(files, options);
  return writeBacktest(files, options);
}

async function writeBacktest(
  files: readonly string[],
  options: BacktestCommandOptions,
): Promise<void> {
  const { learnRows: learned, out: path } = options;
  if (learned === undefined || path === undefined) {
    throw new UsageError(
      'Cannot judge: expected --learn-rows and --out for scores, or --incidents for a report',
    );
  }
  const begun = performance.now();
  const { config } = readConfig(options);
  const learnRows = learnRowsOf(learned);
  const { alertBudget = '' } = options;
  const plain = {
    ...backtestSettings(config, options.tz),
    ...(alertBudget !== '' && { alertBudget: alertBudgetOf(alertBudget) }),
  };
  const declared = await declaredSettings(config, options);
  const rules = options.rules === undefined ? undefined : await readAcceptedRules(options.rules);
  const settings = { ...withDeclared(plain, declared), learnRows };
  // Series that share a budget are judged together, by one thread.
  const groups = settings.alertBudget ? [files] : files.map((file) => [file]);
  const lookbackMs = parseDuration(config.context.events.deploy_lookback);
  const outs = await outPaths(files, path);
  const bar = createProgressBar(files.length === 1 ? 'Judging' : `Judging ${files.length} files`);
  const runs = createBacktestRuns({
    size: Math.min(groups.length, workerCount(options.workers)),
  });
  const progress = new Map<readonly string[], number>();
  const judge = async (group: readonly string[]): Promise<Summary[]> => {
    const started = performance.now();
    const csvs = await Promise.all(group.map((file) => readCsv(file, { zone: options.tz })));
    const rows = csvs.reduce((sum, { frame }) => sum + frame.times.length, 0);
    const onProgress = (done: number) => {
      progress.set(group, (group.length * done) / rows);
      bar.update(
        [...progress.values()].reduce((sum, share) => sum + share, 0),
        files.length,
      );
    };
    const frames = csvs.map(({ frame }) => frame);
    const results = await runs.run({ frames, options: settings }, { onProgress });
    const seconds = (performance.now() - started) / 1000 / group.length;
    const judged = group.flatMap((file, i) => {
      const [csv, result] = [csvs[i], results[i]];
      const out = outs.get(file) ?? path;
      return csv && result
        ? [{ file, out, csv, result, declared, rules, lookbackMs, zone: options.tz, seconds }]
        : [];
    });
    for (const { out, csv, result } of judged) {
      const firstRow = Math.min(learnRows, csv.frame.times.length);
      await writeScores(out, { csv, firstRow, rows: result.rows });
    }
    return judged.map(summarise);
  };
  try {
    // Few files at a time in memory: no more than are judged or about to be.
    const turn = limit(runs.size + 1);
    const outcomes = await Promise.allSettled(groups.map((group) => turn(() => judge(group))));
    bar.end();
    const failures = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    const summaries = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value : [],
    );
    if (rules) note(`${rules.told}: ${sumOf(summaries)} anomalies kept quiet`);
    report(summaries, { json: options.json ?? false, seconds: (performance.now() - begun) / 1000 });
    if (failures.length > 0) throw new Error(failures.map(messageOf).join('\n'));
  } finally {
    await runs.close();
  }
}

/** Where each file's scores go: the path itself for one file, a folder for several. */
async function outPaths(files: readonly string[], out: string): Promise<Map<string, string>> {
  const isFolder = await stat(out).then(
    (found) => found.isDirectory(),
    () => out.endsWith('/'),
  );
  if (files.length === 1 && !isFolder) return new Map([[files[0] ?? '', out]]);
  await mkdir(out, { recursive: true }).catch((error: unknown) => {
    throw new UsageError(`Cannot use --out ${out}: expected a folder for ${files.length} files`, {
      cause: error,
    });
  });
  const paths = new Map(files.map((file) => [file, join(out, basename(file))]));
  const taken = new Set<string>();
  for (const path of paths.values()) {
    if (taken.has(path)) {
      throw new UsageError(`Cannot write two files to ${path}: give files of one name in two runs`);
    }
    taken.add(path);
  }
  return paths;
}

interface Judged {
  readonly file: string;
  readonly out: string;
  readonly csv: CsvFrame;
  readonly result: BacktestResult;
  readonly declared: Declared;
  readonly rules: AcceptedRules | undefined;
  readonly lookbackMs: number;
  readonly zone: string;
  readonly seconds: number;
}

function summarise({
  file,
  out,
  csv,
  result,
  declared,
  rules,
  lookbackMs,
  zone,
  seconds,
}: Judged): Summary {
  const { rows, episodes } = result;
  const { labels, windows } = declared;
  const events = declared.events.filter((event) => concerns(event.labels, labels));
  const followed = episodes.filter(
    ({ openedAtMs }) => eventsBefore(events, openedAtMs, lookbackMs).length > 0,
  );
  const planned = episodes.filter(({ openedAtMs }) =>
    maintenanceAt(windows, labels, { timeMs: openedAtMs, zone }),
  );
  return {
    file,
    out,
    rows: rows.flag.length,
    columns: csv.frame.names.length,
    flagged: rows.flag.reduce((sum, flag) => sum + flag, 0),
    anomalies: episodes.length,
    declared: followed.length,
    planned: planned.length,
    quieted: rules
      ? episodes.filter((one) => rules.quiet(one, { metricName: subjectOf(csv), labels, zone }))
          .length
      : null,
    explained: result.explained,
    highestScore: rows.score.reduce((highest, score) => Math.max(highest, score), 0),
    sentences: episodes.map((episode) =>
      headlineOf(episode, { metric: subjectOf(csv), unit: '', labels, zone }),
    ),
    seconds,
  };
}

/** What is judged: a column, or several as one entity. */
function subjectOf({ frame: { names } }: CsvFrame): string {
  return names.length === 1 ? (names[0] ?? 'value') : 'entity';
}

const HEAD = [
  'FILE',
  'ROWS',
  'COLUMNS',
  'ANOMALIES',
  'DECLARED',
  'PLANNED',
  'EXPLAINED',
  'FLAGGED',
  'HIGHEST',
  'SECONDS',
];

function report(
  summaries: readonly Summary[],
  { json, seconds }: { readonly json: boolean; readonly seconds: number },
): void {
  if (json) {
    printJson({ seconds, files: summaries });
    return;
  }
  if (summaries.length === 0) return;
  const rows = summaries.map((one) => [
    basename(one.file),
    String(one.rows),
    String(one.columns),
    String(one.anomalies),
    String(one.declared),
    String(one.planned),
    String(one.explained),
    String(one.flagged),
    one.highestScore.toFixed(3),
    one.seconds.toFixed(1),
  ]);
  note(table(HEAD, rows));
  // Of many files they would hide the table.
  if (summaries.length === 1) for (const sentence of summaries[0]?.sentences ?? []) note(sentence);
  const anomalies = summaries.reduce((sum, one) => sum + one.anomalies, 0);
  const judged = summaries.reduce((sum, one) => sum + one.rows, 0);
  note(`${judged} rows judged in ${seconds.toFixed(1)} s, ${anomalies} anomalies`);
}

function sumOf(summaries: readonly Summary[]): number {
  return summaries.reduce((sum, { quieted }) => sum + (quieted ?? 0), 0);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
