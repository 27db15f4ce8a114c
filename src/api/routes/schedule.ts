import { Schedule, ScheduleQuery } from '../../contract/schedule.ts';
import { CivilTime, civilFromDays, DAY_MS } from '../../core/civil-time.ts';
import { readCalendar } from '../../core/context/calendar.ts';
import type { CalendarDay } from '../../core/context/calendar-day.ts';
import { plannedWithin } from '../../core/context/maintenance.ts';
import { calendarYears, windowOf } from '../../engine/declared-context.ts';
import { listCalendars } from '../../store/calendars-table.ts';
import { listMaintenanceSince } from '../../store/maintenance-windows-table.ts';
import { unusable } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { iso } from '../wire/iso.ts';

const MOST_CALENDARS = 100;
/** Weekly hours are counted out day by day. */
const LONGEST_DAYS = 100;

export function scheduleRoutes(
  api: FastifyApi,
  { database, clock, watching }: Pick<ApiDependencies, 'database' | 'clock' | 'watching'>,
): void {
  api.get(
    '/api/v1/schedule',
    {
      schema: {
        tags: ['maintenance-windows'],
        summary: 'Planned work and days off in a span, each time that they recur',
        querystring: ScheduleQuery,
        response: { 200: Schedule },
      },
    },
    async ({ query: { start: startMs, end: endMs } }) => {
      if (startMs > endMs || endMs - startMs > LONGEST_DAYS * DAY_MS) {
        const message = `Cannot use this range: expected start before end and at most ${LONGEST_DAYS}d`;
        throw unusable(['query', 'start'], message);
      }
      const { zone } = watching();
      const [windows, calendars] = await Promise.all([
        listMaintenanceSince(database, startMs),
        listCalendars(database, { skip: 0, limit: MOST_CALENDARS }),
      ]);
      const range = { startMs, endMs };
      const planned = windows.flatMap((row) =>
        plannedWithin([windowOf(row)], row.matchers, { range, zone }).map(({ title, span }) => ({
          window_id: row.id,
          title,
          start: iso(span.startMs),
          end: iso(span.endMs),
        })),
      );
      const civil = new CivilTime(zone);
      const dayAt = (timeMs: number): number => Math.floor(civil.toLocal(timeMs) / DAY_MS);
      const [first, last] = [dayAt(startMs), dayAt(endMs)];
      const daysOff = calendars.rows.flatMap(({ id, name, content }) =>
        daysOffOf(content)
          .filter(({ day }) => day >= first && day <= last)
          .map((one) => ({
            date: dateText(one.day),
            name: one.name,
            calendar_id: id,
            calendar: name,
          })),
      );
      return {
        zone,
        planned: planned.toSorted((a, b) => a.start.localeCompare(b.start)),
        days_off: daysOff.toSorted((a, b) => a.date.localeCompare(b.date)),
      };
    },
  );

  /** A calendar of the configuration may have become unreadable; detection says so, and here it has no days. */
  function daysOffOf(content: string): CalendarDay[] {
    try {
      return readCalendar(content, calendarYears(new Date(clock.now()).getUTCFullYear()));
    } catch (error) {
      if (error instanceof RangeError) return [];
      throw error;
    }
  }
}

function dateText(day: number): string {
  const { year, month, day: date } = civilFromDays(day);
  return `${year}-${two(month)}-${two(date)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
