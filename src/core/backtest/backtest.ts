import type { Episode } from '../anomalies/episode.ts';
import { type AlertBudget, type Budgeted, decisionAt } from '../calibration/alert-budget.ts';
import { CivilTime, DAY_MS, HOUR_MS } from '../civil-time.ts';
import { concerns, type DeclaredEvent, NO_EVENTS } from '../context/declared-event.ts';
import { excludedSpans, type MaintenanceWindow } from '../context/maintenance.ts';
import type { Frame } from '../frame.ts';
import type { Labels } from '../labels.ts';
import { EntityModel } from '../model/entity-model.ts';
import { FIRST_SEED, FitCalendar } from '../model/fit-calendar.ts';
import { historyToFit, knownSpans, unusualSpans } from '../model/fit-history.ts';
import type { Judgement } from '../model/judgement.ts';
import { DEFAULT_POLICY, type SeriesPolicy } from '../model/policy.ts';
import { SeriesModel } from '../model/series-model.ts';
import { lowerBound, type Samples } from '../series.ts';
import { quantile } from '../stats/quantile.ts';
import { type BacktestRows, emptyRows, writeRow } from './backtest-rows.ts';
import { type BacktestDay, keepBudget } from './keep-budget.ts';
import { type NightlyFit, Succession } from './succession.ts';

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
  readonly episodes: readonly Episode[];
  /** Rows that were normal only because a declared event came before them. */
  readonly explained: number;
}

/** What a backtest drives: one series, or several columns as one entity. */
interface Judge {
  readonly model: Budgeted;
  readonly last: Readonly<Judgement>;
  top(): number;
  fit(rows: FitRows): void;
  /** Prepares for the rows from `row` on, those before `end` at most. */
  anticipate(row: number, end: number): void;
  absorb(row: number): void;
  observe(row: number): void;
  settle(): void;
  drain(): Episode[];
  declare(events: readonly DeclaredEvent[]): void;
  /** Whether an event explains the latest row. */
  explained(): boolean;
}

/** The rows from `from` to before `to`. */
interface FitRows extends NightlyFit {
  readonly from: number;
  readonly to: number;
}

