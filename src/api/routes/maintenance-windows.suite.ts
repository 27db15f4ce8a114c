import { afterAll, beforeAll, expect, test } from 'vitest';
import { ErrorBody } from '../../contract/error-body.ts';
import { MaintenanceWindow, MaintenanceWindowList } from '../../contract/maintenance-window.ts';
import { setConfiguredMaintenance } from '../../store/maintenance-windows-table.ts';
import { openTestApi, type TestApi } from '../test-api.ts';

const PATH = '/api/v1/maintenance-windows';

/** A part of api.test.ts, where all parts share one database. It is Sunday noon. */
export function maintenanceWindowsSuite(): void {
  let server: TestApi;

  beforeAll(async () => {
    server = await openTestApi();
  }, 30_000);
  afterAll(() => server.close());

  test('planned work begins now when it says nothing else, and is active until its end', async () => {
    const work = { title: 'Upgrade', match: { host: 'a' }, ends_at: '2026-11-22T14:00:00+01:00' };
    const { status, body } = await server.call('POST', `${PATH}?user=ann`, work);
    expect(status).toBe(201);
    expect(MaintenanceWindow.parse(body)).toMatchObject({
      title: 'Upgrade',
      match: { host: 'a' },
      starts_at: '2026-11-22T12:00:00.000Z',
      ends_at: '2026-11-22T13:00:00.000Z',
      weekly: null,
      active: true,
      origin: 'api',
      created_by: 'ann',
    });
    expect(server.engine.asked).toContain('context');
    const path = `${PATH}/${Number(body['id'])}`;
    expect((await server.call('GET', path)).body).toEqual(body);
    expect((await server.call('DELETE', path)).status).toBe(200);
    expect((await server.call('GET', path)).status).toBe(404);
    expect((await server.call('DELETE', path)).status).toBe(404);
  });

  test.each([
    ['sun 11:00-13:00', true],
    ['mon-sat 00:00-24:00', false],
  ])('planned work on "%s" is active on a Sunday noon: %s', async (weekly, active) => {
    expect((await server.call('POST', PATH, { weekly })).body).toMatchObject({ weekly, active });
  });

  test('what stands in the configuration cannot be removed here', async () => {
    await setConfiguredMaintenance(server.database, [
      {
        title: 'Nightly',
        matchers: {},
        startsAtMs: null,
        endsAtMs: null,
        weekly: 'daily 03:00-03:30',
        reason: '',
        createdBy: 'config',
      },
    ]);
    const { body } = await server.call('GET', `${PATH}?limit=1`);
    const [planned] = MaintenanceWindowList.parse(body).maintenance_windows;
    expect(planned).toMatchObject({ title: 'Nightly', origin: 'config' });
    const id = planned?.id;
    expect(await server.call('DELETE', `${PATH}/${id}`)).toMatchObject({
      status: 409,
      body: {
        error: `Cannot remove maintenance window ${id}: it comes from the configuration, remove it there`,
      },
    });
  });

  test.each([
    ['ends_at', {}],
    ['ends_at', { ends_at: '2026-11-22T11:00:00Z' }],
    ['ends_at', { weekly: 'sun 02:00-04:00', ends_at: '2026-11-23T11:00:00Z' }],
    ['weekly', { weekly: 'sunday at two' }],
    ['match', { match: { host: 1 }, ends_at: '2026-11-23T11:00:00Z' }],
  ])('a wrong %s is 422 and named', async (field, work) => {
    const { status, body } = await server.call('POST', PATH, work);
    expect(status).toBe(422);
    expect(ErrorBody.parse(body).detail?.[0]?.loc.slice(0, 2)).toEqual(['body', field]);
  });
}
