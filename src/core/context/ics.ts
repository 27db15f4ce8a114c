import { civilFromDays, DAY_MS, dayOf, daysFromCivil, weekday } from '../civil-time.ts';
import type { CalendarDay, Years } from './calendar-day.ts';

/** The lines of one VEVENT: values by name, with the line each stands in. */
type Fields = Map<string, { readonly value: string; readonly line: number }>;

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const LONGEST_DAYS = 366;

/** The days of all-day events (RFC 5545); events with a time of day are no days off and left out. */
export function readIcs(text: string, years: Years): CalendarDay[] {
  return eventsOf(text).flatMap((fields) => daysOf(fields, years));
}

function eventsOf(text: string): Fields[] {
  const events: Fields[] = [];
  let open: Fields | undefined;
  for (const { content, line } of unfold(text)) {
    const [, name = '', value = ''] = /^([A-Za-z-]+)(?:;[^:]*)?:(.*)$/.exec(content) ?? [];
    const key = name.toUpperCase();
    if (key === 'BEGIN' && value.toUpperCase() === 'VEVENT') open = new Map();
    else if (key === 'END' && value.toUpperCase() === 'VEVENT' && open) {
      events.push(open);
      open = undefined;
    } else if (open && (key === 'EXDATE' || !open.has(key))) {
      const before = open.get(key);
      open.set(key, { value: before ? `${before.value},${value}` : value, line });
    }
  }
  return events;
}

/** A long line goes on in those after it that begin with a blank. */
function unfold(text: string): { content: string; line: number }[] {
  const lines: { content: string; line: number }[] = [];
  for (const [i, content] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const last = lines.at(-1);
    if (/^[ \t]/.test(content) && last) last.content += content.slice(1);
    else lines.push({ content, line: i + 1 });
  }
  return lines;
}

function daysOf(fields: Fields, years: Years): CalendarDay[] {
  const start = fields.get('DTSTART');
  if (start === undefined || !/^\d{8}$/.test(start.value)) return [];
  const first = dateOf(start.value, start.line);
  const end = fields.get('DTEND');
  // The end of an all-day event is the first day after it.
  const length = end ? dateOf(end.value, end.line) - first : 1;
  const name = (fields.get('SUMMARY')?.value ?? '').replaceAll(/\\([,;\\])/g, '$1');
  const left = new Set(
    (fields.get('EXDATE')?.value ?? '').split(',').map((date) => date.slice(0, 8)),
  );
  const rule = fields.get('RRULE');
  const starts = rule ? yearly(first, rule, years) : [first];
  return starts
    .filter((day) => !left.has(compact(day)))
    .flatMap((day) =>
      Array.from({ length: Math.min(Math.max(1, length), LONGEST_DAYS) }, (_, i) => ({
        day: day + i,
        name,
      })),
    )
    .filter(({ day }) => yearOf(day) >= years.from && yearOf(day) <= years.to);
}

/** First days of what returns yearly: on its date, or on a weekday of a month such as the fourth Thursday of November. */
function yearly(first: number, rule: { value: string; line: number }, years: Years): number[] {
  const parts = new Map(
    rule.value.split(';').map((part) => {
      const [key = '', value = ''] = part.split('=');
      return [key.toUpperCase(), value.toUpperCase()];
    }),
  );
  const known = ['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYMONTH', 'BYMONTHDAY', 'BYDAY', 'WKST'];
  const odd = [...parts.keys()].find((key) => !known.includes(key));
  const byDay = /^([+-]?\d)(SU|MO|TU|WE|TH|FR|SA)$/.exec(parts.get('BYDAY') ?? '');
  if (parts.get('FREQ') !== 'YEARLY' || odd !== undefined || (parts.has('BYDAY') && !byDay)) {
    throw new RangeError(
      `Cannot read line ${rule.line} of the calendar: RRULE ${rule.value.slice(0, 60)}, expected FREQ=YEARLY, perhaps with BYMONTH and BYMONTHDAY or one BYDAY such as 4TH`,
    );
  }
  const date = civilFromDays(first);
  const month = Number(parts.get('BYMONTH') ?? date.month);
  const ofMonth = Number(parts.get('BYMONTHDAY') ?? date.day);
  const interval = Math.max(1, Number(parts.get('INTERVAL') ?? 1));
  const until = parts.get('UNTIL')?.slice(0, 8);
  const lastDay = until === undefined ? Number.POSITIVE_INFINITY : dateOf(until, rule.line);
  let left = Number(parts.get('COUNT') ?? Number.POSITIVE_INFINITY);
  const days: number[] = [];
  for (let { year } = date; year <= years.to && left > 0; year += interval) {
    const day = byDay
      ? nthWeekday(year, month, { nth: Number(byDay[1]), of: WEEKDAYS.indexOf(byDay[2]) })
      : dayOf(year, month, ofMonth);
    if (day === undefined || day < first) continue;
    if (day > lastDay) break;
    days.push(day);
    left--;
  }
  return days;
}

/** The nth weekday of a month, from its end where `nth` is negative. */
function nthWeekday(
  year: number,
  month: number,
  { nth, of }: { readonly nth: number; readonly of: number },
): number | undefined {
  const first = daysFromCivil(year, month, 1);
  const next = daysFromCivil(year + Math.floor(month / 12), (month % 12) + 1, 1);
  const days = Array.from({ length: next - first }, (_, i) => first + i).filter(
    (day) => weekday(day * DAY_MS) === of,
  );
  return nth > 0 ? days[nth - 1] : days.at(nth);
}

function dateOf(text: string, line: number): number {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})/.exec(text) ?? [];
  const found = dayOf(Number(year), Number(month), Number(day));
  if (found !== undefined) return found;
  throw new RangeError(
    `Cannot read line ${line} of the calendar: "${text.slice(0, 60)}" is not a date, expected one such as 20261225`,
  );
}

function yearOf(day: number): number {
  return civilFromDays(day).year;
}

function compact(day: number): string {
  const { year, month, day: ofMonth } = civilFromDays(day);
  return `${year}${String(month).padStart(2, '0')}${String(ofMonth).padStart(2, '0')}`;
}
