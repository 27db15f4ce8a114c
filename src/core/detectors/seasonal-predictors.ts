import { DAY_MS } from '../civil-time.ts';
import { isResting, isWeekend } from '../context/calendar.ts';
import { smallMedian } from '../stats/small-median.ts';
import type { SmoothHistory } from './smooth-history.ts';

/** What predictions are made of. */
export type Past = Pick<SmoothHistory, 'binMs' | 'at' | 'recentMedian'>;

/** Ways to expect a value from the history; the seasonal baseline follows the one that has erred least of late. */
export const PREDICTORS = [
  'daily',
  'day type',
  'every other day',
  'weekly',
  'period',
  'level',
] as const;
export const LEVEL = PREDICTORS.length - 1;

export interface PredictorParts {
  /** Bins of a period that the history shows; 0 for none. */
  readonly periodBins: number;
  /** Days since 1970-01-01, ascending, that are like a weekend. */
  readonly restDays: readonly number[];
}

const SCRATCH = new Float64Array(16);

/**
 * What each predictor expects in one bin of the history, NaN where it has too little:
 * median of the 1 to 7 days before · of the newest 8 days of the same type (weekend or not) within 28 days · of 2, 4 … 10
 * days before · of 1 to 4 weeks before · of the same phase of a found period · of the last two hours.
 *
 * A rest day is of the type of a weekend, and what merely counts days knows nothing of it.
 */
export function predictBin(
  history: Past,
  bin: number,
  parts: PredictorParts,
  out: Float64Array,
): void {
  predictByDays(history, bin, parts, out);
  predictByCourse(history, bin, parts, out);
}

/** The same of those that look at other days: what these said changes with the bin alone. */
function predictByDays(
  history: Past,
  bin: number,
  { restDays }: PredictorParts,
  out: Float64Array,
): void {
  const day = Math.round(DAY_MS / history.binMs);
  out[0] = medianOfLags(history, bin, { first: day, step: day, times: 7, least: 1 });
  out[1] = sameDayType(history, bin, { day, restDays });
  out[2] = medianOfLags(history, bin, { first: 2 * day, step: 2 * day, times: 5, least: 3 });
  out[3] = medianOfLags(history, bin, { first: 7 * day, step: 7 * day, times: 4, least: 2 });
  const localMs = bin * history.binMs;
  if (isWeekend(localMs) || !isResting(localMs, restDays)) return;
  out[0] = Number.NaN;
  out[2] = Number.NaN;
  out[3] = Number.NaN;
}

/** The same of those that look at what came just before: what they say changes with every bin that history gains. */
export function predictByCourse(
  history: Past,
  bin: number,
  { periodBins }: PredictorParts,
  out: Float64Array,
): void {
  out[4] =
    periodBins > 0
      ? medianOfLags(history, bin, { first: periodBins, step: periodBins, times: 7, least: 2 })
      : Number.NaN;
  out[5] = history.recentMedian();
}

function medianOfLags(
  history: Past,
  bin: number,
  lags: { first: number; step: number; times: number; least: number },
): number {
  let count = 0;
  for (let i = 0, lag = lags.first; i < lags.times; i++, lag += lags.step) {
    const value = history.at(bin - lag);
    if (!Number.isNaN(value)) SCRATCH[count++] = value;
  }
  return count < lags.least ? Number.NaN : smallMedian(SCRATCH, count);
}

function sameDayType(
  history: Past,
  bin: number,
  { day, restDays }: { readonly day: number; readonly restDays: readonly number[] },
): number {
  const today = isResting(bin * history.binMs, restDays);
  let count = 0;
  for (let days = 1; days <= 28 && count < 8; days++) {
    const past = bin - days * day;
    if (isResting(past * history.binMs, restDays) !== today) continue;
    const value = history.at(past);
    if (!Number.isNaN(value)) SCRATCH[count++] = value;
  }
  return count < 2 ? Number.NaN : smallMedian(SCRATCH, count);
}
