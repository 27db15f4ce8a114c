import { afterAll, beforeAll, expect, test } from 'vitest';
import { Calendar, CalendarList } from '../../contract/calendar.ts';
import { setConfiguredCalendars } from '../../store/calendars-table.ts';
import { openTestApi, type TestApi } from '../test-api.ts';

const PATH = '/api/v1/calendars';

/** A part of api.test.ts, where all parts share one database. */
export function calendarsSuite(): void {
  let server: TestApi;

  beforeAll(async () => {
    server = await openTestApi();
    const declared = { reason: '', createdBy: 'config' };
    const content = '12-25, Christmas';
    await setConfiguredCalendars(server.database, [{ name: 'holidays.csv', content, ...declared }]);
  }, 30_000);
  afterAll(() => server.close());

  test('a calendar takes the place of the one of its name', async () => {
    const first = await server.call('POST', PATH, { name: 'office', content: '2026-12-24' });
    expect(first.status).toBe(201);
    expect(Calendar.parse(first.body)).toMatchObject({ name: 'office', origin: 'api' });
    const second = await server.call('POST', PATH, { name: 'office', content: '2026-12-31' });
    expect((await server.call('GET', `${PATH}/${Number(first.body['id'])}`)).status).toBe(404);
    const path = `${PATH}/${Number(second.body['id'])}`;
    expect((await server.call('GET', path)).body).toMatchObject({ content: '2026-12-31' });
    expect((await server.call('DELETE', path)).status).toBe(200);
    expect((await server.call('DELETE', path)).status).toBe(404);
    expect(server.engine.asked).toEqual(['context', 'context', 'context']);
  });

  test('one of the configuration is neither replaced nor removed here', async () => {
    const { body } = await server.call('GET', PATH);
    const { calendars } = CalendarList.parse(body);
    const id = calendars.find(({ name }) => name === 'holidays.csv')?.id;
    expect(await server.call('DELETE', `${PATH}/${id}`)).toMatchObject({
      status: 409,
      body: {
        error:
          'Cannot remove calendar "holidays.csv": it comes from the configuration, remove it there',
      },
    });
    const other = { name: 'holidays.csv', content: '01-01' };
    expect((await server.call('POST', PATH, other)).status).toBe(409);
  });

  test.each([
    ['no date', 'Christmas', /line 1 of the calendar: "Christmas", expected a date/],
    ['days of long ago only', '2001-12-24', /no day from 2025 to 2036/],
  ])('a calendar with %s is 422', async (_, content, message) => {
    const { status, body } = await server.call('POST', PATH, { name: 'x', content });
    expect(status).toBe(422);
    expect(body['error']).toMatch(message);
    expect(body['detail']).toMatchObject([{ loc: ['body', 'content'] }]);
  });
}
