import { buffer } from 'node:stream/consumers';
import { parseDuration } from '../../base/duration.ts';
import type { Episode } from '../../core/anomalies/episode.ts';
import { explain, headlineOf } from '../../core/anomalies/explanation.ts';
import { scoreOf, severityOf } from '../../core/anomalies/severity.ts';
import { backtest } from '../../core/backtest/backtest.ts';
import { concerns, eventsBefore } from '../../core/context/declared-event.ts';
import { maintenanceAt } from '../../core/context/maintenance.ts';
import { type CsvFrame, parseCsv, readCsv } from '../../sources/csv/read-csv.ts';
import { backtestSettings, rowsToLearn } from '../backtest-settings.ts';
import { type DeclaredOptions, declaredSettings, withDeclared } from '../declared-settings.ts';
import { type GlobalOptions, readConfig } from '../global-options.ts';
import { note, print, printJson, table, timeText } from '../output.ts';
import { createProgressBar } from '../progress-bar.ts';

export interface DetectOptions extends GlobalOptions, DeclaredOptions {
  readonly learnRows?: string;
}

/** `detect FILE.csv|-` */
export async function detectCommand(file: string, options: DetectOptions): Promise<void> {
  const { config } = readConfig(options);
  const plainSettings = backtestSettings(config, options.tz);
  const declared = await declaredSettings(config, options);
  const settings = withDeclared(plainSettings, declared);
  const { frame } = await readInput(file, options.tz);
  const rows = frame.times.length;
  const learnRows = rowsToLearn(rows, { file, asked: options.learnRows });
  const bar = createProgressBar('Judging');
  const { episodes, explained } = backtest(frame, { ...settings, learnRows }, (done) =>
    bar.update(done, rows),
  );
  bar.end();
  const metric = frame.names.length === 1 ? (frame.names[0] ?? 'value') : 'entity';
  const { labels, windows, events } = declared;
  const subject = { metric, unit: '', labels, zone: options.tz };
  const concerning = events.filter((event) => concerns(event.labels, labels));
  const lookbackMs = parseDuration(config.context.events.deploy_lookback);
  const around = (timeMs: number) => ({
    events: eventsBefore(concerning, timeMs, lookbackMs),
    maintenance: maintenanceAt(windows, labels, { timeMs, zone: options.tz })?.window.title,
  });
  const found = episodes.map((episode) => ({
    ...episode,
    severity: severityOf(scoreOf(episode.peak.ratio), config.detection.severity_levels),
    sentence: headlineOf(episode, subject),
    explanation: explain(episode, { ...subject, ...around(episode.openedAtMs) }),
  }));
  if (options.json) printJson({ rows, learned: learnRows, explained, anomalies: found.map(plain) });
  else {
    note(`${file}: ${rows} rows, ${learnRows} learned, ${found.length} anomalies`);
    if (explained > 0) note(`${explained} rows were normal only because of a declared event`);
    if (found.length > 0) print(table(HEAD, found.map(cells)));
  }
}

async function readInput(file: string, zone: string): Promise<CsvFrame> {
  if (file !== '-') return readCsv(file, { zone });
  return parseCsv(await buffer(process.stdin), { file: 'standard input', zone });
}

type Found = Episode & {
  readonly severity: string;
  readonly sentence: string;
  readonly explanation: string;
};

const HEAD = ['STARTED', 'SEVERITY', 'SCORE', 'WHAT'];

function cells({ startedAtMs, severity, peak, sentence }: Found): string[] {
  return [timeText(startedAtMs), severity, scoreOf(peak.ratio).toFixed(3), sentence];
}

function plain({ startedAtMs, openedAtMs, endedAtMs, open, peak, ...rest }: Found): object {
  return {
    ...rest,
    started_at: new Date(startedAtMs).toISOString(),
    opened_at: new Date(openedAtMs).toISOString(),
    ended_at: open ? null : new Date(endedAtMs).toISOString(),
    peak: { ...peak, score: scoreOf(peak.ratio) },
  };
}
