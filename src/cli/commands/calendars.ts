import { Calendar, CalendarList, CalendarRemoved } from '../../contract/calendar.ts';
import { calendarOf } from '../declared-settings.ts';
import { print, printJson, table } from '../output.ts';
import { removeOne } from '../remove-one.ts';
import { type ClientOptions, createServerClient, everyRow, userQuery } from '../server-client.ts';
import { wireTime } from '../wire-text.ts';

export interface AddCalendarOptions extends ClientOptions {
  readonly name?: string;
  readonly reason?: string;
}

const PATH = '/api/v1/calendars';
const HEAD = ['ID', 'NAME', 'SINCE', 'FROM', 'BY', 'REASON'];

/** `calendars list` */
export async function listCalendarsCommand(options: ClientOptions): Promise<void> {
  const client = createServerClient(options);
  const ask = (part: string) => client.get(`${PATH}?${part}`, CalendarList);
  const calendars = await everyRow(ask, (list) => list.calendars);
  if (options.json) printJson({ total: calendars.length, calendars });
  else print(calendars.length === 0 ? 'No calendar is known' : table(HEAD, calendars.map(cells)));
}

/** `calendars add FILE` */
export async function addCalendarCommand(
  file: string,
  { name, reason, ...options }: AddCalendarOptions,
): Promise<void> {
  const read = calendarOf(file, 'the calendar');
  const body = { name: name ?? read.name, content: read.content, reason };
  const request = { method: 'POST', path: `${PATH}?${userQuery()}`, body } as const;
  const calendar = await createServerClient(options).send(request, Calendar);
  if (options.json) printJson(calendar);
  else print(`Calendar ${calendar.id} kept: the days of ${calendar.name} are like a weekend`);
}

/** `calendars remove ID` */
export async function removeCalendarCommand(id: string, options: ClientOptions): Promise<void> {
  return removeOne(
    { id, path: PATH, list: 'saimon calendars list', schema: CalendarRemoved },
    options,
  );
}

function cells(calendar: Calendar): string[] {
  return [
    String(calendar.id),
    calendar.name,
    wireTime(calendar.created_at),
    calendar.origin,
    calendar.created_by,
    calendar.reason,
  ];
}
