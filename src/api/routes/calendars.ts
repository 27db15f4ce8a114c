import { Calendar, CalendarList, CalendarRemoved, NewCalendar } from '../../contract/calendar.ts';
import { Id, Page, User } from '../../contract/paging.ts';
import { readCalendar } from '../../core/context/calendar.ts';
import { calendarYears } from '../../engine/declared-context.ts';
import {
  findCalendar,
  findCalendarNamed,
  listCalendars,
  putCalendar,
  removeCalendar,
  type StoredCalendar,
} from '../../store/calendars-table.ts';
import { notFound, ofConfiguration, unusable } from '../api-error.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { FastifyApi } from '../fastify-api.ts';
import { calendarOf } from '../wire/calendar.ts';

const TAGS = ['calendars'];

export function calendarRoutes(
  api: FastifyApi,
  { database, engine, clock }: Pick<ApiDependencies, 'database' | 'engine' | 'clock'>,
): void {
  api.get(
    '/api/v1/calendars',
    {
      schema: {
        tags: TAGS,
        summary: 'Calendars of days that are like a weekend, newest first',
        querystring: Page,
        response: { 200: CalendarList },
      },
    },
    async ({ query: { skip, limit } }) => {
      const { total, rows } = await listCalendars(database, { skip, limit });
      return { total, skip, limit, calendars: rows.map(calendarOf) };
    },
  );

  api.get(
    '/api/v1/calendars/:id',
    { schema: { tags: TAGS, summary: 'One calendar', params: Id, response: { 200: Calendar } } },
    async ({ params: { id } }) => calendarOf(await getCalendar(id)),
  );

  api.post(
    '/api/v1/calendars',
    {
      schema: {
        tags: TAGS,
        summary: 'Tell which days are like a weekend, in the place of the calendar of that name',
        querystring: User,
        body: NewCalendar,
        response: { 201: Calendar },
      },
    },
    async ({ body, query: { user } }, reply) => {
      const known = await findCalendarNamed(database, body.name);
      if (known?.origin === 'config') throw ofConfiguration(`calendar "${body.name}"`, 'replace');
      checkContent(body.content);
      const row = await putCalendar(database, 'api', { ...body, createdBy: user });
      engine.notifyContextChanged();
      void reply.status(201);
      return calendarOf(row);
    },
  );

  api.delete(
    '/api/v1/calendars/:id',
    {
      schema: {
        tags: TAGS,
        summary: 'Its days are like any other again',
        params: Id,
        querystring: User,
        response: { 200: CalendarRemoved },
      },
    },
    async ({ params: { id }, query: { user } }) => {
      const { origin, name } = await getCalendar(id);
      if (origin === 'config') throw ofConfiguration(`calendar "${name}"`, 'remove');
      await removeCalendar(database, id, user);
      engine.notifyContextChanged();
      return { message: 'Calendar removed: its days are like any other', calendar_id: id };
    },
  );

  async function getCalendar(id: number): Promise<StoredCalendar> {
    const row = await findCalendar(database, id);
    if (!row) throw notFound('calendar', id);
    return row;
  }

  function checkContent(content: string): void {
    try {
      readCalendar(content, calendarYears(new Date(clock.now()).getUTCFullYear()));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw unusable(['body', 'content'], error.message);
    }
  }
}
