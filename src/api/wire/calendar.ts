import type { Calendar } from '../../contract/calendar.ts';
import type { StoredCalendar } from '../../store/calendars-table.ts';
import { iso } from './iso.ts';

export function calendarOf(row: StoredCalendar): Calendar {
  return {
    id: row.id,
    name: row.name,
    content: row.content,
    origin: row.origin,
    reason: row.reason,
    created_by: row.createdBy,
    created_at: iso(row.createdAtMs),
  };
}
