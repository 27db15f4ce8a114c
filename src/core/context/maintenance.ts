import { CivilTime, DAY_MS, HOUR_MS, weekday } from '../civil-time.ts';
import type { Labels } from '../labels.ts';
import { concerns, type DeclaredEvent, hasLabels } from './declared-event.ts';

/** From `startMs` to before `endMs`. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** A weekly hour: on those weekdays (0 = Sunday) from one time of day to another, past midnight where it is not later. */
export interface WeeklyHours {
  readonly weekdays: readonly number[];
  /** Milliseconds after midnight of civil time. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Planned work: once, or every week. */
export interface MaintenanceWindow {
  readonly title: string;
  /** Labels that a series must have; none: every series. */
  readonly matchers: Labels;
  readonly when: Span | WeeklyHours;
}

const NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const WEEKLY = /^(\S+)\s+(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$/;

/** Reads `sun 02:00-04:00`, `mon-fri 22:00-06:00`, `sat,sun 00:00-24:00` or `daily 03:00-03:30`. RangeError otherwise. */
export function parseWeeklyHours(text: string): WeeklyHours {
  const [, days = '', ...clock] = WEEKLY.exec(text.trim().toLowerCase()) ?? [];
  const [fromHour, fromMinute, toHour, toMinute] = clock.map(Number);
  const weekdays = days === 'daily' ? NAMES.map((_, i) => i) : days.split(',').flatMap(daysOf);
  const fromMs = fromHour * HOUR_MS + fromMinute * 60_000;
  const toMs = toHour * HOUR_MS + toMinute * 60_000;
  const isClock = fromMinute < 60 && toMinute < 60 && fromMs < DAY_MS && toMs <= DAY_MS;
  if (!isClock || weekdays.length === 0 || weekdays.includes(-1) || fromMs === toMs) {
    throw new RangeError(
      `Cannot read weekly hours "${text}": expected days and times such as "sun 02:00-04:00", "mon-fri 22:00-06:00" or "daily 03:00-03:30"`,
    );
  }
  return { weekdays: [...new Set(weekdays)].toSorted((a, b) => a - b), fromMs, toMs };
}

/** A window by its title, for sentences: `planned work Upgrade`. */
export function plannedWork(title: string): string {
  return title === '' ? 'planned work' : `planned work ${title}`;
}

/** The window that a series is in at a time, and from when to when; undefined when there is none. */
export function maintenanceAt(
  windows: readonly MaintenanceWindow[],
  labels: Labels,
  { timeMs, zone }: { readonly timeMs: number; readonly zone: string },
): { readonly window: MaintenanceWindow; readonly span: Span } | undefined {
  for (const window of windows) {
    if (!hasLabels(labels, window.matchers)) continue;
    const [span] = spansOf(window, { startMs: timeMs, endMs: timeMs + 1 }, zone);
    if (span) return { window, span };
  }
  return undefined;
}

/** Every time that planned work on a series with these labels lies in `range`, whole, by its start. */
export function plannedWithin(
  windows: readonly MaintenanceWindow[],
  labels: Labels,
  { range, zone }: { readonly range: Span; readonly zone: string },
): { readonly title: string; readonly span: Span }[] {
  return windows
    .filter(({ matchers }) => hasLabels(labels, matchers))
    .flatMap((window) =>
      spansOf(window, range, zone).map((span) => ({ title: window.title, span })),
    )
    .toSorted((a, b) => a.span.startMs - b.span.startMs);
}

export interface Exclusions {
  readonly windows: readonly MaintenanceWindow[];
  readonly events: readonly DeclaredEvent[];
  /** How much is left out from the start of an event on, at least to its end. */
  readonly afterEventsMs: number;
  /** Zone of weekly hours. */
  readonly zone: string;
}

/**
 * What of `range` a series with these labels must not be trained on: planned work, and what follows declared events.
 * Ascending spans that do not touch, within the range.
 */
export function excludedSpans(
  { windows, events, afterEventsMs, zone }: Exclusions,
  labels: Labels,
  range: Span,
): Span[] {
  const planned = windows
    .filter(({ matchers }) => hasLabels(labels, matchers))
    .flatMap((window) => spansOf(window, range, zone));
  const declared =
    afterEventsMs > 0
      ? events
          .filter((event) => concerns(event.labels, labels))
          .map(({ startMs, endMs }) => ({
            startMs,
            endMs: Math.max(endMs, startMs + afterEventsMs),
          }))
      : [];
  return mergedSpans([...planned, ...declared], range);
}

/** Overlapping and touching spans as one each, cut to `range`. */
export function mergedSpans(spans: readonly Span[], range: Span): Span[] {
  const joined: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.startMs - b.startMs)) {
    const startMs = Math.max(span.startMs, range.startMs);
    const endMs = Math.min(span.endMs, range.endMs);
    if (endMs <= startMs) continue;
    const last = joined.at(-1);
    if (last && startMs <= last.endMs) {
      joined[joined.length - 1] = { ...last, endMs: Math.max(last.endMs, endMs) };
    } else joined.push({ startMs, endMs });
  }
  return joined;
}

/** Every time that a window lies in `range`, whole. */
function spansOf({ when }: MaintenanceWindow, range: Span, zone: string): Span[] {
  const touches = ({ startMs, endMs }: Span): boolean =>
    startMs < range.endMs && endMs > range.startMs;
  if ('startMs' in when) return touches(when) ? [when] : [];
  const civil = new CivilTime(zone);
  const { weekdays, fromMs, toMs } = when;
  const spans: Span[] = [];
  const lastDay = Math.floor(civil.toLocal(range.endMs) / DAY_MS);
  for (let day = Math.floor(civil.toLocal(range.startMs) / DAY_MS) - 1; day <= lastDay; day++) {
    if (!weekdays.includes(weekday(day * DAY_MS))) continue;
    const endLocalMs = (toMs > fromMs ? day : day + 1) * DAY_MS + toMs;
    spans.push({
      startMs: fromLocal(day * DAY_MS + fromMs, civil),
      endMs: fromLocal(endLocalMs, civil),
    });
  }
  return spans.filter(touches);
}

/** The time at which clocks of the zone show `localMs`; the later moment where they show it twice. */
function fromLocal(localMs: number, civil: CivilTime): number {
  const guess = localMs - (civil.toLocal(localMs) - localMs);
  return localMs - (civil.toLocal(guess) - guess);
}

function daysOf(text: string): number[] {
  const [first, last = first] = text.split('-').map((name) => NAMES.indexOf(name));
  if (first < 0 || last < 0 || text.split('-').length > 2) return [-1];
  const length = ((last - first + 7) % 7) + 1;
  return Array.from({ length }, (_, i) => (first + i) % 7);
}
