import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Details } from '../../contract/labels.ts';
import { openTestApi, type TestApi } from '../test-api.ts';

const SECRET = 'It is a secret to everybody';
const DEPLOYMENT = {
  id: 145_988_746,
  ref: '2f3a0c1b5d6e7f80912a3b4c5d6e7f8091a2b3c4',
  task: 'deploy',
  environment: 'production',
  created_at: '2026-11-22T11:50:00Z',
  creator: { login: 'ann' },
};
const repository = { full_name: 'acme/api', private: true };

function deployment(over: object = {}): string {
  return JSON.stringify({ action: 'created', deployment: DEPLOYMENT, repository, ...over });
}

function status(state: string, at: string): string {
  return deployment({ deployment_status: { state, created_at: at } });
}

/** A part of api.test.ts, where all parts share one database. It is 22 November 2026, 12:00. */
export function hooksSuite(): void {
  let server: TestApi;

  beforeAll(async () => {
    server = await openTestApi({ githubSecret: () => SECRET });
  }, 30_000);
  afterAll(() => server.close());

  const event = async (id: unknown) =>
    (await server.call('GET', `/api/v1/events/${Number(id)}`)).body;

  interface Delivery {
    readonly happened: string;
    readonly body: string;
    readonly signature?: string;
    readonly type?: string;
    readonly query?: string;
  }

  async function deliver({ happened, body, query = '', type, signature }: Delivery) {
    const hmac = createHmac('sha256', SECRET).update(body).digest('hex');
    const answer = await server.api.inject({
      method: 'POST',
      url: `/api/v1/hooks/github${query}`,
      headers: {
        'content-type': type ?? 'application/json',
        'x-github-event': happened,
        'x-hub-signature-256': signature ?? `sha256=${hmac}`,
      },
      payload: body,
    });
    return { status: answer.statusCode, body: Details.parse(answer.json()) };
  }

  test('a deployment is an event, and its last status tells the end', async () => {
    const query = '?service=api&env=prod';
    const begun = await deliver({ happened: 'deployment', body: deployment(), query });
    expect(begun).toMatchObject({ status: 200, body: { message: 'Event kept' } });
    const id = begun.body['event_id'];
    const row = {
      id,
      kind: 'deploy',
      title: 'acme/api 2f3a0c1 to production',
      labels: { service: 'api', env: 'prod' },
      started_at: '2026-11-22T11:50:00.000Z',
      ended_at: null,
      source: 'github',
      created_by: 'ann',
    };
    expect(await event(id)).toMatchObject(row);
    const happened = 'deployment_status';
    await deliver({ happened, body: status('in_progress', '2026-11-22T11:51:00Z'), query });
    expect(await event(id)).toMatchObject(row);
    await deliver({ happened, body: status('success', '2026-11-22T11:58:00Z'), query });
    await deliver({ happened, body: status('inactive', '2026-11-29T09:00:00Z'), query });
    expect(await event(id)).toMatchObject({ ...row, ended_at: '2026-11-22T11:58:00.000Z' });
    expect(server.engine.asked).toContain('context');
  });

  test('a form with a payload is read as well', async () => {
    const other = deployment({ deployment: { ...DEPLOYMENT, id: 7, ref: 'v1.2' } });
    const body = new URLSearchParams({ payload: other }).toString();
    const type = 'application/x-www-form-urlencoded';
    const answer = await deliver({ happened: 'deployment', body, type });
    expect(await event(answer.body['event_id'])).toMatchObject({
      title: 'acme/api v1.2 to production',
    });
  });

  test.each([
    ['sha256=00', 'its signature is wrong'],
    [`sha256=${'0'.repeat(64)}`, 'its signature is wrong'],
  ])('a delivery signed %s is refused', async (signature, fault) => {
    const answer = await deliver({ happened: 'deployment', body: deployment(), signature });
    expect(answer).toMatchObject({ status: 401, body: { code: 'bad_signature' } });
    expect(answer.body['error']).toContain(fault);
  });

  test('a delivery without a signature is refused while there is a secret', async () => {
    expect(await server.call('POST', '/api/v1/hooks/github', {})).toMatchObject({
      status: 401,
      body: { error: expect.stringContaining('it is not signed') },
    });
  });

  test('a signature is that of the bytes: other white space has another one', async () => {
    const hmac = createHmac('sha256', SECRET).update(deployment()).digest('hex');
    const body = JSON.stringify(JSON.parse(deployment()), null, 1);
    const signature = `sha256=${hmac}`;
    expect((await deliver({ happened: 'deployment', body, signature })).status).toBe(401);
  });

  test('a ping is answered and what is no deployment is ignored', async () => {
    const ping = await deliver({ happened: 'ping', body: '{"zen":"Design for failure."}' });
    expect(ping).toMatchObject({ status: 200, body: { message: 'Pong', event_id: null } });
    const push = await deliver({ happened: 'push', body: JSON.stringify({ repository }) });
    expect(push).toMatchObject({ status: 200, body: { event_id: null } });
  });

  test('a body that is not what its header says is refused with the reason', async () => {
    expect(await deliver({ happened: 'deployment', body: '{' })).toMatchObject({
      status: 400,
      body: { error: 'Cannot read the webhook: its body is not JSON' },
    });
    expect((await deliver({ happened: 'deployment', body: '{}' })).status).toBe(422);
    expect(await deliver({ happened: '', body: '{}' })).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining('expected the header X-GitHub-Event') },
    });
    const strange = deployment({ deployment: { ...DEPLOYMENT, created_at: 'now' } });
    expect((await deliver({ happened: 'deployment', body: strange })).status).toBe(422);
  });

  test('a Grafana annotation is an event: tags are its kind and its labels', async () => {
    const annotation = {
      dashboardUID: 'jcIIG-07z',
      panelId: 2,
      time: Date.UTC(2026, 10, 22, 11),
      timeEnd: Date.UTC(2026, 10, 22, 11, 5),
      tags: ['service:api', 'Deploy', 'env=prod'],
      text: 'Released <b>v1.2</b>\n by the pipeline',
    };
    const first = await server.call('POST', '/api/v1/hooks/grafana', annotation);
    const again = await server.call('POST', '/api/v1/hooks/grafana', annotation);
    expect(first).toMatchObject({ status: 200, body: { message: 'Annotation added' } });
    expect(again.body).toEqual(first.body);
    expect(await event(first.body['id'])).toMatchObject({
      kind: 'deploy',
      title: 'Released v1.2 by the pipeline',
      labels: { service: 'api', env: 'prod' },
      started_at: '2026-11-22T11:00:00.000Z',
      ended_at: '2026-11-22T11:05:00.000Z',
      source: 'grafana',
    });
  });

  test('a bare annotation happens now', async () => {
    const { body } = await server.call('POST', '/api/v1/hooks/grafana', { text: 'Failover' });
    expect(await event(body['id'])).toMatchObject({
      kind: 'annotation',
      title: 'Failover',
      labels: {},
      started_at: '2026-11-22T12:00:00.000Z',
      ended_at: null,
    });
  });
}
