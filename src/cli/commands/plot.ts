import { writeFile } from 'node:fs/promises';
import { headlineOf } from '../../core/anomalies/explanation.ts';
import { scoreOf, severityOf } from '../../core/anomalies/severity.ts';
import { type BacktestResult, backtest } from '../../core/backtest/backtest.ts';
import { CivilTime } from '../../core/civil-time.ts';
import { concerns } from '../../core/context/declared-event.ts';
import type { Frame } from '../../core/frame.ts';
import type { Curve } from '../../core/plot/curve.ts';
import { curveSvg } from '../../core/plot/curve-svg.ts';
import { quantile } from '../../core/stats/quantile.ts';
import { readCsv } from '../../sources/csv/read-csv.ts';
import { fromIso, fromUnix } from '../../sources/csv/timestamp.ts';
import { backtestSettings, rowsToLearn } from '../backtest-settings.ts';
import { type DeclaredOptions, declaredSettings, withDeclared } from '../declared-settings.ts';
import { UsageError } from '../failure.ts';
import { type GlobalOptions, readConfig } from '../global-options.ts';
import { note, print } from '../output.ts';
import { createProgressBar } from '../progress-bar.ts';

export interface PlotOptions extends GlobalOptions, DeclaredOptions {
  readonly out?: string;
  readonly column?: string;
  readonly learnRows?: string;
  readonly unit: string;
  readonly title?: string;
  readonly from?: string;
  readonly to?: string;
}

/** `plot FILE.csv --out x.svg` */
export async function plotCommand(file: string, options: PlotOptions): Promise<void> {
  const { config } = readConfig(options);
  const plain = backtestSettings(config, options.tz);
  const declared = await declaredSettings(config, options);
  const { frame } = await readCsv(file, { zone: options.tz });
  const column = oneColumn(frame, file, options.column);
  const rows = frame.times.length;
  const learnRows = rowsToLearn(rows, { file, asked: options.learnRows });
  const bar = createProgressBar('Judging');
  const settings = { ...withDeclared(plain, declared), learnRows };
  const outcome = backtest(column, settings, (done) => bar.update(done, rows));
  bar.end();
  const [metric = 'value'] = column.names;
  const subject = { metric, unit: options.unit, labels: declared.labels, zone: options.tz };
  const shades = outcome.episodes.map((episode) => ({
    startMs: episode.startedAtMs,
    endMs: episode.open ? episode.lastAtMs : episode.endedAtMs,
    severity: severityOf(scoreOf(episode.peak.ratio), config.detection.severity_levels),
    sentence: headlineOf(episode, subject),
  }));
  const range = rangeOf(column, options);
  const shown = shades.filter(({ startMs, endMs }) => endMs >= range.from && startMs <= range.to);
  const svg = curveSvg({
    ...columnsOf(column, outcome, learnRows),
    title: options.title ?? metric,
    subtitle: countText(shown.length),
    unit: options.unit,
    zone: options.tz,
    stepMs: stepOf(column.times),
    judgedFromMs: column.times[learnRows] ?? range.to,
    range,
    shades: shown,
    marks: declared.events
      .filter((event) => concerns(event.labels, declared.labels))
      .map(({ startMs, kind, title }) => ({ timeMs: startMs, text: title || kind })),
  });
  if (options.out === undefined) print(svg);
  else {
    await writeSvg(options.out, svg);
    note(`${options.out}: ${rows} rows, ${learnRows} learned, ${countText(shades.length)}`);
  }
}

function countText(anomalies: number): string {
  if (anomalies === 0) return 'no anomaly';
  return anomalies === 1 ? '1 anomaly' : `${anomalies} anomalies`;
}

/** The series to be judged. */
function oneColumn({ times, names, columns }: Frame, file: string, asked?: string): Frame {
  const at = asked === undefined && names.length === 1 ? 0 : names.indexOf(asked ?? '');
  const [name, values] = [names[at], columns[at]];
  if (name !== undefined && values !== undefined)
    return { times, names: [name], columns: [values] };
  throw new UsageError(
    `Cannot plot ${asked === undefined ? `all of ${file}` : `column "${asked}" of ${file}`}: it has ${names.join(', ')}, choose one with --column`,
  );
}

/** Values and band of every row; the learned ones have no band. */
function columnsOf(
  { times, columns: [values = new Float64Array(times.length)] }: Frame,
  { rows }: BacktestResult,
  learnRows: number,
): Pick<Curve, 'times' | 'values' | 'expected' | 'lower' | 'upper'> {
  const whole = (judged: Float64Array): Float64Array => {
    const column = new Float64Array(times.length).fill(Number.NaN);
    column.set(judged, learnRows);
    return column;
  };
  const { expected, lower, upper } = rows;
  return {
    times,
    values,
    expected: whole(expected),
    lower: whole(lower),
    upper: whole(upper),
  };
}

function rangeOf({ times }: Frame, { from, to, tz }: PlotOptions): Curve['range'] {
  const ends = times.reduce(
    ({ first, last }, timeMs) => ({ first: Math.min(first, timeMs), last: Math.max(last, timeMs) }),
    { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY },
  );
  const range = {
    from: from === undefined ? ends.first : readTime(from, { option: '--from', zone: tz }),
    to: to === undefined ? ends.last : readTime(to, { option: '--to', zone: tz }),
  };
  if (range.from < range.to) return range;
  throw new UsageError(
    `Cannot plot from ${new Date(range.from).toISOString()} to ${new Date(range.to).toISOString()}: expected a time after the first`,
  );
}

function readTime(
  text: string,
  { option, zone }: { readonly option: string; readonly zone: string },
): number {
  const timeMs = /^-?\d+(\.\d+)?$/.test(text)
    ? fromUnix(Number(text))
    : fromIso(text, new CivilTime(zone));
  if (Number.isFinite(timeMs)) return timeMs;
  throw new UsageError(
    `Cannot use ${option} ${text}: expected unix seconds or ISO 8601 such as 2026-11-22T14:00`,
  );
}

function stepOf(times: Float64Array): number {
  const steps = times.subarray(1).map((timeMs, i) => timeMs - (times[i] ?? Number.NaN));
  return quantile(
    steps.filter((step) => step > 0),
    0.5,
  );
}

async function writeSvg(path: string, svg: string): Promise<void> {
  await writeFile(path, svg).catch((cause: unknown) => {
    throw new UsageError(`Cannot write ${path}: expected a path in a writable folder`, { cause });
  });
}
