import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { IncidentReport } from '../../contract/incident-report.ts';
import { TruthIncidentList, TruthIncidentsKept } from '../../contract/truth-incident.ts';
import { DAY_MS } from '../../core/civil-time.ts';
import type { EpisodeDraft } from '../../store/detection.ts';
import { saveQueries } from '../../store/queries-table.ts';
import { saveDetection } from '../../store/save-detection.ts';
import { ensureSeries } from '../../store/series-table.ts';
import { sampleEpisode } from '../sample-episode.ts';
import { openTestApi, TEST_NOW_MS, type TestApi } from '../test-api.ts';

const SECRET = 'a long secret';
const PATH = '/api/v1/truth-incidents';
const HOOK = '/api/v1/hooks/alertmanager';
/** Noon of days before now. */
const noon = (daysBefore: number, minutes = 0): string =>
  new Date(TEST_NOW_MS - daysBefore * DAY_MS + 60_000 * minutes).toISOString();

/** What Alertmanager sends. */
const message = (...alerts: object[]) => ({
  version: '4',
  receiver: 'saimon',
  status: 'firing',
  alerts,
});

/** A part of api.test.ts: what really happened, and what that makes of what was found. */
export function truthIncidentsSuite(): void {
  let server: TestApi;
  let secret = '';

  beforeAll(async () => {
    server = await openTestApi({ alertmanagerSecret: () => secret });
    const { database } = server;
    const { queries } = await saveQueries(database, 'config', [{ alias: 'cpu', expr: 'cpu' }]);
    const metricId = queries[0]?.id ?? 0;
    const hosts = ['a', 'b'].map((host) => ({ labels: { host }, stepMs: 60_000 }));
    const series = await ensureSeries(database, metricId, hosts);
    await database.query(`update series set first_seen_at = $1`, [noon(14)]);
    // On host a ten minutes before noon of six days, on host b once; one too small to alert.
    const run = (index: number, episodes: readonly EpisodeDraft[]) => {
      const { id: seriesId = 0, labels = {} } = series[index] ?? {};
      const checkpoint = { scoredFromMs: null, scoredUntilMs: TEST_NOW_MS };
      return { seriesId, metricId, labels, ...checkpoint, episodes, bands: [] };
    };
    await saveDetection(database, [
      run(0, [...[1, 2, 3, 4, 5].map((day) => pageAt(day)), { ...pageAt(6), severity: 'low' }]),
      run(1, [pageAt(7)]),
    ]);
  }, 30_000);
  afterAll(() => server.close());
  beforeEach(async () => {
    secret = '';
    await server.database.query('delete from truth_incidents');
  });

  const tell = async (incidents: object[], more: object = {}) => {
    const answer = await server.call('POST', `${PATH}?user=ann`, { incidents, ...more });
    expect(answer.status, answer.text).toBe(200);
    return TruthIncidentsKept.parse(answer.body);
  };
  const list = async (query = '') =>
    TruthIncidentList.parse((await server.call('GET', `${PATH}${query}`)).body);
  const report = async (query = '') => {
    const { status, body, text } = await server.call('GET', `/api/v1/reports/incidents${query}`);
    expect(status, text).toBe(200);
    return IncidentReport.parse(body);
  };

  test('incidents are kept, listed newest first, learn their end, and stay away once removed', async () => {
    const first = { name: 'db down', labels: { host: 'a' }, started_at: noon(3) };
    expect(await tell([first, { name: 'later', started_at: noon(2) }])).toMatchObject({
      added: 2,
      message: 'Incidents kept',
    });
    const ended = { ...first, ended_at: noon(3, 60) };
    expect(await tell([ended, ended])).toMatchObject({
      added: 0,
      truth_incidents: [{ name: 'db down' }],
    });
    expect(await tell([first])).toMatchObject({ truth_incidents: [{ ended_at: noon(3, 60) }] });
    const { total, truth_incidents: rows } = await list();
    expect(total).toBe(2);
    expect(rows).toMatchObject([
      { name: 'later', ended_at: null, source: 'api', created_by: 'ann' },
      { name: 'db down', labels: { host: 'a' }, started_at: noon(3), ended_at: noon(3, 60) },
    ]);
    expect((await list(`?start_time=${noon(3, 61)}`)).total).toBe(1);
    expect((await list(`?end_time=${noon(3)}&limit=1`)).total).toBe(1);
    const id = rows[1]?.id;
    expect((await server.call('GET', `${PATH}/${id}`)).body).toEqual(rows[1]);
    expect((await server.call('DELETE', `${PATH}/${id}`)).body).toMatchObject({
      message: 'Incident removed',
    });
    expect(await tell([first])).toMatchObject({ added: 0, truth_incidents: [] });
    expect((await server.call('GET', `${PATH}/${id}`)).status).toBe(404);
  });

  test('the report equals a hand count', async () => {
    await tell([
      // Found ten minutes before, in time, and five minutes after.
      { name: 'one', started_at: noon(1), ended_at: noon(1, 30) },
      { name: 'two', started_at: noon(2, -10), ended_at: noon(2, 30) },
      { name: 'three', labels: { host: 'a' }, started_at: noon(3, -15), ended_at: noon(3, 30) },
      // Missed: of another host, too long after, only a low one, no anomaly at all.
      { name: 'four', labels: { host: 'b' }, started_at: noon(4), ended_at: noon(4, 30) },
      { name: 'five', started_at: noon(5, 60), ended_at: noon(5, 90) },
      { name: 'six', started_at: noon(6), ended_at: noon(6, 30) },
      { name: 'nine', started_at: noon(9), ended_at: noon(9, 30) },
      // Began before the first series was met.
      { name: 'long ago', started_at: noon(20), ended_at: noon(20, 30) },
    ]);
    const told = await report();
    expect(told).toMatchObject({
      start: noon(14),
      end: noon(0),
      weeks: 2,
      found: 3,
      missed: 4,
      outside: 0,
      recall: 3 / 7,
      // Six pages; those of days 4, 5 and 7 are of nothing.
      precision: 3 / 6,
      pages: 6,
      true_pages: 3,
      pages_per_week: 3,
      // 10 minutes before, 0, 5 minutes after
      median_lead_seconds: 0,
      missed_incidents: ['nine', 'six', 'five', 'four'],
    });
    expect(told.incidents.map(({ lead_seconds: lead }) => lead)).toEqual([
      null,
      null,
      null,
      null,
      -300,
      0,
      600,
    ]);
    expect(told.false_pages.map(({ opened_at: at }) => at)).toEqual(
      [7, 5, 4].map((day) => noon(day, -10)),
    );
    expect(await report('?lead=2h')).toMatchObject({ found: 4, lead_seconds: 7200 });
    const window = `?start=${noon(2, -60)}&end=${noon(2, 60)}`;
    expect(await report(window)).toMatchObject({ found: 1, missed: 0, precision: 1, pages: 1 });
  });

  test('what a rule keeps quiet pages nobody in a report either', async () => {
    const made = await server.call('POST', '/api/v1/rules', {
      condition: { kind: 'direction', direction: 'above' },
      scope: { kind: 'labels', match: { host: 'b' } },
    });
    const quiet = 'update anomalies set quieted_by = $1 where labels @> $2::jsonb';
    await server.database.query(quiet, [made.body['id'], '{"host": "b"}']);
    expect((await report()).pages).toBe(5);
    await server.database.query('update anomalies set quieted_by = null');
    expect((await report()).pages).toBe(6);
  });

  test('the report is a page that stands alone when asked for one', async () => {
    await tell([{ name: '<script>x</script>', started_at: noon(1), ended_at: noon(1, 30) }]);
    const { status, headers, text } = await server.call(
      'GET',
      '/api/v1/reports/incidents?format=html',
    );
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toMatch(/^<!doctype html>/);
    expect(text).toContain('&lt;script&gt;x&lt;/script&gt;');
    expect(text).not.toMatch(/<script|src=|href=/);
  });

  const alert = (over: object = {}) => ({
    status: 'firing',
    labels: { alertname: 'Down', host: 'a' },
    annotations: { summary: 'a is down' },
    startsAt: noon(1),
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint: 'f1',
    ...over,
  });
  const hook = async (body: object | string, headers: Record<string, string> = {}) => {
    const { statusCode, body: text } = await server.api.inject({
      method: 'POST',
      url: HOOK,
      headers: { 'content-type': 'application/json', ...headers },
      payload: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: statusCode, body: JSON.parse(text) as unknown };
  };

  test('Alertmanager tells when an incident begins and ends, once however often it says so', async () => {
    const own = alert({ labels: { alertname: 'SAIMonIncident' }, fingerprint: 'f2' });
    expect(await hook(message(alert(), own))).toMatchObject({
      status: 200,
      body: { kept: 1, ignored: 1 },
    });
    await hook(message(alert()));
    expect((await list()).truth_incidents).toMatchObject([
      {
        name: 'Down',
        labels: { host: 'a' },
        started_at: noon(1),
        ended_at: null,
        source: 'alertmanager',
      },
    ]);
    await hook(message(alert({ status: 'resolved', endsAt: noon(1, 20) })));
    await hook(message(alert()));
    expect((await list()).truth_incidents).toMatchObject([{ ended_at: noon(1, 20) }]);
    await hook(message(alert({ startsAt: noon(0, -60) })));
    expect((await list()).total).toBe(2);
    expect(await report()).toMatchObject({ found: 1, missed: 1 });
  });

  test('with a secret, only what knows it is taken', async () => {
    secret = SECRET;
    const body = JSON.stringify(message(alert()));
    const signed = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: SECRET },
      { 'x-hub-signature-256': signed.replace(/.$/, (last) => (last === '0' ? '1' : '0')) },
    ]) {
      const refused = await hook(body, headers);
      expect(refused.status).toBe(401);
      expect(JSON.stringify(refused.body)).not.toContain(SECRET);
    }
    expect((await list()).total).toBe(0);
    expect((await hook(`${body} `, { 'x-hub-signature-256': signed })).status).toBe(401);
    expect((await hook(body, { authorization: `Bearer ${SECRET}` })).status).toBe(200);
    expect((await hook(body, { 'x-hub-signature-256': signed })).status).toBe(200);
    expect((await list()).total).toBe(1);
  });

  test.each([
    ['not JSON', '{', 400],
    ['another version', { version: '3', alerts: [] }, 422],
    ['no alerts', { version: '4' }, 422],
    ['no start', message(alert({ startsAt: 'yesterday' })), 422],
    ['an unknown status', message(alert({ status: 'smoking' })), 422],
    ['labels that are no text', message(alert({ labels: { alertname: 7 } })), 422],
  ])('a webhook with %s is refused', async (_, body, status) => {
    const answer = await hook(body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error: expect.stringMatching(/^Cannot /) });
  });

  const incident = { name: 'x', started_at: noon(1) };
  test.each([
    [{}, 'incidents'],
    [{ incidents: [] }, 'incidents'],
    [{ incidents: [{ ...incident, name: ' ' }] }, 'name'],
    [{ incidents: [{ ...incident, started_at: 'soon' }] }, 'started_at'],
    [{ incidents: [{ ...incident, ended_at: noon(2) }] }, 'ended_at'],
    [{ incidents: [{ ...incident, labels: { host: 1 } }] }, 'host'],
    [{ incidents: [{ ...incident, severity: 'high' }] }, '0'],
    [{ incidents: [incident], source: 'alertmanager' }, 'source'],
  ])('telling %j is 422 and says where', async (body, where) => {
    const answer = await server.call('POST', PATH, body);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`"${where}"],"msg":"`);
  });

  test.each([
    ['GET', `${PATH}/999999`, 404],
    ['DELETE', `${PATH}/999999`, 404],
    ['GET', `${PATH}?start_time=x`, 422],
    ['GET', '/api/v1/reports/incidents?start=x', 422],
    ['GET', '/api/v1/reports/incidents?lead=soon', 422],
    ['GET', '/api/v1/reports/incidents?format=pdf', 422],
    ['GET', `/api/v1/reports/incidents?start=${noon(1)}&end=${noon(2)}`, 422],
  ] as const)('%s %s is %i', async (method, path, status) => {
    const answer = await server.call(method, path);
    expect(answer.status).toBe(status);
    expect(answer.body['error']).toMatch(/^Cannot /);
  });
}

/** Opened ten minutes before noon of that many days ago, for twenty minutes. */
function pageAt(daysBefore: number): EpisodeDraft {
  const atMs = TEST_NOW_MS - daysBefore * DAY_MS;
  return { ...sampleEpisode(atMs), endedAtMs: atMs + 10 * 60_000 };
}
