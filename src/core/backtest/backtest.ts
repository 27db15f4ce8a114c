import type { Episode } from '../anomalies/episode.ts';
import { type AlertBudget, decisionAt } from '../calibration/alert-budget.ts';
import { CivilTime, DAY_MS, HOUR_MS } from '../civil-time.ts';
import { type DeclaredEvent, NO_EVENTS } from '../context/declared-event.ts';
import { excludedSpans, type MaintenanceWindow } from '../context/maintenance.ts';
import type { JointEpisode } from '../entity/joint-episodes.ts';
import type { Frame } from '../frame.ts';
import type { Labels } from '../labels.ts';
import { FIRST_SEED, FitCalendar } from '../model/fit-calendar.ts';
import { DEFAULT_POLICY, type SeriesPolicy } from '../model/policy.ts';
import { quantile } from '../stats/quantile.ts';
import { type BacktestRows, emptyRows, writeRow } from './backtest-rows.ts';
import { ColumnReplay } from './column-replay.ts';
import { type BacktestDay, keepBudget } from './keep-budget.ts';
import { TableReplay } from './table-replay.ts';

export interface BacktestOptions {
  /** Rows that are only learned; every later row is judged causally. */
  readonly learnRows: number;
  /** What differs from DEFAULT_POLICY; `stepMs` defaults to the median distance of the rows. */
  readonly policy?: Partial<SeriesPolicy>;
  /** Civil time of day of the nightly fit, milliseconds after midnight; default 02:00. */
  readonly fitAtMs?: number;
  /** Days between two fits; default 1. */
  readonly fitEveryDays?: number;
  /** Span of the past that a fit sees; default 7 days. */
  readonly fitWindowMs?: number;
  readonly seed?: number;
  /** Declared events, oldest first: what usually follows them is normal after them. */
  readonly events?: readonly DeclaredEvent[];
  /** Planned work: fits leave it out. */
  readonly windows?: readonly MaintenanceWindow[];
  /** What events and planned work must concern; without labels all events do. */
  readonly labels?: Labels;
  /** What a fit leaves out from the start of an event on, at least to its end; default 30 minutes. */
  readonly afterEventsMs?: number;
  /** Sets the boundary anew every day so that the anomalies to expect are within it. */
  readonly alertBudget?: AlertBudget;
}

export interface BacktestResult {
  readonly rows: BacktestRows;
  /** Of one column its anomalies; of several those of the entity, which are combinations where no column is anomalous by itself. */
  readonly episodes: readonly (Episode | JointEpisode)[];
  /** Anomalies of every column by itself. */
  readonly columns: readonly (readonly Episode[])[];
  /** Rows that were normal only because a declared event came before them. */
  readonly explained: number;
}

/**
 * Replays a frame the way production would have met it: fit and learn the first rows, then judge row by row with
 * nightly fits on the recent past. Several columns are the series of one entity, with one verdict over all of them.
 */
export function backtest(
  frame: Frame,
  options: BacktestOptions,
  onProgress?: (rowsDone: number) => void,
): BacktestResult {
  return backtestTogether([frame], options, onProgress)[0];
}

/** The same for frames that share the alert budget, day by day; progress is in rows of all of them. */
export function backtestTogether(
  frames: readonly Frame[],
  options: BacktestOptions,
  onProgress?: (rowsDone: number) => void,
): BacktestResult[] {
  const done = frames.map(() => 0);
  const replays = frames.map((frame, i) =>
    replay(frame, options, (rows) => {
      done[i] = rows;
      onProgress?.(done.reduce((sum, one) => sum + one, 0));
    }),
  );
  const steps = replays.map((one) => one.next());
  let inForce = 1;
  for (;;) {
    const waiting = steps.flatMap((step, i) => (step.done ? [] : [{ i, day: step.value }]));
    if (waiting.length === 0) break;
    const todayMs = Math.min(...waiting.map(({ day }) => decisionAt(day.timeMs).sinceMs));
    const today = waiting.filter(({ day }) => decisionAt(day.timeMs).sinceMs === todayMs);
    if (options.alertBudget) {
      const days = today.map(({ day }) => day);
      inForce = keepBudget(days, { budget: options.alertBudget, inForce }).strictness;
    }
    for (const { i } of today) steps[i] = replays[i].next();
  }
  return steps.flatMap((step) => (step.done ? [step.value] : []));
}

