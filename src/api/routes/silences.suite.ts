import { afterAll, beforeAll, expect, test } from 'vitest';
import { ErrorBody } from '../../contract/error-body.ts';
import { Silence, SilenceList } from '../../contract/silence.ts';
import { openTestApi, type TestApi } from '../test-api.ts';

const PATH = '/api/v1/silences';

/** A part of api.test.ts, where all parts share one database. It is Sunday noon. */
export function silencesSuite(): void {
  let server: TestApi;

  beforeAll(async () => {
    server = await openTestApi();
  }, 30_000);
  afterAll(() => server.close());

  test('a silence is made of matchers as text or as objects, goes on until its end, and can be ended before', async () => {
    const matchers = ['instance=~"web-.*"', { name: 'team', op: '=', value: 'shop' }];
    const wanted = { matchers, duration: '2h', comment: 'new disks' };
    const { status, body } = await server.call('POST', `${PATH}?user=ann`, wanted);
    expect(status).toBe(201);
    expect(Silence.parse(body)).toMatchObject({
      matchers: [{ name: 'instance', op: '=~', value: 'web-.*' }, matchers[1]],
      starts_at: '2026-11-22T12:00:00.000Z',
      ends_at: '2026-11-22T14:00:00.000Z',
      status: 'active',
      created_by: 'ann',
      expired_by: null,
    });
    expect(server.engine.asked).toContain('routing');
    const path = `${PATH}/${Number(body['id'])}`;
    expect((await server.call('GET', path)).body).toEqual(body);
    const ended = await server.call('DELETE', `${path}?user=bob`);
    expect(ended.body).toMatchObject({ status: 'expired', expired_by: 'bob' });
    expect((await server.call('POST', `${path}/expire`)).status).toBe(409);
    const active = SilenceList.parse((await server.call('GET', `${PATH}?active=true`)).body);
    expect(active.silences.map(({ id }) => id)).not.toContain(body['id']);
    expect(SilenceList.parse((await server.call('GET', PATH)).body).total).toBe(1);
  });

  test('a silence may be planned', async () => {
    const span = { starts_at: '2026-11-23T00:00:00Z', ends_at: '2026-11-23T01:00:00Z' };
    const planned = { matchers: ['a=b'], ...span, created_by: 'cron' };
    const { body } = await server.call('POST', PATH, planned);
    expect(body).toMatchObject({ status: 'pending', created_by: 'cron' });
    expect((await server.call('POST', `${PATH}/${Number(body['id'])}/expire`)).status).toBe(200);
  });

  test.each([
    ['matchers', { duration: '1h' }],
    ['matchers', { matchers: [], duration: '1h' }],
    ['matchers', { matchers: ['a=~(x+)+'], duration: '1h' }],
    ['matchers', { matchers: [{ name: 'a', op: '=~', value: '(' }], duration: '1h' }],
    ['matchers', { matchers: ['nonsense'], duration: '1h' }],
    ['matchers', { matchers: ['a!=b'], duration: '1h' }],
    ['ends_at', { matchers: ['a=b'] }],
    ['ends_at', { matchers: ['a=b'], ends_at: '2026-11-22T11:00:00Z' }],
    ['ends_at', { matchers: ['a=b'], ends_at: '2026-11-22T13:00:00Z', duration: '1h' }],
    ['duration', { matchers: ['a=b'], duration: 'a while' }],
    ['starts_at', { matchers: ['a=b'], starts_at: 'soon', duration: '1h' }],
  ])('a wrong %s is 422 and named: %j', async (field, wanted) => {
    const { status, body } = await server.call('POST', PATH, wanted);
    expect(status).toBe(422);
    expect(ErrorBody.parse(body).detail?.[0]?.loc.slice(0, 2)).toEqual(['body', field]);
  });

  test('what is not there is 404', async () => {
    for (const [method, path] of [
      ['GET', '99'],
      ['DELETE', '99'],
      ['POST', '99/expire'],
    ] as const)
      expect((await server.call(method, `${PATH}/${path}`)).status).toBe(404);
  });
}
