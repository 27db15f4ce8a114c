import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { AuditList } from '../contract/audit.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../engine/engine-options.ts';
import type { Database } from '../store/database.ts';
import { installationId } from '../store/installation.ts';
import { saveQueries } from '../store/queries-table.ts';
import { saveDetection } from '../store/save-detection.ts';
import { saveTrainings } from '../store/save-trainings.ts';
import { ensureSeries } from '../store/series-table.ts';
import { everyRow } from '../store/test-rows.ts';
import { sampleEpisode } from './sample-episode.ts';
import { groupAnomalies, openTestApi, TEST_NOTIFY, TEST_NOW_MS, type TestApi } from './test-api.ts';

const SLACK_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const WithId = z.object({ id: z.int() });
const Paths = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** Makes every press of a button another one. */
let presses = 0;

interface Example {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly route: string;
  readonly url: string;
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `POST /api/v1/silences/{id}/expire 1`, and its body; `new` is the one that was made last. */
function example(line: string, body?: Example['body'], headers?: Example['headers']): Example {
  const [method = '', route = '', key = ''] = line.split(' ');
  if (method !== 'POST' && method !== 'PUT' && method !== 'DELETE') throw new TypeError(line);
  return {
    method,
    route: `${method} ${route}`,
    url: route.replace(/\{\w+\}/, key),
    ...(body !== undefined && { body }),
    ...(headers !== undefined && { headers }),
  };
}

const RULE = {
  anomaly_kind: 'deviation',
  condition: { kind: 'direction', direction: 'below' },
  scope: { kind: 'series', series_id: 1 },
};
const SPAN = { starts_at: '2026-11-23T00:00:00Z', ends_at: '2026-11-23T01:00:00Z' };

/** One of every request that changes something, in an order in which what one makes the next ones change. */
const EXAMPLES: readonly Example[] = [
  example('POST /api/v1/silences', { matchers: ['a=b'], ...SPAN }),
  example('POST /api/v1/silences/{id}/expire new'),
  example('POST /api/v1/silences', { matchers: ['a=b'], ...SPAN }),
  example('DELETE /api/v1/silences/{id} new'),
  example('POST /api/v1/maintenance-windows', { title: 'Work', match: { a: 'b' }, ...SPAN }),
  example('DELETE /api/v1/maintenance-windows/{id} new'),
  example('POST /api/v1/events', { kind: 'deploy' }),
  example('DELETE /api/v1/events/{id} new'),
  example('POST /api/v1/calendars', { name: 'off', content: 'date,name\n2026-12-24,Eve\n' }),
  example('DELETE /api/v1/calendars/{id} new'),
  example('POST /api/v1/channels', { name: 'x', type: 'webhook', url: 'http://127.0.0.1:9/' }),
  example('POST /api/v1/channels/{name}/test x'),
  example('POST /api/v1/notifications/{id}/retry 900'),
  example('DELETE /api/v1/channels/{name} x'),
  example('POST /api/v1/rules', RULE),
  example('POST /api/v1/rules/{id}/disable new'),
  example('POST /api/v1/rules/{id}/enable new'),
  example('DELETE /api/v1/rules/{id} new'),
  example('POST /api/v1/anomalies/{id}/confirm?confirmed=true 1'),
  example('POST /api/v1/anomalies/{id}/feedback 1', { verdict: 'false_positive' }),
  example('POST /api/v1/alerts/{id}/acknowledge 1'),
  example('POST /api/v1/alerts/{id}/resolve 1'),
  example('POST /api/v1/incidents/{id}/notes 1', { text: 'Seen' }),
  example('POST /api/v1/incidents/{id}/acknowledge 1'),
  example('POST /api/v1/incidents/{id}/merge 1', { incident_ids: [2] }),
  example('POST /api/v1/incidents/{id}/resolve 1'),
  example('POST /api/v1/models/{id}/activate 1'),
  example('POST /api/v1/models/{id}/rollback?version=2026-11-22.2 1'),
  example('POST /api/v1/models/{id}/train 1'),
  example('POST /api/v1/models', { name: 'm', version: '1', model_type: 'other' }),
  example('POST /api/v1/queries', { alias: 'more', expr: 'more' }),
  example('PUT /api/v1/queries/{alias} more', { expr: 'more + 1' }),
  example('DELETE /api/v1/queries/{alias} more'),
  example('POST /api/v1/metrics/discover'),
  example('POST /api/v1/truth-incidents', {
    incidents: [{ name: 'Disk full', started_at: SPAN.starts_at }],
  }),
  example('DELETE /api/v1/truth-incidents/{id} new'),
  example('POST /api/v1/hooks/alertmanager', {
    version: '4',
    alerts: [{ status: 'firing', labels: { alertname: 'Down' }, startsAt: SPAN.starts_at }],
  }),
  example('POST /api/v1/hooks/grafana', { text: 'Deployed', tags: ['deploy'] }),
  example(
    'POST /api/v1/hooks/github',
    {
      deployment: { id: 1, ref: 'main', environment: 'prod', created_at: SPAN.starts_at },
      repository: { full_name: 'acme/api' },
    },
    { 'x-github-event': 'deployment' },
  ),
  slackExample(),
  example('POST /-/reload'),
];

/** Changes nothing, or is sent by machines all day. */
const NOT_KEPT = [
  /^\w+ \/prometheus\//,
  /^\w+ \/api\/v1\/(write|detect|backtests)/,
  /^POST \/api\/v1\/(anomalies|rules\/preview)$/,
];

/** The same on every database; a part of api.test.ts, where all parts share one. It is Sunday noon. */
export function auditTransactionSuite(open: () => Promise<Database>): void {
  let server: TestApi;

  beforeAll(async () => {
    const slack = { type: 'slack', bot_token: 'x', channel: '#o', signing_secret: SLACK_SECRET };
    const notify = { ...TEST_NOTIFY, channels: { chat: slack } as const };
    server = await openTestApi({
      database: await open(),
      watching: () => ({ ...DEFAULT_ENGINE_OPTIONS, notify: Object(notify) }),
    });
    await seed(server);
  }, 30_000);
  afterAll(async () => {
    await server.close();
    await server.database.close();
  });

  async function send({ method, url, body, headers = {} }: Example): Promise<number> {
    const answer = await server.api.inject({
      method,
      url: url.includes('/new') ? url.replace('new', await newest(url)) : url,
      headers,
      ...(body !== undefined && { payload: body }),
    });
    return answer.statusCode;
  }

  /** The id of the thing that was made last. */
  async function newest(url: string): Promise<string> {
    const { body } = await server.call('GET', url.slice(0, url.indexOf('/new')));
    const [[one] = []] = z.array(z.array(WithId)).parse(Object.values(body).filter(Array.isArray));
    return String(one?.id);
  }

  /** Every row but those that say who did what. */
  async function everything(): Promise<Record<string, string>> {
    const rows = Object.entries(await everyRow(server.database));
    return Object.fromEntries(
      rows.filter(([table]) => !table.startsWith('audit') && table !== 'hook_receipts'),
    );
  }

  const kept = async () =>
    AuditList.parse((await server.call('GET', '/api/v1/audit?limit=1000')).body);

  test('there is an example here of every request that changes something', async () => {
    const { paths } = Paths.parse((await server.call('GET', '/openapi.json')).body);
    const changing = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const expected = changing.filter(
      (route) => !route.startsWith('GET ') && !NOT_KEPT.some((one) => one.test(route)),
    );
    const given = new Set(EXAMPLES.map(({ route }) => route.split('?')[0]));
    expect(given).toEqual(new Set(expected));
  });

  test.each(EXAMPLES)('$route changes nothing unless it is kept who did it', async (one) => {
    const before = await everything();
    const { total } = await kept();
    server.engine.asked.length = 0;
    await server.database.exec('alter table audit rename to audit_away');
    try {
      expect(await send(one)).toBe(500);
    } finally {
      await server.database.exec('alter table audit_away rename to audit');
    }
    expect(await everything()).toEqual(before);
    expect(server.engine.asked).toEqual([]);
    // Slack's signature is good for one request.
    expect(await send(one.route.endsWith('/slack') ? slackExample() : one)).toBeLessThan(300);
    const after = await kept();
    expect(after.total).toBe(total + 1);
    expect(after.entries[0]?.action.replaceAll(/:(\w+)/g, '{$1}')).toBe(one.route.split('?')[0]);
  });

  test('a webhook of Alertmanager that tells nothing new is not kept', async () => {
    const { total } = await kept();
    const alert = { labels: { alertname: 'Down' }, startsAt: SPAN.starts_at };
    const tell = async (more: object) =>
      server.call('POST', '/api/v1/hooks/alertmanager', {
        version: '4',
        alerts: [{ ...alert, ...more }],
      });
    expect((await tell({ status: 'firing' })).status).toBe(200);
    expect((await kept()).total).toBe(total);
    expect((await tell({ status: 'resolved', endsAt: SPAN.ends_at })).status).toBe(200);
    const { entries } = await kept();
    expect(entries).toHaveLength(total + 1);
    expect(entries[0]).toMatchObject({
      via: 'hook',
      after: { truth_incidents: [{ name: 'Down', ended_at: '2026-11-23T01:00:00.000Z' }] },
    });
  });
}

function slackExample(): Example {
  const value = '1 confirmed';
  const action = { action_id: 'saimon_verdict_confirmed', value };
  const payload = JSON.stringify({
    type: 'block_actions',
    trigger_id: String(presses++),
    user: { id: 'U1' },
    actions: [action],
  });
  const body = new URLSearchParams({ payload }).toString();
  const seconds = String(TEST_NOW_MS / 1000);
  const hmac = createHmac('sha256', SLACK_SECRET).update(`v0:${seconds}:${body}`);
  return example('POST /api/v1/hooks/slack', body, {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': seconds,
    'x-slack-signature': `v0=${hmac.digest('hex')}`,
  });
}

/** Two series with an anomaly, an alert and an incident each, two versions of a model, a message that was given up. */
async function seed({ database }: TestApi): Promise<void> {
  for (const [i, alias] of ['cpu', 'disk'].entries()) {
    const { queries } = await saveQueries(database, 'config', [{ alias, expr: alias }]);
    const metricId = queries[0]?.id ?? 0;
    const labels = { host: `web-${i}` };
    const [series] = await ensureSeries(database, metricId, [{ labels, stepMs: 60_000 }]);
    const seriesId = series?.id ?? 0;
    const run = { seriesId, metricId, labels, scoredFromMs: null, scoredUntilMs: TEST_NOW_MS };
    // Hours apart, so that they are two incidents.
    const episode = sampleEpisode(TEST_NOW_MS - i * 6 * 3_600_000);
    await saveDetection(database, [{ ...run, episodes: [episode], bands: [] }]);
    for (const version of [1, 2]) {
      const snapshot = Uint8Array.of(version);
      const detector = { kind: 'zscore', snapshot, config: {}, metrics: {} };
      const trainedAtMs = TEST_NOW_MS - version;
      await saveTrainings(database, [{ seriesId, trainedAtMs, wins: true, detectors: [detector] }]);
    }
  }
  await installationId(database);
  await groupAnomalies(database);
  await database.exec(
    `insert into notifications (id, incident_id, channel, kind, status, created_at)
     overriding system value values (900, 1, 'chat', 'firing', 'failed', now())`,
  );
}
