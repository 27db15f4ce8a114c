import { civilFromDays, DAY_MS, dayOf, weekday } from '../civil-time.ts';
import type { CalendarDay, Years } from './calendar-day.ts';
import { readIcs } from './ics.ts';

const DATE = /^(?:-\s*)?(["']?)(?:(\d{4})-)?(\d{2})-(\d{2})\1\s*(?:[,;:]\s*|\s+|$)(.*)$/;
const HEADER = /^(date|day)\b/i;

/**
 * The days of a calendar in those years, oldest first. The text is iCalendar (all-day events, also yearly ones) or one
 * date a line as in CSV and plain YAML, `2026-12-25, Christmas` or `- 12-25: Christmas`; a date without a year is every year.
 * RangeError that names the line of what cannot be read.
 */
export function readCalendar(text: string, years: Years): CalendarDay[] {
  const read = /^\uFEFF?\s*BEGIN:VCALENDAR/i.test(text) ? readIcs : readDates;
  const days = read(text, years).filter(({ day }) => {
    const { year } = civilFromDays(day);
    return year >= years.from && year <= years.to;
  });
  if (days.length === 0) {
    throw new RangeError(
      `Cannot use the calendar: it holds no day from ${years.from} to ${years.to}, expected an iCalendar with all-day events or lines such as 2026-12-25, Christmas`,
    );
  }
  const byDay = new Map(days.map((one) => [one.day, one]));
  return [...byDay.values()].toSorted((a, b) => a.day - b.day);
}

/** Whether `day` is one of the ascending `days`. */
export function isRestDay(days: readonly number[], day: number): boolean {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle] < day) low = middle + 1;
    else high = middle;
  }
  return days[low] === day;
}

/** Whether a civil time lies on a weekend or on one of the rest days. */
export function isResting(localMs: number, restDays: readonly number[]): boolean {
  return isWeekend(localMs) || isRestDay(restDays, Math.floor(localMs / DAY_MS));
}

export function isWeekend(localMs: number): boolean {
  const day = weekday(localMs);
  return day === 0 || day === 6;
}

function readDates(text: string, years: Years): CalendarDay[] {
  return text.split(/\r?\n/).flatMap((raw, i) => {
    const line = raw
      .replace(/^\uFEFF/, '')
      .replace(/(^|\s)#.*$/, '')
      .trim();
    if (line === '' || line === '---' || (i === 0 && HEADER.test(line))) return [];
    const [, , year, month, day, rest = ''] = DATE.exec(line) ?? [];
    const name = rest.trim().replace(/^(["'])(.*)\1$/, '$2');
    const wanted = year === undefined ? allOf(years) : [Number(year)];
    const days = wanted.map((one) => dayOf(one, Number(month), Number(day)));
    const found = days.filter((one) => one !== undefined);
    // 29 February is not there every year; a date that never is, is a slip.
    if (found.length === 0) {
      throw new RangeError(
        `Cannot read line ${i + 1} of the calendar: "${line.slice(0, 60)}", expected a date such as 2026-12-25, then its name`,
      );
    }
    return found.map((one) => ({ day: one, name }));
  });
}

function allOf({ from, to }: Years): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