/**
 * Replays a frame the way production would have met it: fit and learn the first rows, then judge row by row with
 * nightly fits on the recent past. Several columns are one entity with one verdict.
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
  const learnRows = Math.min(options.learnRows, times.length);
  const judge =
    frame.columns.length === 1 ? seriesJudge(frame, policy) : entityJudge(frame, policy);
  const { labels = {}, windows = [], afterEventsMs = HOUR_MS / 2 } = options;
  const events = (options.events ?? NO_EVENTS).filter((event) => concerns(event.labels, labels));
  judge.declare(events);
  let explained = 0;
  const rows = emptyRows(times.length - learnRows, frame.columns.length);
  const firstSeed = options.seed ?? FIRST_SEED;
  const episodes = new Map<string, Episode>();
  const fitUntil = (untilMs: number, seed: number): void => {
    const windowMs = options.fitWindowMs ?? 7 * DAY_MS;
    const range = { startMs: untilMs - policy.stepMs - windowMs, endMs: untilMs };
    const told = { windows, events, afterEventsMs, zone: policy.zone };
    const planned = excludedSpans(told, labels, range);
    const without = unusualSpans(episodes.values(), planned, range);
    const known = knownSpans(episodes.values(), planned, range);
    const [from, to] = [lowerBound(times, range.startMs), lowerBound(times, range.endMs)];
    if (from < to) judge.fit({ from, to, without, known, seed });
  };
  const learnedUntilMs = times[learnRows - 1] ?? Number.NaN;
  fitUntil(learnedUntilMs + policy.stepMs, firstSeed);
  for (let row = 0; row < learnRows; row++) {
    judge.anticipate(row, learnRows);
    judge.absorb(row);
  }
  judge.settle();
  const calendar = fitCalendarOf(policy.zone, options);
  let fitted = calendar.numberAt(learnedUntilMs);
  const nextFit = (row: number): number => {
    const next = times.subarray(row).findIndex((timeMs) => calendar.inForceAt(timeMs) > fitted);
    return next < 0 ? times.length : row + next;
  };
  let fitAt = nextFit(learnRows);
  let decidedMs = Number.NaN;
  for (let row = learnRows; row < times.length; row++) {
    if (row === fitAt) {
      fitted = calendar.inForceAt(times[row]);
      fitUntil(calendar.endOf(fitted), firstSeed + fitted);
      fitAt = nextFit(row);
    }
    judge.anticipate(row, fitAt);
    const { sinceMs, lookBack } = decisionAt(times[row]);
    if (sinceMs !== decidedMs) {
      decidedMs = sinceMs;
      const work = { windows, events: NO_EVENTS, afterEventsMs: 0, zone: policy.zone };
      yield {
        model: judge.model,
        episodes: [...episodes.values()],
        timeMs: times[row],
        planned: excludedSpans(work, labels, lookBack),
      };
    }
    judge.observe(row);
    if (judge.explained()) explained++;
    writeRow(rows, row - learnRows, judge);
    for (const episode of judge.drain()) {
      episodes.set(`${episode.kind} ${episode.openedAtMs}`, episode);
    }
    if (onProgress && row % 1000 === 0) onProgress(row);
  }
  onProgress?.(times.length);
  return { rows, episodes: [...episodes.values()], explained };
}

function seriesJudge(frame: Frame, policy: SeriesPolicy): Judge {
  const model = new SeriesModel(policy);
  const versions = new Succession(model);
  const [values] = frame.columns;
  const { times } = frame;
  return {
    model,
    last: model.last,
    top: () => 0,
    fit: (rows) => versions.fit(windowOf(times, values, rows), rows),
    anticipate: anticipation([model], frame),
    absorb: (row) => model.absorb(times[row], values[row]),
    observe: (row) => {
      // A row without a value, or one long after the last, tells that values are missing.
      model.miss(times[row] - 1);
      model.observe(times[row], values[row]);
    },
    settle: () => {
      model.settle();
      versions.begin();
    },
    drain: () => model.drainEpisodes(),
    declare: (events) => {
      model.declareEvents(events);
      versions.declareEvents(events);
    },
    explained: () => model.normalAfter !== undefined,
  };
}

function entityJudge(frame: Frame, policy: SeriesPolicy): Judge {
  const model = new EntityModel(policy, frame.columns.length);
  const { times, columns } = frame;
  const values = new Float64Array(columns.length);
  const take = (row: number): Float64Array => {
    for (let i = 0; i < columns.length; i++) values[i] = columns[i][row];
    return values;
  };
  return {
    model: model.joint,
    last: model.last,
    top: () => model.top,
    fit: (rows) => {
      model.members.forEach((member, i) => {
        fitMember(member, windowOf(times, columns[i], rows), { ...rows, seed: rows.seed + i });
      });
    },
    anticipate: anticipation(model.members, frame),
    absorb: (row) => model.absorb(times[row], take(row)),
    observe: (row) => model.observe(times[row], take(row)),
    settle: () => {
      for (const member of model.members) member.settle();
    },
    drain: () => model.drainEpisodes(),
    declare: (events) => {
      for (const member of model.members) member.declareEvents(events);
    },
    explained: () => model.members.some((member) => member.normalAfter !== undefined),
  };
}

/** Lets each model, one a column, prepare for what it has not been prepared for. */
function anticipation(
  models: readonly SeriesModel[],
  { times, columns }: Frame,
): Judge['anticipate'] {
  const ready = new Int32Array(models.length);
  return (row, end) => {
    for (let i = 0; i < models.length; i++) {
      if (row < ready[i]) continue;
      const samples = { times: times.subarray(0, end), values: columns[i].subarray(0, end) };
      ready[i] = models[i].anticipate(samples, row);
    }
  };
}

/** Members of an entity take every version: their own anomalies, by which it would be judged, are not told. */
function fitMember(model: SeriesModel, column: Samples, { without, seed }: NightlyFit): void {
  const kept = historyToFit(column, without) ?? (model.fitted ? undefined : column);
  if (kept) model.fit(kept, seed);
}

function windowOf(times: Float64Array, values: Float64Array, { from, to }: FitRows): Samples {
  return { times: times.subarray(from, to), values: values.subarray(from, to) };
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
