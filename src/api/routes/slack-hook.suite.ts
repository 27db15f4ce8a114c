import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AuditList } from '../../contract/audit.ts';
import { Details } from '../../contract/labels.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../../engine/engine-options.ts';
import { saveQueries } from '../../store/queries-table.ts';
import { saveDetection } from '../../store/save-detection.ts';
import { ensureSeries } from '../../store/series-table.ts';
import { sampleEpisode } from '../sample-episode.ts';
import { groupAnomalies, openTestApi, TEST_NOW_MS, type TestApi } from '../test-api.ts';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const NOW_S = TEST_NOW_MS / 1000;

/** A part of api.test.ts, where all parts share one database. It is Sunday noon. */
export function slackHookSuite(): void {
  let server: TestApi;
  let signs = true;

  beforeAll(async () => {
    const slack = {
      type: 'slack',
      bot_token: 'xoxb',
      channel: '#ops',
      signing_secret: SECRET,
      api_url: 'http://127.0.0.1:9/api',
    } as const;
    const own = { ...DEFAULT_ENGINE_OPTIONS.notify, channels: { chat: slack } };
    server = await openTestApi({
      watching: () => ({
        ...DEFAULT_ENGINE_OPTIONS,
        ...(signs && { notify: own }),
      }),
    });
    const labels = { host: 'web-1' };
    for (const alias of ['cpu_of_slack', 'disk_of_slack']) {
      const { queries } = await saveQueries(server.database, 'config', [{ alias, expr: 'up' }]);
      const metricId = queries[0]?.id ?? 0;
      const [series] = await ensureSeries(server.database, metricId, [{ labels, stepMs: 60_000 }]);
      await saveDetection(server.database, [
        {
          seriesId: series?.id ?? 0,
          metricId,
          labels,
          scoredFromMs: null,
          scoredUntilMs: TEST_NOW_MS,
          episodes: [sampleEpisode(TEST_NOW_MS)],
          bands: [],
        },
      ]);
    }
    await groupAnomalies(server.database);
  }, 30_000);
  afterAll(() => server.close());

  interface Press {
    readonly value?: string;
    readonly seconds?: number | string;
    readonly signature?: string;
    readonly body?: string;
    readonly secret?: string;
    /** Makes the request another one. */
    readonly trigger?: string;
  }

  async function press({
    value = '1 confirmed',
    seconds = NOW_S,
    secret = SECRET,
    trigger = '1',
    ...more
  }: Press) {
    const payload = JSON.stringify({
      type: 'block_actions',
      trigger_id: trigger,
      user: { id: 'U1', username: 'ann' },
      actions: [{ action_id: `saimon_verdict_${value.split(' ')[1]}`, value }],
    });
    const body = more.body ?? new URLSearchParams({ payload }).toString();
    const hex = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
    const answer = await server.api.inject({
      method: 'POST',
      url: '/api/v1/hooks/slack',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': String(seconds),
        'x-slack-signature': more.signature ?? `v0=${hex}`,
      },
      payload: body,
    });
    return { status: answer.statusCode, body: Details.parse(answer.json()) };
  }

  test('a button judges every anomaly of its incident, once, and who pressed it is kept', async () => {
    expect(await press({ value: '1 false_positive' })).toEqual({
      status: 200,
      body: { message: 'Incident marked as a false alarm', incident_id: 1 },
    });
    const judged = await server.call('GET', '/api/v1/anomalies');
    expect(judged.body['anomalies']).toMatchObject([
      { is_confirmed: false, confirmed_by: 'ann' },
      { is_confirmed: false, confirmed_by: 'ann' },
    ]);
    const { body } = await server.call('GET', '/api/v1/audit?subject=incidents');
    expect(AuditList.parse(body).entries).toMatchObject([
      { user: 'ann', via: 'slack', subject: 'incidents/1', after: { is_confirmed: false } },
    ]);
    expect((await press({ value: '1 confirmed' })).status).toBe(200);
  });

  test('the same request again is refused', async () => {
    expect((await press({ trigger: '2' })).status).toBe(200);
    expect(await press({ trigger: '2' })).toMatchObject({
      status: 401,
      body: { error: expect.stringContaining('it was taken before') },
    });
  });

  test.each<[string, Press, string]>([
    ['not signed', { signature: '' }, 'expected X-Slack-Signature'],
    ['signed with another secret', { secret: 'x' }, 'expected X-Slack-Signature'],
    ['signed with half a signature', { signature: 'v0=ab' }, 'expected X-Slack-Signature'],
    ['too old', { seconds: NOW_S - 301 }, 'of the last five minutes'],
    ['of the future', { seconds: NOW_S + 301 }, 'of the last five minutes'],
    ['without a time', { seconds: 'soon' }, 'of the last five minutes'],
  ])('a request that is %s is refused', async (_, given, why) => {
    const { status, body } = await press({ trigger: '3', ...given });
    expect(status).toBe(401);
    expect(body['error']).toContain(why);
    expect(JSON.stringify(body)).not.toContain(SECRET);
  });

  test('without a signing secret nothing is taken', async () => {
    signs = false;
    expect(await press({ trigger: '4' })).toMatchObject({ status: 401 });
    signs = true;
  });

  test('a signed request that cannot be used is 4xx', async () => {
    expect((await press({ body: 'payload=nonsense' })).status).toBe(400);
    expect((await press({ body: `payload=${encodeURIComponent('{"type":"x"}')}` })).status).toBe(
      422,
    );
    expect((await press({ value: '1 perhaps' })).status).toBe(422);
    expect((await press({ value: '99 confirmed' })).status).toBe(404);
  });
}