/** A backtest in days: yields before the first row of each, so that the boundary can be set. */
export function* replay(
  frame: Frame,
  options: BacktestOptions,
  onProgress?: (rowsDone: number) => void,
): Generator<BacktestDay, BacktestResult, void> {
  const policy: SeriesPolicy = {
    ...DEFAULT_POLICY,
    stepMs: medianStep(frame.times),
    ...options.policy,
  };
  const { times } = frame;
  const { labels = {}, windows = [], events = NO_EVENTS, afterEventsMs = HOUR_MS / 2 } = options;
  const { fitWindowMs = 7 * DAY_MS, seed: firstSeed = FIRST_SEED } = options;
  const learnRows = Math.min(options.learnRows, times.length);
  const context = { labels, windows, events, afterEventsMs, fitWindowMs };
  const columns = frame.columns.map(
    (values) => new ColumnReplay({ times, values }, policy, context),
  );
  const table = columns.length === 1 ? undefined : new TableReplay(columns, policy);
  const { last, top } = table ?? { last: columns[0].model.last, top: () => 0 };
  const models = [...columns.map(({ model }) => model), ...(table ? [table.joint] : [])];
  const rows = emptyRows(times.length - learnRows, columns.length);
  const fit = (untilMs: number, seed: number): void => {
    for (const column of columns) column.fit(untilMs, seed);
  };
  const learnedUntilMs = times[learnRows - 1] ?? Number.NaN;
  fit(learnedUntilMs + policy.stepMs, firstSeed);
  for (let row = 0; row < learnRows; row++) {
    for (const column of columns) column.absorb(row, learnRows);
    table?.absorb(times[row]);
  }
  for (const column of columns) column.settle();
  const calendar = fitCalendarOf(policy.zone, options);
  let fitted = calendar.numberAt(learnedUntilMs);
  const nextFit = (row: number): number => {
    const next = times.subarray(row).findIndex((timeMs) => calendar.inForceAt(timeMs) > fitted);
    return next < 0 ? times.length : row + next;
  };
  let fitAt = nextFit(learnRows);
  let decidedMs = Number.NaN;
  let explained = 0;
  for (let row = learnRows; row < times.length; row++) {
    if (row === fitAt) {
      fitted = calendar.inForceAt(times[row]);
      fit(calendar.endOf(fitted), firstSeed + fitted);
      fitAt = nextFit(row);
    }
    const { sinceMs, lookBack } = decisionAt(times[row]);
    if (sinceMs !== decidedMs) {
      decidedMs = sinceMs;
      const work = { windows, events: NO_EVENTS, afterEventsMs: 0, zone: policy.zone };
      const episodes = columns.flatMap((column) => column.episodes);
      const planned = excludedSpans(work, labels, lookBack);
      yield { models, episodes, timeMs: times[row], planned };
    }
    for (const column of columns) column.observe(row, fitAt);
    table?.observe(times[row]);
    if (columns.some(({ model }) => model.normalAfter !== undefined)) explained++;
    writeRow(rows, row - learnRows, { last, top });
    if (onProgress && row % 1000 === 0) onProgress(row);
  }
  onProgress?.(times.length);
  const own = columns.map((column) => column.episodes);
  return { rows, explained, episodes: table?.episodes ?? own[0], columns: own };
}

function fitCalendarOf(
  zone: string,
  { fitAtMs = 2 * HOUR_MS, fitEveryDays = 1 }: BacktestOptions,
): FitCalendar {
  const times = { startMs: fitAtMs, everyMs: fitEveryDays * DAY_MS };
  return new FitCalendar(new CivilTime(zone), times);
}

function medianStep(times: Float64Array): number {
  const steps = Float64Array.from(
    { length: Math.max(0, times.length - 1) },
    (_, i) => times[i + 1] - times[i],
  );
  const median = quantile(
    steps.filter((step) => step > 0),
    0.5,
  );
  return Number.isNaN(median) ? DEFAULT_POLICY.stepMs : median;
}
