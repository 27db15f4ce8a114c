import { afterAll, beforeAll, expect, test } from 'vitest';
import { Anomaly, AnomalyList } from '../../contract/anomaly.ts';
import { Explanation, SimilarAnomalies } from '../../contract/explanation.ts';
import { DAY_MS } from '../../core/civil-time.ts';
import { MINUTE_MS, noise, TestWorld } from '../../engine/test-engine.ts';
import type { EpisodeDraft } from '../../store/detection.ts';
import { saveDetection } from '../../store/save-detection.ts';
import { sampleEpisode } from '../sample-episode.ts';
import { openTestApi, TEST_NOW_MS, type TestApi } from '../test-api.ts';

const FIRST_MS = TEST_NOW_MS + 20 * MINUTE_MS;
const SECOND_MS = FIRST_MS + 60 * MINUTE_MS;
const DIP_MS = FIRST_MS + 30 * MINUTE_MS;

function during(timeMs: number, fromMs: number): boolean {
  return timeMs >= fromMs && timeMs < fromMs + 10 * MINUTE_MS;
}

function member(name: string, share: number) {
  return { name, detector: 'combination', meaning: '', ratio: share, share };
}

/** A part of api.test.ts: what a real engine has found of two jumps of one series and a dip of another. */
export function explanationsSuite(): void {
  let server: TestApi;

  beforeAll(async () => {
    server = await openTestApi();
    const world = new TestWorld(server.database, { startMs: TEST_NOW_MS });
    world.source.add('load', { host: 'a' }, (timeMs) =>
      during(timeMs, FIRST_MS) || during(timeMs, SECOND_MS) ? noise(timeMs) + 15 : noise(timeMs),
    );
    world.source.add('load', { host: 'b' }, (timeMs) =>
      during(timeMs, DIP_MS) ? noise(timeMs, 1) - 20 : noise(timeMs, 1),
    );
    const engine = world.engine();
    await engine.detectOnce();
    await engine.trainOnce();
    await world.run(engine, 120, 20);
  }, 60_000);
  afterAll(() => server.close());

  const explain = async (id: number) => {
    const { status, body } = await server.call('GET', `/api/v1/anomalies/${id}/explain`);
    expect(status).toBe(200);
    expect(Explanation.parse(body)).toEqual(body);
    return Explanation.parse(body);
  };
  const similar = async (id: number, query = '') => {
    const { status, body } = await server.call('GET', `/api/v1/anomalies/${id}/similar${query}`);
    expect(status).toBe(200);
    return SimilarAnomalies.parse(body);
  };
  /** Ids by host and time of opening. */
  const idsOf = async (host: string): Promise<number[]> => {
    const { body } = await server.call('GET', '/api/v1/anomalies?metric_name=load');
    const { anomalies } = AnomalyList.parse(body);
    return anomalies
      .filter(({ labels }) => labels['host'] === host)
      .toSorted((one, other) => (one.opened_at < other.opened_at ? -1 : 1))
      .map(({ id }) => id);
  };

  test('an anomaly says why: one sentence, parts that sum to its ratio, what was normal, how it was known', async () => {
    const [id = 0] = await idsOf('a');
    const told = await explain(id);
    expect(told.sentence).toMatch(
      /^load of a went up to \S+, expected \S+ to \S+ at that time, for \d\d minutes \(12:20 to 12:\d\d\); its? .+$/,
    );
    expect(told.explanation).toContain(told.sentence);
    const sum = told.contributions.reduce((all, { ratio }) => all + ratio, 0);
    expect(sum).toBeCloseTo(told.deviation_ratio ?? 0, 1);
    expect(told.contributions.reduce((all, { share }) => all + share, 0)).toBeCloseTo(1, 2);
    expect(told.deviation).toBeCloseTo((told.value ?? 0) - (told.expected ?? 0), 9);
    const [lower, upper] = told.normal_would_be ?? [];
    expect(lower).toBeLessThan(told.expected ?? 0);
    expect(upper).toBeGreaterThan(told.expected ?? 0);
    expect(told).toMatchObject({
      kind: 'deviation',
      status: 'closed',
      labels: { host: 'a' },
      direction: 'above',
      data_quality: { coverage: 1, gaps: 0, longest_gap_seconds: 0 },
      models: { zscore: expect.any(String) },
      past_weeks: [1, 2, 3, 4].map((weeks) => ({ weeks_ago: weeks, value: null })),
      drift: null,
      missing: [],
    });
    // A day of history at a sample a minute, and the twenty minutes before it jumped.
    expect(Math.abs((told.training?.samples ?? 0) - 1460)).toBeLessThan(20);
  });

  test('earlier anomalies come with how alike they are and what became of them, those of the series first', async () => {
    const [first = 0, second = 0] = await idsOf('a');
    const [dip = 0] = await idsOf('b');
    await server.call('POST', `/api/v1/anomalies/${first}/confirm?confirmed=true`);
    const { compared, similar: found } = await similar(second);
    expect(compared).toBe(2);
    expect(found.map(({ anomaly }) => anomaly.id)).toEqual([first, dip]);
    expect(found[0]).toMatchObject({ same_series: true, ending: 'returned', is_confirmed: true });
    expect(found[0]?.duration_seconds).toBeGreaterThan(500);
    expect(found[0]?.similarity).toBeGreaterThan(0.7);
    expect(found[1]?.similarity).toBeLessThan(0.6);
    expect((await similar(second, '?limit=1')).similar).toHaveLength(1);
    expect(await similar(first)).toEqual({
      anomaly_id: first,
      compared: 0,
      rules: [],
      similar: [],
    });
  });

  test('what another program reported, or an older version kept, is explained as far as it goes', async () => {
    const report = { metric_name: 'shop', timestamp: '2026-11-22T10:00:00', value: 7 };
    const rest = { expected_value: 2, anomaly_score: 0.9, severity: 'medium' };
    const { body } = await server.call('POST', '/api/v1/anomalies', { ...report, ...rest });
    const told = await explain(Number(body['anomaly_id']));
    expect(told.sentence).toBe('shop went up to 7, expected 2 at that time, at 10:00');
    expect(told).toMatchObject({ contributions: [], training: null, normal_would_be: null });
    expect(told.missing).toEqual([
      'normal_would_be',
      'contributions',
      'past_weeks',
      'training',
      'data_quality',
    ]);
    expect((await similar(told.anomaly_id)).similar).toEqual([]);
  });

  const DRIFT = {
    since: '2026-11-16T00:00:00.000Z',
    per_day: 2,
    per_day_error: 0.1,
    reaches: {
      limit: 20,
      at: '2026-12-01T00:00:00.000Z',
      earliest: '2026-11-28T00:00:00.000Z',
      latest: null,
    },
  };
  const STANDSTILL = { since: '1970-01-02T23:48:00.000Z', longest_before_seconds: 600 };
  test.each([
    ['flat_line', {}, 'load of a has stood still at 9 since 23:48'],
    [
      'flat_line',
      STANDSTILL,
      'still at 9 since 23:48; its longest standstill before was 10 minutes',
    ],
    ['absence', STANDSTILL, 'load of a has sent no sample since 23:48; its longest pause before'],
    ['combination', {}, 'load of a hardly ever stands at 9 while'],
    [
      'combination',
      { contributions: [member('cpu', 0.7), member('memory', 0.3)] },
      'cpu and memory of a move in an unusual combination for 12 minutes so far (since 23:48)',
    ],
    [
      'drift',
      {},
      'load of a drifts slowly up since 2 Jan 1970, its mean of a day is 9, expected at most 2',
    ],
    ['drift', { drift: DRIFT }, 'slowly up by 2 a day since 16 Nov 2026, its mean of a day is 9'],
    ['drift', { drift: DRIFT }, '; if it goes on it reaches 20 about 1 Dec 2026'],
  ] as const)('a %s with %j is told in its own words', async (kind, context, sentence) => {
    const id = await keep({ ...sampleEpisode(2 * DAY_MS), kind, context });
    const told = await explain(id);
    expect(told.sentence).toContain(sentence);
    expect(told.missing).toContain('training');
    for (const part of ['drift', 'standstill', 'contributions']) {
      if (part in context) expect(told.missing).not.toContain(part);
    }
    if (kind === 'drift') expect(told.missing.includes('drift')).toBe(!('drift' in context));
  });

  /** Writes an episode of the first series as a run would; gives its id. */
  async function keep(episode: EpisodeDraft): Promise<number> {
    const [near = 0] = await idsOf('a');
    const { body } = await server.call('GET', `/api/v1/anomalies/${near}`);
    const { series_id: seriesId, metric_id: metricId } = Anomaly.parse(body);
    const [before] = await server.database.query<{ until: number }>(
      'select scored_until as until from checkpoints where series_id = $1',
      [seriesId],
    );
    const untilMs = before?.until ?? 0;
    await saveDetection(server.database, [
      {
        seriesId: seriesId ?? 0,
        metricId: metricId ?? 0,
        labels: { host: 'a' },
        scoredFromMs: untilMs,
        scoredUntilMs: untilMs + 1,
        episodes: [episode],
        bands: [],
      },
    ]);
    const list = await server.call('GET', `/api/v1/anomalies?series_id=${seriesId}&status=open`);
    const kept = AnomalyList.parse(list.body).anomalies;
    return kept.find(({ kind }) => kind === episode.kind)?.id ?? 0;
  }

  test.each(['explain', 'similar'])('%s of an unknown anomaly is 404', async (what) => {
    expect((await server.call('GET', `/api/v1/anomalies/999999/${what}`)).status).toBe(404);
    expect((await server.call('GET', `/api/v1/anomalies/x/${what}`)).status).toBe(422);
  });

  test.each(['limit=0', 'limit=51', 'limit=a'])('similar?%s is 422', async (query) => {
    const { status } = await server.call('GET', `/api/v1/anomalies/1/similar?${query}`);
    expect(status).toBe(422);
  });
}
