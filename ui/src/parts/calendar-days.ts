import type { Event } from '../../../src/contract/event.ts';
import type { Schedule } from '../../../src/contract/schedule.ts';
import { clockTime } from '../format/time.ts';
import type { Span } from './chart-options.ts';

/** What stands on one day of the calendar. */
export interface Entry {
  readonly kind: 'off' | 'planned' | 'event';
  /** When it begins on this day; empty when it does the whole day. */
  readonly time: string;
  readonly text: string;
}

export interface Day {
  readonly date: Date;
  readonly entries: readonly Entry[];
}

/** What the calendar is told of. */
export interface Declared extends Pick<Schedule, 'planned' | 'days_off'> {
  readonly events: readonly Event[];
}

export type View = 'week' | 'month';

/** Midnight of a date such as 2026-11-27 in the reader's own zone; today's when there is none. */
export function dateOf(text: string | null, nowMs: number): Date {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '') ?? [];
  const now = new Date(nowMs);
  return year === undefined
    ? new Date(now.getFullYear(), now.getMonth(), now.getDate())
    : new Date(Number(year), Number(month) - 1, Number(day));
}

/** The inverse of `dateOf`. */
export function dateText(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The days of the week or month around a date, whole weeks from Monday on. */
export function daysAround(date: Date, view: View): Date[] {
  const [year, month] = [date.getFullYear(), date.getMonth()];
  const first = mondayOf(view === 'month' ? new Date(year, month, 1) : date);
  const last = view === 'month' ? new Date(year, month + 1, 0) : addDays(first, 6);
  const days: Date[] = [];
  for (let day = first; day <= last || days.length % 7 > 0; day = addDays(day, 1)) days.push(day);
  return days;
}

/** The same view one week or month earlier (-1) or later (1). */
export function turned(date: Date, view: View, where: -1 | 1): Date {
  if (view === 'week') return addDays(date, 7 * where);
  return new Date(date.getFullYear(), date.getMonth() + where, 1);
}

/** From the first midnight to the last; a day is not always 24 hours long. */
export function spanOfDays(days: readonly Date[]): Span {
  const [first = new Date(0), last = first] = [days[0], days.at(-1)];
  return { startMs: first.getTime(), endMs: addDays(last, 1).getTime() };
}

/** Every day with what stands on it: days off, then by time. */
export function fillDays(days: readonly Date[], declared: Declared): Day[] {
  return days.map((date) => ({ date, entries: entriesOn(date, declared) }));
}

function entriesOn(date: Date, { events, planned, days_off: daysOff }: Declared): Entry[] {
  const [startMs, endMs] = [date.getTime(), addDays(date, 1).getTime()];
  const timeOn = (fromMs: number): string => (fromMs < startMs ? '' : clockTime(fromMs));
  const off = daysOff
    .filter((one) => one.date === dateText(date))
    .map(({ name, calendar }) => ({ kind: 'off' as const, time: '', text: name || calendar }));
  const timed = [
    ...planned.map(({ title, start, end }) => ({
      kind: 'planned' as const,
      fromMs: Date.parse(start),
      toMs: Date.parse(end),
      text: title === '' ? 'planned work' : title,
    })),
    ...events.map(({ kind, title, started_at: start, ended_at: end }) => ({
      kind: 'event' as const,
      fromMs: Date.parse(start),
      toMs: Date.parse(end ?? start) + 1,
      text: title === '' ? kind : `${kind} ${title}`,
    })),
  ];
  return [
    ...off,
    ...timed
      .filter(({ fromMs, toMs }) => fromMs < endMs && toMs > startMs)
      .toSorted((a, b) => a.fromMs - b.fromMs)
      .map(({ kind, fromMs, text }) => ({ kind, time: timeOn(fromMs), text })),
  ];
}

function mondayOf(date: Date): Date {
  return addDays(date, -((date.getDay() + 6) % 7));
}

function addDays(date: Date, days: number): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
