import { CivilTime, civilFromDays, DAY_MS } from '../core/civil-time.ts';
import { readCalendar } from '../core/context/calendar.ts';
import type { DeclaredEvent } from '../core/context/declared-event.ts';
import type { MaintenanceWindow } from '../core/context/maintenance.ts';
import { listCalendars } from '../store/calendars-table.ts';
import type { Queryable } from '../store/database.ts';
import { listEventsSince } from '../store/events-table.ts';
import { listMaintenanceSince } from '../store/maintenance-windows-table.ts';
import { windowOf } from './declared-context.ts';

export interface DeclaredPast {
  /** Oldest first. */
  readonly events: readonly DeclaredEvent[];
  readonly windows: readonly MaintenanceWindow[];
  /** Civil days that are like a weekend, ascending. */
  readonly restDays: readonly number[];
}

const ALL = { skip: 0, limit: 1000 };

/** What people have declared since a time: for judging the past anew. A calendar that cannot be read has no days. */
export async function readDeclaredPast(
  db: Queryable,
  {
    sinceMs,
    zone,
    nowMs,
  }: { readonly sinceMs: number; readonly zone: string; readonly nowMs: number },
): Promise<DeclaredPast> {
  const [events, windows, calendars] = await Promise.all([
    listEventsSince(db, sinceMs),
    listMaintenanceSince(db, sinceMs),
    listCalendars(db, ALL),
  ]);
  const civil = new CivilTime(zone);
  const yearAt = (timeMs: number): number => civilFromDays(civil.toLocal(timeMs) / DAY_MS).year;
  const years = { from: yearAt(sinceMs), to: yearAt(nowMs) + 1 };
  const days = new Set(calendars.rows.flatMap(({ content }) => daysOf(content, years)));
  return {
    events: events.map(({ startedAtMs, endedAtMs, ...event }) => ({
      ...event,
      startMs: startedAtMs,
      endMs: endedAtMs ?? startedAtMs,
    })),
    windows: windows.map(windowOf),
    restDays: [...days].toSorted((a, b) => a - b),
  };
}

function daysOf(content: string, years: { readonly from: number; readonly to: number }): number[] {
  try {
    return readCalendar(content, years).map(({ day }) => day);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}
