import { afterAll, beforeAll, expect, test } from 'vitest';
import { Schedule } from '../../contract/schedule.ts';
import { openTestApi, type TestApi } from '../test-api.ts';

/** A part of api.test.ts, where all parts share one database. */
export function scheduleSuite(): void {
  let server: TestApi;

  beforeAll(async () => {
    server = await openTestApi();
  }, 30_000);
  afterAll(() => server.close());

  const told = async (query: string) =>
    Schedule.parse((await server.call('GET', `/api/v1/schedule?${query}`)).body);

  test('planned work and days off of a span are told, those that recur each time', async () => {
    await server.call('POST', '/api/v1/maintenance-windows', {
      title: 'Backup',
      match: { host: 'db-1' },
      weekly: 'thu,sat 23:00-01:00',
    });
    await server.call('POST', '/api/v1/maintenance-windows', {
      title: 'Upgrade',
      starts_at: '2026-11-20T10:00:00Z',
      ends_at: '2026-11-20T11:00:00Z',
    });
    await server.call('POST', '/api/v1/calendars', {
      name: 'own days',
      content: '2026-11-20, Founding day\n12-25, Christmas',
    });
    const week = await told('start=2026-11-19&end=2026-11-21T23:59:59Z');
    expect(week).toMatchObject({
      zone: 'UTC',
      // 19 November 2026 is a Thursday.
      planned: [
        { title: 'Backup', start: '2026-11-19T23:00:00.000Z', end: '2026-11-20T01:00:00.000Z' },
        { title: 'Upgrade', start: '2026-11-20T10:00:00.000Z', end: '2026-11-20T11:00:00.000Z' },
        { title: 'Backup', start: '2026-11-21T23:00:00.000Z', end: '2026-11-22T01:00:00.000Z' },
      ],
      days_off: [{ date: '2026-11-20', name: 'Founding day', calendar: 'own days' }],
    });
    const [first, , third] = week.planned;
    expect(first?.window_id).toBe(third?.window_id);
    const christmas = await told('start=2027-12-20&end=2027-12-31');
    expect(christmas.days_off.map(({ date }) => date)).toEqual(['2027-12-25']);
  });

  test('a span that is missing, backward or longer than 100 days is 422', async () => {
    for (const query of ['', 'start=2026-11-22&end=2026-11-19', 'start=2026-01-01&end=2026-11-19'])
      expect((await server.call('GET', `/api/v1/schedule?${query}`)).status).toBe(422);
  });
}
