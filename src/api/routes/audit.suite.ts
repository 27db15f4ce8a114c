import { afterAll, beforeAll, expect, test } from 'vitest';
import { AuditList } from '../../contract/audit.ts';
import { openTestApi, type TestApi } from '../test-api.ts';

/** A part of api.test.ts, where all parts share one database. It is Sunday noon. */
export function auditSuite(): void {
  let server: TestApi;

  beforeAll(async () => {
    server = await openTestApi();
  }, 30_000);
  afterAll(() => server.close());

  const entries = async (query = '') =>
    AuditList.parse((await server.call('GET', `/api/v1/audit${query}`)).body).entries;

  test('what was made, changed and removed is kept with who, and what was different', async () => {
    const span = { starts_at: '2026-11-23T00:00:00Z', ends_at: '2026-11-23T01:00:00Z' };
    const made = await server.call('POST', '/api/v1/silences?user=ann', {
      matchers: ['a=b'],
      ...span,
    });
    const id = Number(made.body['id']);
    await server.call('POST', `/api/v1/silences/${id}/expire?user=bob`);
    const [ended, begun] = await entries('?subject=silences');
    expect(begun).toMatchObject({
      at: '2026-11-22T12:00:00.000Z',
      user: 'ann',
      via: 'api',
      action: 'POST /api/v1/silences',
      subject: `silences/${id}`,
      before: null,
      after: { id, status: 'pending' },
    });
    expect(ended).toMatchObject({
      user: 'bob',
      action: 'POST /api/v1/silences/:id/expire',
      subject: `silences/${id}`,
      before: { status: 'pending', ends_at: '2026-11-23T01:00:00.000Z', expired_by: null },
      after: { status: 'expired', ends_at: '2026-11-22T12:00:00.000Z', expired_by: 'bob' },
    });
    expect(Object.keys(ended?.after ?? {})).not.toContain('matchers');
    const event = await server.call('POST', '/api/v1/events', { kind: 'deploy' });
    await server.call('DELETE', `/api/v1/events/${Number(event.body['id'])}?user=cal`);
    expect(await entries('?user=cal')).toMatchObject([
      { action: 'DELETE /api/v1/events/:id', before: { kind: 'deploy' }, after: null },
    ]);
  });

  test('who asks through the command line or the web UI is told apart', async () => {
    for (const headers of [{ 'user-agent': 'saimon-cli' }, { 'sec-fetch-site': 'same-origin' }])
      await server.api.inject({
        method: 'POST',
        url: '/api/v1/events',
        headers,
        payload: { kind: 'flag' },
      });
    expect((await entries('?subject=events&limit=2')).map(({ via }) => via)).toEqual(['ui', 'cli']);
  });

  test('no secret is kept', async () => {
    const channel = {
      name: 'chat',
      type: 'webhook',
      url: 'http://127.0.0.1:9/s3cret',
      secret: 's3cret',
    };
    expect((await server.call('POST', '/api/v1/channels', channel)).status).toBe(201);
    await server.call('DELETE', '/api/v1/channels/chat');
    const all = await entries('?subject=channels');
    expect(all.map(({ action }) => action)).toEqual([
      'DELETE /api/v1/channels/:name',
      'POST /api/v1/channels',
    ]);
    expect(JSON.stringify(all)).not.toContain('s3cret');
  });

  test('what was refused or changes nothing is not kept, and asking leaves no trace in the metrics', async () => {
    const { length } = await entries('?limit=1000');
    await server.call('POST', '/api/v1/silences', {});
    await server.call('DELETE', '/api/v1/silences/99');
    await server.call('POST', '/prometheus/api/v1/query', { query: 'up' });
    expect(await entries('?limit=1000')).toHaveLength(length);
    const { text } = await server.call('GET', '/metrics');
    expect(text).not.toMatch(
      /saimon_api_requests_total\{[^}]*route="\/api\/v1\/silences\/:id"[^}]*GET/,
    );
    expect((await server.call('GET', '/api/v1/audit?start_time=soon')).status).toBe(422);
  });
}
