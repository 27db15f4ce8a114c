import { smallMedian } from '../stats/small-median.ts';
import { DAYS } from './drift-levels.ts';

const WEEK = 7;
/** Weekdays are told apart when at least so many days can be compared with others of their own … */
const FEWEST_PAIRS = 10;
/** … and that leaves so little of their spread. */
const WORTH_A_WEEK = 1 / 3;
const SCRATCH = new Float64Array(DAYS);

/** What is usual for the level of a day, according to the days that are the past. */
export interface Reference {
  /** Of how many days it is made. */
  readonly days: number;
  /** Robust standard deviation of their levels, at least half the greatest departure. */
  readonly spread: number;
  /** Usual level of the day so many days ago; NaN where its weekday is not known. */
  readonly levelOf: (day: number) => number;
}

/** Reference from the `levels` of days (0 = today) from day `first` on, NaN for unknown; by weekday where that pays. */
export function referenceOf(levels: Float64Array, first: number): Reference {
  const sums = new Float64Array(WEEK);
  const counts = new Float64Array(WEEK);
  let days = 0;
  for (let day = first; day < DAYS; day++) {
    if (Number.isNaN(levels[day])) continue;
    days++;
    sums[day % WEEK] += levels[day];
    counts[day % WEEK]++;
  }
  const sameWeekday = (day: number): number => {
    const weekday = day % WEEK;
    const own = day < first || Number.isNaN(levels[day]);
    // A day of the reference is compared with the others of its weekday.
    return own
      ? sums[weekday] / counts[weekday]
      : (sums[weekday] - levels[day]) / (counts[weekday] - 1);
  };
  const all = medianOf(first, DAYS, (day) => levels[day]).median;
  const plain = spreadOf(first, (day) => levels[day] - all);
  const weekly = spreadOf(first, (day) => levels[day] - sameWeekday(day));
  let known = 0;
  for (let day = 0; day < WEEK; day++) if (counts[day] > 0) known++;
  return weekly.count >= FEWEST_PAIRS &&
    known === WEEK &&
    weekly.spread < WORTH_A_WEEK * plain.spread
    ? { days, spread: weekly.spread, levelOf: sameWeekday }
    : { days, spread: plain.spread, levelOf: () => all };
}

/** Median of `value` over some numbers, without those that are NaN. */
export function medianOf(
  from: number,
  to: number,
  value: (i: number) => number,
): { readonly median: number; readonly count: number } {
  let count = 0;
  for (let i = from; i < to; i++) {
    const next = value(i);
    if (!Number.isNaN(next)) SCRATCH[count++] = next;
  }
  return { median: smallMedian(SCRATCH, count), count };
}

function spreadOf(
  first: number,
  deviation: (day: number) => number,
): { readonly spread: number; readonly count: number } {
  let greatest = 0;
  const { median, count } = medianOf(first, DAYS, (day) => {
    const size = Math.abs(deviation(day));
    if (size > greatest) greatest = size;
    return size;
  });
  return { spread: Math.max(1.4826 * median, greatest / 2), count };
}
