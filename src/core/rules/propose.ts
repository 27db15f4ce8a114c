import { timeOfDay } from '../anomalies/spoken-time.ts';
import { DAY_MS, weekday } from '../civil-time.ts';
import {
  isAlike,
  minutesOf,
  type Occurrence,
  type QuietRule,
  quiets,
  type RuleCondition,
  type Shape,
  sizeOf,
  weekTime,
} from './rule.ts';

/** What is this alike to a false alarm is of one pattern with it. */
const ALIKE = 0.7;
/** How much beyond what was seen a limit lies. */
const ROOM = 1.1;
const ROOM_OF_SHAPE = 1.25;
const LEAST_MINUTES = 15;
const HALF_HOUR_MS = 1_800_000;
/** Longer hours than this are no hour of the week. */
const LONGEST_HOURS_MS = DAY_MS / 2;
/** On so many days of the week a pattern is daily. */
const DAILY = 3;
const NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Whether two anomalies look like one pattern. */
export function isOnePattern(one: Occurrence, other: Occurrence): boolean {
  return one.kind === other.kind && isAlike(outlineOf(one), other);
}

/**
 * Rules that would have quieted a false alarm and those that people called false before and that look like it
 * (`pattern`, which need not hold it): of each kind one at most, without those that do not suit.
 */
export function proposeRules(anomaly: Occurrence, pattern: readonly Occurrence[]): QuietRule[] {
  const all = [anomaly, ...pattern.filter((one) => isOnePattern(anomaly, one))];
  const candidates: (RuleCondition | undefined)[] = [
    shapeOf(anomaly, all),
    hoursOf(all),
    distanceOf(anomaly, all),
    shareOf(anomaly, all),
    anomaly.direction === 'shape' ? undefined : { kind: 'direction', direction: anomaly.direction },
  ];
  return candidates.flatMap((condition) => {
    const rule = condition && { anomalyKind: anomaly.kind, condition };
    return rule && quiets(rule, anomaly) ? [rule] : [];
  });
}

function shapeOf(anomaly: Occurrence, all: readonly Occurrence[]): Shape | undefined {
  const size = roundUp(ROOM_OF_SHAPE * largest(all, sizeOf));
  if (anomaly.shares.size === 0 || !Number.isFinite(size)) return undefined;
  const minutes = Math.ceil(Math.max(LEAST_MINUTES, 1.5 * largest(all, minutesOf)));
  return { kind: 'shape', ...outlineOf(anomaly), size, minutes };
}

function outlineOf({ direction, startLocalMs, shares }: Occurrence) {
  return {
    direction,
    at: weekTime(startLocalMs),
    shares: Object.fromEntries(shares),
    similarity: ALIKE,
  };
}

/** The hours of the week in which all of them began and ended, half an hour to either side. */
function hoursOf(all: readonly Occurrence[]): RuleCondition | undefined {
  const size = roundUp(ROOM * largest(all, sizeOf));
  const first = all[0]?.startLocalMs ?? 0;
  // Times of day around that of the first, so that a pattern about midnight is one.
  const offsets = all.map(({ startLocalMs }) => {
    const distance = (((startLocalMs - first) % DAY_MS) + DAY_MS) % DAY_MS;
    return distance > DAY_MS / 2 ? distance - DAY_MS : distance;
  });
  const ends = all.map((one, i) => offsets[i] + one.lastLocalMs - one.startLocalMs);
  const fromMs = floorTo(first + Math.min(...offsets) - HALF_HOUR_MS);
  const toMs = floorTo(first + Math.max(...ends) + 2 * HALF_HOUR_MS - 1);
  if (toMs - fromMs > LONGEST_HOURS_MS || !Number.isFinite(size)) return undefined;
  // Hours belong to the day on which they begin.
  const lead = first - fromMs;
  const days = all.map(({ startLocalMs }, i) => weekday(startLocalMs - offsets[i] - lead));
  const text = `${daysText(new Set(days))} ${clock(fromMs)}-${clock(toMs)}`;
  return { kind: 'hours', hours: text, size };
}

function daysText(days: ReadonlySet<number>): string {
  const names = NAMES.filter((_, day) => days.has(day));
  if (names.length < DAILY) return names.join(',');
  return days.has(0) || days.has(6) ? 'daily' : 'mon-fri';
}

function distanceOf(anomaly: Occurrence, all: readonly Occurrence[]): RuleCondition | undefined {
  const absolute = roundUp(ROOM * largest(all, ({ reach }) => reach.distance));
  const isUseful = anomaly.kind === 'deviation' && absolute > 0 && Number.isFinite(absolute);
  return isUseful ? { kind: 'min_deviation', absolute } : undefined;
}

function shareOf(anomaly: Occurrence, all: readonly Occurrence[]): RuleCondition | undefined {
  const relative = roundUp(ROOM * largest(all, ({ reach }) => reach.relative));
  const isUseful = anomaly.kind === 'deviation' && relative > 0 && Number.isFinite(relative);
  return isUseful ? { kind: 'min_deviation', relative } : undefined;
}

function largest(all: readonly Occurrence[], size: (one: Occurrence) => number): number {
  return all.reduce((most, one) => Math.max(most, size(one)), 0);
}

/** Two digits are enough to read. Infinite beyond 1e300, which no rule should name. */
function roundUp(value: number): number {
  if (!(value > 0) || value > 1e300) return value > 0 ? Number.POSITIVE_INFINITY : 0;
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(Number((value / unit).toPrecision(9))) * unit).toPrecision(2));
}

function floorTo(localMs: number): number {
  return Math.floor(localMs / HALF_HOUR_MS) * HALF_HOUR_MS;
}

function clock(localMs: number): string {
  return timeOfDay(localMs, 'UTC');
}
