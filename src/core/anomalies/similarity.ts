import { DAY_MS, HOUR_MS } from '../civil-time.ts';

/** What two anomalies of one kind are compared by; undefined where it is not known. */
export interface Likeness {
  readonly direction: string | undefined;
  /** Distance of the peak from what was expected, in half widths of the band. */
  readonly size: number | undefined;
  /** Undefined while it goes on. */
  readonly durationMs: number | undefined;
  /** Civil time at which it began. */
  readonly localMs: number;
  /** Share of every contribution, by name; empty where they are not known. */
  readonly shares: ReadonlyMap<string, number>;
}

const WEEK_MS = 7 * DAY_MS;
/** Distance in time at which two times of day, or of the week, have little in common any more. */
const NEAR_MS = 3 * HOUR_MS;
/** The same hour of another day of the week is half as near. */
const OTHER_DAY = 0.5;
/** Differences of less than a minute in duration do not count. */
const SHORTEST_MS = 60_000;

const WEIGHTS = { course: 0.3, direction: 0.2, size: 0.2, duration: 0.15, hour: 0.15 };

/**
 * How alike two anomalies are, 0..1: the weighted mean of what both know of
 * - course (0.3): what contributions have in common, the sum of the smaller shares;
 * - direction (0.2): the same or not;
 * - size (0.2) and duration (0.15): the smaller as a share of the larger;
 * - hour of the week (0.15): fades by e with three hours of distance; half of it counts on another day.
 */
export function similarityOf(one: Likeness, other: Likeness): number {
  const parts: Record<keyof typeof WEIGHTS, number | undefined> = {
    course:
      one.shares.size > 0 && other.shares.size > 0 ? overlap(one.shares, other.shares) : undefined,
    direction: both(one.direction, other.direction, (a, b) => Number(a === b)),
    size: both(one.size, other.size, quotient),
    duration: both(one.durationMs, other.durationMs, (a, b) =>
      quotient(a + SHORTEST_MS, b + SHORTEST_MS),
    ),
    hour: nearness(one.localMs, other.localMs),
  };
  let sum = 0;
  let weights = 0;
  for (const name of ['course', 'direction', 'size', 'duration', 'hour'] as const) {
    const part = parts[name];
    if (part === undefined) continue;
    sum += WEIGHTS[name] * part;
    weights += WEIGHTS[name];
  }
  return sum / weights;
}

function both<T>(
  one: T | undefined,
  other: T | undefined,
  compare: (one: T, other: T) => number,
): number | undefined {
  return one === undefined || other === undefined ? undefined : compare(one, other);
}

function overlap(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  let common = 0;
  for (const [name, share] of one) common += Math.min(share, other.get(name) ?? 0);
  return Math.min(1, common);
}

/** The smaller of two sizes >= 0 as a share of the larger. */
function quotient(one: number, other: number): number {
  const larger = Math.max(one, other);
  return larger > 0 ? Math.min(one, other) / larger : 1;
}

function nearness(one: number, other: number): number {
  const ofWeek = Math.exp(-circular(one - other, WEEK_MS) / NEAR_MS);
  return Math.max(ofWeek, OTHER_DAY * Math.exp(-circular(one - other, DAY_MS) / NEAR_MS));
}

/** Length of the shorter way round a circle. */
function circular(distance: number, round: number): number {
  const ahead = ((distance % round) + round) % round;
  return Math.min(ahead, round - ahead);
}
