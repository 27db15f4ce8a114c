import type { Direction, EpisodeKind } from '../anomalies/episode.ts';
import type { Reach } from '../anomalies/reach.ts';
import { similarityOf } from '../anomalies/similarity.ts';
import { timeOfDay } from '../anomalies/spoken-time.ts';
import { DAY_MS, HOUR_MS, weekday } from '../civil-time.ts';
import { parseWeeklyHours } from '../context/maintenance.ts';

/** An anomaly as rules see it, as it stands so far. */
export interface Occurrence {
  readonly kind: EpisodeKind;
  /** Of its peak. */
  readonly direction: Direction;
  /** Deviation ratio of its peak. */
  readonly ratio: number;
  readonly reach: Reach;
  /** Abnormal samples so far. */
  readonly samples: number;
  /** Civil time of its first and its latest abnormal sample. */
  readonly startLocalMs: number;
  readonly lastLocalMs: number;
  /** Share of every contribution to its peak, by name; empty where they are not known. */
  readonly shares: ReadonlyMap<string, number>;
}

/** Small deviations do not matter: closer than `absolute`, or closer than this part of what was expected. */
export interface MinDeviation {
  readonly kind: 'min_deviation';
  readonly absolute?: number | undefined;
  readonly relative?: number | undefined;
}

/** Only the other direction matters. */
export interface OneDirection {
  readonly kind: 'direction';
  /** The one that does not. */
  readonly direction: Direction;
}

/** In some hours of the week the band is wider. */
export interface WiderHours {
  readonly kind: 'hours';
  /** Civil time: `tue 12:00-13:30`; see parseWeeklyHours. */
  readonly hours: string;
  /** The largest size that is normal then; see sizeOf. */
  readonly size: number;
}

/** What looks like a known false alarm at about its time of day, and is neither larger nor longer. */
export interface Shape {
  readonly kind: 'shape';
  readonly direction: Direction;
  /** When in the week the known one began, civil time: `tue 12:10`. */
  readonly at: string;
  readonly shares: Readonly<Record<string, number>>;
  /** Least likeness, 0..1; see likenessTo. */
  readonly similarity: number;
  readonly size: number;
  readonly minutes: number;
}

export type RuleCondition = MinDeviation | OneDirection | WiderHours | Shape;

/** What a rule quiets: anomalies of one kind that meet its condition. */
export interface QuietRule {
  readonly anomalyKind: EpisodeKind;
  readonly condition: RuleCondition;
}

const MINUTE_MS = 60_000;
/** What contributes to fewer samples than this is not typical yet. */
const COURSE_SAMPLES = 5;
/** A shape is looked for this far from its time of day. */
const NEAR_MS = 2 * HOUR_MS;
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const AT = /^(sun|mon|tue|wed|thu|fri|sat) ([01]\d|2[0-3]):([0-5]\d)$/;

/** Distance from what was expected in widths of the band; of kinds without a band, the deviation ratio. */
export function sizeOf({ kind, reach, ratio }: Pick<Occurrence, 'kind' | 'reach' | 'ratio'>) {
  return kind === 'deviation' ? reach.widths : ratio;
}

/**
 * Whether a rule quiets an anomaly as it stands. Distance, size and duration only grow, so one that has outgrown a limit stays
 * beyond it, however often it is asked. RangeError when hours of the rule cannot be read.
 */
export function quiets({ anomalyKind, condition }: QuietRule, one: Occurrence): boolean {
  if (one.kind !== anomalyKind) return false;
  if (condition.kind === 'min_deviation') {
    const { absolute = 0, relative = 0 } = condition;
    return one.reach.distance < absolute || one.reach.relative < relative;
  }
  if (condition.kind === 'direction') {
    return one.direction === condition.direction;
  }
  if (condition.kind === 'hours') {
    return sizeOf(one) <= condition.size && isWithin(one, condition.hours);
  }
  return (
    sizeOf(one) <= condition.size && minutesOf(one) <= condition.minutes && isAlike(condition, one)
  );
}

/** From its first to its latest abnormal sample. */
export function minutesOf({ startLocalMs, lastLocalMs }: Occurrence): number {
  return (lastLocalMs - startLocalMs) / MINUTE_MS;
}

/** Whether an anomaly looks like the one that a shape was taken from, whatever its size and duration. */
export function isAlike(
  shape: Pick<Shape, 'direction' | 'at' | 'shares' | 'similarity'>,
  one: Occurrence,
): boolean {
  return (
    one.direction === shape.direction &&
    isNear(shape.at, one) &&
    likenessTo(shape, one) >= shape.similarity
  );
}

/**
 * How alike an anomaly is to the one that a shape was taken from, 0..1, by direction, hour of the week and, from its
 * fifth abnormal sample on, contributions. Size and duration have limits of their own.
 */
export function likenessTo(
  { direction, at, shares }: Pick<Shape, 'direction' | 'at' | 'shares'>,
  one: Occurrence,
): number {
  const known = one.samples >= COURSE_SAMPLES ? one.shares : new Map<string, number>();
  const unknown = { size: undefined, durationMs: undefined };
  return similarityOf(
    { ...unknown, direction, localMs: weekMsOf(at), shares: new Map(Object.entries(shares)) },
    { ...unknown, direction: one.direction, localMs: one.startLocalMs, shares: known },
  );
}

/** A civil time of the week, `tue 12:10`. */
export function weekTime(localMs: number): string {
  return `${WEEKDAYS[weekday(localMs)]} ${timeOfDay(localMs, 'UTC')}`;
}

/** Whether a text is a time of the week as `weekTime` writes it. */
export function isWeekTime(text: string): boolean {
  return AT.test(text);
}

/** A civil time at that time of some week. */
function weekMsOf(at: string): number {
  const [, day = '', hour, minute] = AT.exec(at) ?? [];
  const days = WEEKDAYS.indexOf(day);
  if (days < 0) {
    throw new RangeError(`Cannot read time of the week "${at}": expected such as "tue 12:10"`);
  }
  // 4 January 1970 was a Sunday.
  return (3 + days) * DAY_MS + Number(hour) * HOUR_MS + Number(minute) * MINUTE_MS;
}

function isNear(at: string, { startLocalMs }: Occurrence): boolean {
  const ahead = (((startLocalMs - weekMsOf(at)) % DAY_MS) + DAY_MS) % DAY_MS;
  return Math.min(ahead, DAY_MS - ahead) <= NEAR_MS;
}

/** Whether all of it lies in one of these hours. */
function isWithin({ startLocalMs, lastLocalMs }: Occurrence, hours: string): boolean {
  const { weekdays, fromMs, toMs } = parseWeeklyHours(hours);
  const today = Math.floor(startLocalMs / DAY_MS) * DAY_MS;
  return [today - DAY_MS, today].some((day) => {
    const untilMs = (toMs > fromMs ? day : day + DAY_MS) + toMs;
    const isIn = startLocalMs >= day + fromMs && lastLocalMs <= untilMs;
    return isIn && weekdays.includes(weekday(day));
  });
}
