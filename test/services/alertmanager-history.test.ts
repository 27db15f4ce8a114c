import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApi, type TestApi } from '../../src/api/test-api.ts';
import { AuditList } from '../../src/contract/audit.ts';
import { TruthIncidentList } from '../../src/contract/truth-incident.ts';
import { type AlertmanagerServer, startAlertmanager } from './alertmanager-server.ts';
import { eventually } from './server-process.ts';

const SECRET = 'a-long-secret-of-the-webhook';
const STARTED = new Date(Math.floor(Date.now() / 1000 - 600) * 1000).toISOString();
const ENDED = new Date(Math.floor(Date.now() / 1000 - 5) * 1000).toISOString();
const down = { labels: { alertname: 'ShopDown', service: 'shop' }, startsAt: STARTED };
const own = { labels: { alertname: 'SAIMonIncident', service: 'shop' }, startsAt: STARTED };
const patient = { timeoutMs: 60_000, everyMs: 200 };

let server: TestApi;
let url: string;
let trusted: AlertmanagerServer;

beforeAll(async () => {
  server = await openTestApi({ alertmanagerSecret: () => SECRET });
  url = `${await server.api.listen({ host: '127.0.0.1', port: 0 })}/api/v1/hooks/alertmanager`;
  trusted = await startAlertmanager({ url, credentials: SECRET });
}, 90_000);
afterAll(async () => {
  await trusted.stop();
  await server.close();
});

const incidents = async () =>
  TruthIncidentList.parse((await server.call('GET', '/api/v1/truth-incidents')).body)
    .truth_incidents;
const kept = async () => AuditList.parse((await server.call('GET', '/api/v1/audit')).body).entries;

test('an alert that fires in Alertmanager is an incident that happened, until it is resolved there', async () => {
  await trusted.tell([own, down]);
  const begun = await eventually(async () => {
    const all = await incidents();
    expect(all).toHaveLength(1);
    return all[0];
  }, patient);
  expect(begun).toMatchObject({
    name: 'ShopDown',
    labels: { service: 'shop' },
    started_at: STARTED,
    ended_at: null,
    source: 'alertmanager',
    created_by: 'alertmanager',
  });
  await trusted.tell([{ ...down, endsAt: ENDED }]);
  await eventually(async () => {
    expect(await incidents()).toMatchObject([{ id: begun?.id, ended_at: ENDED }]);
  }, patient);
  const hooks = (await kept()).map(({ via, action }) => [via, action]);
  expect(hooks).toEqual([
    ['hook', 'POST /api/v1/hooks/alertmanager'],
    ['hook', 'POST /api/v1/hooks/alertmanager'],
  ]);
});

test('one that does not know the secret tells nothing', async () => {
  const refused: number[] = [];
  server.api.server.on('request', ({ url: path }, response) => {
    if (path?.endsWith('/hooks/alertmanager') === true)
      response.on('finish', () => refused.push(response.statusCode));
  });
  const stranger = await startAlertmanager({ url, credentials: 'something else' });
  try {
    await stranger.tell([{ ...down, labels: { alertname: 'Invented' } }]);
    await eventually(async () => expect(refused).toContain(401), patient);
    expect((await incidents()).map(({ name }) => name)).toEqual(['ShopDown']);
  } finally {
    await stranger.stop();
  }
});
