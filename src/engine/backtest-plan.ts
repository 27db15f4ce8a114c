import type { BacktestOptions } from '../core/backtest/backtest.ts';
import type { AlertBudget } from '../core/calibration/alert-budget.ts';
import { DAY_MS } from '../core/civil-time.ts';
import type { Frame } from '../core/frame.ts';
import type { Labels } from '../core/labels.ts';
import { lowerBound, type Samples } from '../core/series.ts';
import type { Source } from '../sources/source.ts';
import type { Database } from '../store/database.ts';
import { findQueryById, type StoredQuery } from '../store/queries-table.ts';
import { findSeries, type StoredSeries } from '../store/series-table.ts';
import { readDeclaredPast } from './declared-past.ts';
import type { EngineOptions } from './engine-options.ts';
import { readSeriesSamples } from './series-samples.ts';
import { labelsOf } from './surroundings.ts';
import { watchQuery } from './watched-query.ts';

/** What is changed, in the words of the configuration. */
export interface BacktestChanges {
  /** Keys of a query: `detection_direction`, `min_dev_from_expected` and so on. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Of each series alone. */
  readonly alertBudget?: AlertBudget | undefined;
}

/** Series over a span of the past, of which the time before is learned. */
export interface SeriesSubject {
  readonly seriesIds: readonly number[];
  readonly startMs: number;
  readonly endMs: number;
  readonly learnMs: number;
}

/** Columns of a file: the first rows are learned. */
export interface FileSubject {
  readonly frame: Frame;
  readonly learnRows: number;
}

export interface BacktestRequest {
  readonly name: string;
  readonly subject: SeriesSubject | FileSubject;
  readonly changes: BacktestChanges;
  /** Whether accepted rules keep quiet what they meet. */
  readonly withRules: boolean;
}

/** One series to be judged. */
export interface PlannedPart {
  readonly name: string;
  readonly seriesId: number | null;
  readonly metricId: number | null;
  readonly labels: Labels;
  readonly unit: string;
  readonly frame: Frame;
  readonly options: BacktestOptions;
}

export interface PlanParts {
  readonly database: Database;
  readonly source: Source;
  readonly options: EngineOptions;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** A backtest cannot be made of what was asked for; the message says what would do. */
export class BacktestError extends Error {
  override readonly name = 'BacktestError';
  readonly code: 'unknown_series' | 'too_few_rows' | 'too_many_rows' | 'too_many';
  constructor(code: BacktestError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const LEAST_LEARNED = 100;
const MOST_ROWS = 200_000;

/** How many series a request is about. */
export function partsOf({ subject }: BacktestRequest): number {
  return 'frame' in subject ? subject.frame.columns.length : subject.seriesIds.length;
}

/** Reads one series of a request and says how it is to be judged: as production would, with what was changed. BacktestError. */
export async function planPart(
  { subject, changes }: BacktestRequest,
  part: number,
  parts: PlanParts,
): Promise<PlannedPart> {
  if ('frame' in subject) return ofFile(subject, { part, changes }, parts);
  const id = subject.seriesIds[part] ?? 0;
  const series = await findSeries(parts.database, id);
  const query = series && (await findQueryById(parts.database, series.queryId));
  if (!query)
    throw new BacktestError('unknown_series', `Cannot backtest series ${id}: there is none`);
  return ofSeries({ series, query }, { subject, changes }, parts);
}

async function ofFile(
  { frame: { times, names, columns }, learnRows }: FileSubject,
  { part, changes }: { readonly part: number; readonly changes: BacktestChanges },
  { options }: PlanParts,
): Promise<PlannedPart> {
  const name = names[part] ?? 'value';
  const frame = { times, names: [name], columns: [columns[part] ?? new Float64Array()] };
  checkRows(name, { learned: learnRows, rows: times.length });
  const { stepMs: _step, ...policy } = watchQuery(queryOfFile(changes), options).policy;
  return {
    name,
    seriesId: null,
    metricId: null,
    labels: {},
    unit: '',
    frame,
    options: { ...scheduled(options, changes), learnRows, policy },
  };
}

async function ofSeries(
  { series, query }: { readonly series: StoredSeries; readonly query: StoredQuery },
  {
    subject: { startMs, endMs, learnMs },
    changes,
  }: { readonly subject: SeriesSubject; readonly changes: BacktestChanges },
  { database, source, options, nowMs, signal }: PlanParts,
): Promise<PlannedPart> {
  const changed = { ...query, options: { ...query.options, ...changes.options } };
  const watched = watchQuery(changed, options);
  const { stepMs, zone } = watched.policy;
  const aligned = (timeMs: number): number => Math.floor(timeMs / stepMs) * stepMs;
  const range = {
    startMs: aligned(startMs - learnMs),
    endMs: aligned(Math.min(endMs, nowMs)),
    stepMs,
  };
  if ((range.endMs - range.startMs) / stepMs > MOST_ROWS) {
    const asked = Math.round((range.endMs - range.startMs) / stepMs);
    const message = `Cannot backtest ${series.metricName}: ${asked} samples, expected at most ${MOST_ROWS}, choose a shorter span`;
    throw new BacktestError('too_many_rows', message);
  }
  const { samples, warnings } = await readSeriesSamples(source, series, { ...range, signal });
  if (!samples) {
    const why = warnings[0] ?? 'the source holds no samples of it in this span';
    throw new BacktestError('too_few_rows', `Cannot backtest ${series.metricName}: ${why}`);
  }
  const learnRows = lowerBound(samples.times, startMs);
  checkRows(series.metricName, { learned: learnRows, rows: samples.times.length });
  const { events, windows, restDays } = await readDeclaredPast(database, {
    sinceMs: range.startMs,
    zone,
    nowMs,
  });
  return {
    name: series.metricName,
    seriesId: series.id,
    metricId: query.id,
    labels: series.labels,
    unit: series.unit,
    frame: frameOf(series.metricName, samples),
    options: {
      ...scheduled(options, changes),
      learnRows,
      policy: { ...watched.policy, restDays },
      events,
      windows,
      labels: labelsOf({ labels: series.labels, query: watched }),
    },
  };
}

function frameOf(name: string, { times, values }: Samples): Frame {
  return { times, names: [name], columns: [values] };
}

function checkRows(
  name: string,
  { learned, rows }: { readonly learned: number; readonly rows: number },
): void {
  if (learned >= LEAST_LEARNED && rows > learned && rows <= MOST_ROWS) return;
  const message = `Cannot backtest ${name}: ${rows} samples of which ${learned} would be learned, expected at least ${LEAST_LEARNED} learned, some to be judged, and at most ${MOST_ROWS}`;
  throw new BacktestError(rows > MOST_ROWS ? 'too_many_rows' : 'too_few_rows', message);
}

/** When production fits, and on what. */
function scheduled(
  { fitStartMs, fitEveryMs, fitWindowMs, context }: EngineOptions,
  { alertBudget }: BacktestChanges,
): Omit<BacktestOptions, 'learnRows'> {
  return {
    fitAtMs: fitStartMs,
    fitEveryDays: Math.max(1, fitEveryMs / DAY_MS),
    fitWindowMs,
    afterEventsMs: context.excludeMs,
    ...(alertBudget && { alertBudget }),
  };
}

function queryOfFile({ options }: BacktestChanges): StoredQuery {
  const named = { id: 0, alias: 'file', expr: '', metricType: 'gauge', description: '', unit: '' };
  return { ...named, options, origin: 'api', active: true, createdAtMs: 0, updatedAtMs: 0 };
}
