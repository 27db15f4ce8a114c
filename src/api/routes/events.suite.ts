import { afterAll, beforeAll, expect, test } from 'vitest';
import { Event, EventList } from '../../contract/event.ts';
import { openTestApi, TEST_NOW_MS, type TestApi } from '../test-api.ts';

/** A part of api.test.ts, where all parts share one database. */
export function eventsSuite(): void {
  let server: TestApi;

  beforeAll(async () => {
    server = await openTestApi();
  }, 30_000);
  afterAll(() => server.close());

  const list = async (query = '') =>
    EventList.parse((await server.call('GET', `/api/v1/events?${query}`)).body);

  test('an event is declared in one word, and the engine is told', async () => {
    const { status, body } = await server.call('POST', '/api/v1/events?user=ann', {});
    expect(status).toBe(201);
    const event = Event.parse(body);
    expect(event).toMatchObject({
      kind: 'deploy',
      title: '',
      labels: {},
      started_at: new Date(TEST_NOW_MS).toISOString(),
      ended_at: null,
      source: 'api',
      created_by: 'ann',
    });
    expect(server.engine.asked).toContain('context');
    expect((await server.call('GET', `/api/v1/events/${event.id}`)).body).toEqual(body);
  });

  test('told again with its key it is the same event, and its end is known', async () => {
    const event = { key: 'build 7', kind: 'migration', title: 'v7', started_at: 1_795_000_000 };
    const begun = await server.call('POST', '/api/v1/events', event);
    const ended = await server.call('POST', '/api/v1/events', {
      ...event,
      ended_at: 1_795_000_300,
    });
    expect([begun.status, ended.status]).toEqual([201, 200]);
    expect(ended.body).toEqual({ ...begun.body, ended_at: '2026-11-18T11:11:40.000Z' });
    expect(await list('kind=migration')).toMatchObject({ total: 1 });
    expect(await list('kind=migration&start_time=1795000301')).toMatchObject({ total: 0 });
    expect(await list('kind=migration&end_time=1794999999')).toMatchObject({ total: 0 });
  });

  test('an event that was removed is gone, and its key is not taken again', async () => {
    const { body } = await server.call('POST', '/api/v1/events', { key: 'slip' });
    const path = `/api/v1/events/${Number(body['id'])}`;
    expect((await server.call('DELETE', path)).body).toEqual({
      message: expect.any(String),
      event_id: body['id'],
    });
    expect((await server.call('DELETE', path)).status).toBe(404);
    expect((await server.call('GET', path)).status).toBe(404);
    expect(await server.call('POST', '/api/v1/events', { key: 'slip' })).toMatchObject({
      status: 409,
      body: { error: 'Cannot declare event "slip": it was removed, use another key' },
    });
  });

  test.each([
    ['ended_at', { started_at: '2026-11-22T10:00:00Z', ended_at: '2026-11-22T09:00:00Z' }],
    ['ended_at', { ended_at: '2026-11-22T09:00:00Z' }],
    ['started_at', { started_at: 'yesterday' }],
    ['kind', { kind: '' }],
    ['labels', { labels: ['api'] }],
  ])('a wrong %s is 422 and named', async (field, event) => {
    const { status, body } = await server.call('POST', '/api/v1/events', event);
    expect(status).toBe(422);
    expect(body['detail']).toMatchObject([{ loc: ['body', field] }]);
  });

  test('a text that no database keeps is 422 and not a failure', async () => {
    const inTitle = await server.call('POST', '/api/v1/events', { title: 'a\u0000b' });
    const inLabel = await server.call('POST', '/api/v1/events', { labels: { a: '\u0000' } });
    expect([inTitle.status, inLabel.status]).toEqual([422, 422]);
    expect(inTitle.body['error']).toContain('such as NUL: leave it out');
  });

  test('a field that there is none of is 422, so that a slip is not taken for everything', async () => {
    const { status, body } = await server.call('POST', '/api/v1/events', { label: { a: 'b' } });
    expect(status).toBe(422);
    expect(body['error']).toContain('label');
  });
}
