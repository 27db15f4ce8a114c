import { DAY_MS } from '../civil-time.ts';
import { BLOCK_MS, PHASES } from './drift-levels.ts';

const LONGEST_BLOCKS = 21 * PHASES;
const FEWEST_DAYS = 5;
const EXPLAINED = 0.9;
/** Of a normal distribution 90 % lie within so many standard deviations. */
export const NINE_TENTHS = 1.645;

/** A slow movement away from a level, in the metric's unit. */
export interface Trend {
  /** When it began. */
  readonly sinceMs: number;
  readonly perDay: number;
  /** Standard error of `perDay`. */
  readonly perDayError: number;
  /** End of what it was read from, and how far the line has come by then. */
  readonly untilMs: number;
  readonly risen: number;
}

/** A trend that goes on, from which level, known to which standard deviation. */
export interface Course {
  readonly trend: Trend;
  readonly level: number;
  readonly spread: number;
}

/** When a limit is reached if the trend goes on, with an interval of 90 %. */
export interface LimitForecast {
  readonly limit: number;
  readonly atMs: number;
  readonly earliestMs: number;
  /** Absent when the trend may as well stop before the limit. */
  readonly latestMs?: number;
}

/**
 * The line from zero that explains the newest values best: zero up to some moment, from there on a constant slope.
 * `above(back)` is how far the block `back` blocks ago was above its reference, NaN for unknown; `spread` the usual
 * standard deviation of the level of a day, which tells the error of the slope.
 */
export function fitTrend(
  above: (back: number) => number,
  { untilMs, spread }: { readonly untilMs: number; readonly spread: number },
): Trend {
  // For a bend before `length` blocks: sums of distances from the bend, of their squares, and weighted by the values.
  let count = 0;
  let distances = 0;
  let squares = 0;
  let values = 0;
  let weighted = 0;
  let best = { gain: 0, length: 1, perBlock: 0 };
  for (let length = 1; length <= LONGEST_BLOCKS; length++) {
    squares += 2 * distances + count;
    distances += count;
    weighted += values;
    const value = above(length - 1);
    if (!Number.isNaN(value)) {
      count++;
      distances++;
      squares++;
      values += value;
      weighted += value;
    }
    const gain = squares === 0 ? 0 : weighted ** 2 / squares;
    if (gain > best.gain) best = { gain, length, perBlock: weighted / squares };
  }
  const days = best.length / PHASES;
  return {
    sinceMs: untilMs - best.length * BLOCK_MS,
    perDay: best.perBlock * PHASES,
    perDayError: spread / Math.sqrt((days * (days + 1) * (2 * days + 1)) / 6),
    untilMs,
    risen: best.perBlock * best.length,
  };
}

/**
 * The straight line through the levels of days (0 = the 24 hours before `untilMs`, NaN for unknown) when it explains nine
 * tenths of how they differ; undefined otherwise.
 */
export function fitCourse(levels: Float64Array, untilMs: number): Course | undefined {
  let [days, sumDay, sumLevel, first] = [0, 0, 0, 0];
  levels.forEach((level, day) => {
    if (Number.isNaN(level)) return;
    days++;
    sumDay += day;
    sumLevel += level;
    first = day;
  });
  if (days < FEWEST_DAYS) return undefined;
  const [middle, mean] = [sumDay / days, sumLevel / days];
  let [across, along, total] = [0, 0, 0];
  levels.forEach((level, day) => {
    if (Number.isNaN(level)) return;
    across += (day - middle) * (level - mean);
    along += (day - middle) ** 2;
    total += (level - mean) ** 2;
  });
  const perDay = -across / along;
  const explained = perDay ** 2 * along;
  if (!(explained > EXPLAINED * total)) return undefined;
  const spread = Math.sqrt(Math.max(0, total - explained) / (days - 2));
  const length = first + 1;
  return {
    trend: {
      sinceMs: untilMs - length * DAY_MS,
      perDay,
      perDayError: spread / Math.sqrt(along),
      untilMs,
      risen: perDay * length,
    },
    // Levels stand for the middle of their days.
    level: mean + perDay * (middle + 0.5),
    spread,
  };
}

/** When `level`, known to `spread`, meets the limit it moves to; undefined when it has none there. */
export function forecastLimit(
  { perDay, perDayError, untilMs }: Trend,
  { level, spread, limits }: { level: number; spread: number; limits: readonly number[] },
): LimitForecast | undefined {
  const limit = perDay > 0 ? Math.max(...limits) : Math.min(...limits);
  if (!Number.isFinite(limit) || perDay === 0) return undefined;
  const way = Math.abs(limit - level);
  const passed = perDay > 0 ? level >= limit : level <= limit;
  const speed = Math.abs(perDay);
  const after = (distance: number, pace: number): number =>
    untilMs + (passed ? 0 : Math.max(0, distance / pace) * DAY_MS);
  const slowest = speed - NINE_TENTHS * perDayError;
  return {
    limit,
    atMs: after(way, speed),
    earliestMs: after(way - NINE_TENTHS * spread, speed + NINE_TENTHS * perDayError),
    ...(slowest > 0 && { latestMs: after(way + NINE_TENTHS * spread, slowest) }),
  };
}
