import { writeFile } from 'node:fs/promises';
import { limit } from '../../base/limit.ts';
import type { BacktestOptions } from '../../core/backtest/backtest.ts';
import { nabScore } from '../../core/backtest/nab-score.ts';
import { type FileFigures, scoreFile } from '../../core/backtest/score-file.ts';
import { type GroupFigures, groupFigures, meanFigures } from '../../core/backtest/scorecard.ts';
import { createBacktestRuns } from '../../engine/backtest-run.ts';
import { fileError } from '../../sources/csv/csv-error.ts';
import { type LabelledFile, readLabelledFolder } from '../../sources/csv/labelled-folder.ts';
import { backtestSettings, workerCount } from '../backtest-settings.ts';
import { type GlobalOptions, readConfig } from '../global-options.ts';
import { print, printJson, table } from '../output.ts';
import { createProgressBar } from '../progress-bar.ts';

export interface ScorecardOptions extends GlobalOptions {
  readonly out?: string;
  readonly tz: string;
  readonly workers?: string;
}

/** `scorecard FOLDER` */
export async function scorecardCommand(folder: string, options: ScorecardOptions): Promise<void> {
  const begun = performance.now();
  const { config } = readConfig(options);
  const settings = backtestSettings(config, options.tz);
  const size = workerCount(options.workers);
  const files = await readLabelledFolder(folder, { zone: options.tz });
  const scored = await judgeAll(files, { settings, size });
  const card = { ...cardOf(scored), cost: costOf(files, begun) };
  if (options.out !== undefined) {
    const text = `${JSON.stringify({ ...card, files: scored.map(plain) }, null, 2)}\n`;
    await writeFile(options.out, text).catch((cause: unknown) => {
      const expected = 'a path in a writable folder';
      throw fileError(`Cannot write ${options.out}`, { cause, expected });
    });
  }
  if (options.json) printJson(card);
  else print(report(card));
}

/** One file with its figures. */
interface Scored extends LabelledFile {
  readonly figures: FileFigures;
  readonly seconds: number;
}

interface JudgeOptions {
  readonly settings: Omit<BacktestOptions, 'learnRows'>;
  readonly size: number;
}

/** Judges the files side by side, the largest first, so that no thread is left with one of them at the end. */
async function judgeAll(
  files: readonly LabelledFile[],
  { settings, size }: JudgeOptions,
): Promise<Scored[]> {
  const bar = createProgressBar(`Judging ${files.length} files`);
  const runs = createBacktestRuns({ size: Math.min(files.length, size) });
  const total = files.reduce((sum, file) => sum + valuesOf(file), 0);
  const done = new Map<LabelledFile, number>();
  const judge = async (file: LabelledFile): Promise<Scored> => {
    const started = performance.now();
    const { frame, truth } = file;
    const task = { frames: [frame], options: { ...settings, learnRows: truth.learnRows } };
    const [{ rows }] = await runs.run(task, {
      onProgress: (row) => {
        done.set(file, row * frame.columns.length);
        bar.update(
          [...done.values()].reduce((sum, values) => sum + values, 0),
          total,
        );
      },
    });
    const seconds = (performance.now() - started) / 1000;
    return { ...file, figures: scoreFile(frame, rows, truth), seconds };
  };
  try {
    const turn = limit(runs.size);
    const largestFirst = files.toSorted((one, other) => valuesOf(other) - valuesOf(one));
    return await Promise.all(largestFirst.map((file) => turn(() => judge(file))));
  } finally {
    bar.end();
    await runs.close();
  }
}

function valuesOf({ frame }: LabelledFile): number {
  return frame.times.length * frame.columns.length;
}

type Card = ReturnType<typeof cardOf> & { readonly cost: ReturnType<typeof costOf> };

/** The figures of every group, of the groups of one column and of several, and NAB's score of the files with its windows. */
function cardOf(scored: readonly Scored[]) {
  const names = [...new Set(scored.map(({ group }) => group))].toSorted();
  const groups = names.map((name) => {
    const members = scored.filter(({ group }) => group === name);
    const columns = Math.max(...members.map(({ frame }) => frame.columns.length));
    return { name, columns, ...groupFigures(members.map(({ figures }) => figures)) };
  });
  const uni = groups.filter(({ columns }) => columns === 1);
  const multi = groups.filter(({ columns }) => columns > 1);
  const nab = scored.flatMap(({ figures }) => figures.nab ?? []);
  return {
    groups,
    ...(uni.length > 0 && { uni: meanFigures(uni) }),
    ...(multi.length > 0 && { multi: meanFigures(multi) }),
    ...(nab.length > 0 && { nabScore: nabScore(nab) }),
  };
}

/** What the whole scorecard took. */
function costOf(files: readonly LabelledFile[], begun: number) {
  const { user, system } = process.cpuUsage();
  return {
    files: files.length,
    values: files.reduce((sum, file) => sum + valuesOf(file), 0),
    seconds: (performance.now() - begun) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakMemoryMb: process.resourceUsage().maxRSS / 1024,
  };
}

function plain({ name, group, frame, figures, seconds }: Scored): object {
  return {
    name,
    group,
    columns: frame.names.length,
    rows: frame.times.length,
    seconds,
    ...figures,
  };
}

const HEAD = [
  'GROUP',
  'FILES',
  'EVENTS',
  'VUS-PR',
  'PRECISION',
  'RECALL',
  'F1',
  'FALSE/DAY',
  'DELAY',
  'TOP CAUSE',
];

function report({ groups, uni, multi, nabScore: nab, cost }: Card): string {
  const rows = [
    ...groups.map((group) => [group.name, `${group.files}`, `${group.events}`, ...cells(group)]),
    ...(uni ? [['uni', '', '', ...cells(uni)]] : []),
    ...(multi ? [['multi', '', '', ...cells(multi)]] : []),
  ];
  const perValue = (1e6 * cost.cpuSeconds) / cost.values;
  return [
    table(HEAD, rows),
    ...(nab === undefined
      ? []
      : [`NAB score of the shipped flags, standard profile: ${nab.toFixed(1)}`]),
    `${cost.files} files, ${cost.values} values: ${cost.seconds.toFixed(1)} s, ${cost.cpuSeconds.toFixed(1)} s of CPU` +
      ` (${perValue.toFixed(1)} µs a value), at most ${cost.peakMemoryMb.toFixed(0)} MB`,
  ].join('\n');
}

function cells(figures: Partial<GroupFigures>): string[] {
  const { vusPr, precision, recall, f1, falseAlarmsPerDay, medianDelayMs, topCause } = figures;
  const shares = [vusPr, precision, recall, f1, falseAlarmsPerDay].map(share);
  const delay = Number.isFinite(medianDelayMs) ? `${(medianDelayMs ?? 0) / 1000} s` : '–';
  return [...shares, delay, share(topCause)];
}

function share(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(3);
}
