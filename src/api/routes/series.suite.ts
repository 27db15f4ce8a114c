import { afterAll, beforeAll, expect, test } from 'vitest';
import { Alert, AlertList } from '../../contract/alert.ts';
import { AnomalyList } from '../../contract/anomaly.ts';
import { Bands, Series, SeriesList } from '../../contract/series.ts';
import { BandRecorder } from '../../core/model/band-chunk.ts';
import { saveQueries } from '../../store/queries-table.ts';
import { saveDetection } from '../../store/save-detection.ts';
import { ensureSeries, updateSeries } from '../../store/series-table.ts';
import { sampleEpisode } from '../sample-episode.ts';
import { openTestApi, TEST_NOW_MS, type TestApi } from '../test-api.ts';

/** Planned work that the anomaly has outlasted. */
const WORK = {
  title: 'Upgrade',
  start: '2026-11-22T11:00:00.000Z',
  end: '2026-11-22T11:55:00.000Z',
};

/** A part of api.test.ts, where all parts share one database. */
export function seriesSuite(): void {
  let server: TestApi;
  let readyId: number;
  let learningId: number;
  let alertId: number;
  const MINUTE_MS = 60_000;

  beforeAll(async () => {
    server = await openTestApi();
    const { database } = server;
    const query = { alias: 'cpu', expr: 'cpu_busy', unit: 'ratio' };
    const { queries } = await saveQueries(database, 'config', [query]);
    const queryId = queries[0]?.id ?? 0;
    const [ready, learning] = await ensureSeries(database, queryId, [
      { labels: { instance: 'a' }, stepMs: 15_000 },
      { labels: { instance: 'b' }, stepMs: 15_000 },
    ]);
    readyId = ready?.id ?? 0;
    learningId = learning?.id ?? 0;
    await updateSeries(database, [
      { id: readyId, state: 'ready', reason: '', samplesSeen: 5000, lastSampleAtMs: TEST_NOW_MS },
      { id: learningId, state: 'learning', reason: '250 of 1000 samples', samplesSeen: 250 },
    ]);
    const recorder = new BandRecorder();
    for (let minute = 0; minute <= 60; minute++) {
      const timeMs = TEST_NOW_MS - minute * MINUTE_MS;
      const ratio = minute === 9 ? 3 : 0.1;
      recorder.add({ timeMs, value: 1, expected: 1, lower: 0, upper: 2, ratio, flagged: false });
    }
    const { alerts } = await saveDetection(database, [
      {
        seriesId: readyId,
        metricId: queryId,
        labels: { instance: 'a' },
        scoredFromMs: null,
        scoredUntilMs: TEST_NOW_MS,
        episodes: [{ ...sampleEpisode(TEST_NOW_MS), context: { maintenance: WORK } }],
        bands: recorder.drain(),
      },
    ]);
    alertId = alerts[0]?.id ?? 0;
  }, 30_000);
  afterAll(() => server.close());

  const list = async (query: string) =>
    SeriesList.parse((await server.call('GET', `/api/v1/series?${query}`)).body);

  test('series are listed with their progress, by state and by search', async () => {
    const all = await list('');
    expect(all).toMatchObject({ total: 2, by_state: { ready: 1, learning: 1, stale: 0 } });
    expect(all.series.map((series) => series.id)).toEqual([learningId, readyId]);
    expect(all.series[0]).toMatchObject({
      metric_name: 'cpu',
      query: 'cpu_busy',
      unit: 'ratio',
      labels: { instance: 'b' },
      state: 'learning',
      reason: '250 of 1000 samples',
      samples_seen: 250,
      samples_needed: 1000,
      progress: 0.25,
      // 750 samples of 15 s
      seconds_left: 11_250,
    });
    expect(await list('state=ready')).toMatchObject({ total: 1, series: [{ id: readyId }] });
    expect(await list('search=CP')).toMatchObject({ total: 2 });
    expect(await list('search=none')).toMatchObject({ total: 0 });
    expect(await list('label=instance=b')).toMatchObject({
      total: 1,
      series: [{ id: learningId }],
    });
    expect((await server.call('GET', '/api/v1/series?label=b')).status).toBe(422);
    expect((await server.call('GET', '/api/v1/series?state=lost')).status).toBe(422);
  });

  test('series are listed by how many anomalies they began in the last seven days', async () => {
    expect(await list('min_anomalies=1')).toMatchObject({
      total: 1,
      series: [{ id: readyId, anomalies_7d: 1 }],
    });
    await server.clock.advance(8 * 24 * 60 * MINUTE_MS);
    expect(await list('min_anomalies=1&limit=9')).toMatchObject({ total: 0 });
    await server.clock.advance(-8 * 24 * 60 * MINUTE_MS);
  });

  test('one series is ready and waits for nothing', async () => {
    const { body } = await server.call('GET', `/api/v1/series/${readyId}`);
    expect(Series.parse(body)).toMatchObject({ progress: 1, seconds_left: null });
    expect((await server.call('GET', '/api/v1/series/999')).status).toBe(404);
    expect((await server.call('GET', '/api/v1/series/999/bands')).status).toBe(404);
  });

  test('bands are columns of equal length that keep the highest ratio of a step', async () => {
    const { body } = await server.call('GET', `/api/v1/series/${readyId}/bands?step=20m`);
    const bands = Bands.parse(body);
    expect(bands).toMatchObject({
      series_id: readyId,
      start: '2026-11-22T11:00:00.000Z',
      end: '2026-11-22T12:00:00.000Z',
      step: '20m',
      // The peak of its anomaly, nine minutes before the end, is not lost in a step of 20 minutes.
      value: [0, 1, 9, 3],
      expected: [1, 1, 1, 1],
      upper: [2, 2, 2, 2],
      lower: [0, 0, null, 0],
      ratio: [0.1, 0.1, 3, 0.1],
      warnings: [],
    });
    expect(server.source.asked.at(-1)?.expr).toContain('label_replace(vector(1), "instance", "a"');
    const minutes = Bands.parse((await server.call('GET', `/api/v1/series/${readyId}/bands`)).body);
    expect(minutes.times).toHaveLength(61);
    expect(Math.max(...minutes.score.map(Number))).toBeCloseTo(0.973, 5);
  });

  test('bands are shown without values but those of anomalies while the source is away', async () => {
    server.source.away = true;
    const { body } = await server.call('GET', `/api/v1/series/${readyId}/bands?step=30m`);
    server.source.away = false;
    expect(Bands.parse(body)).toMatchObject({
      value: [null, 9, null],
      expected: [1, 1, 1],
      warnings: ['Cannot reach it: connection refused'],
    });
  });

  test('too many points of bands are 422', async () => {
    const path = `/api/v1/series/${readyId}/bands?start=2026-01-01&step=1m`;
    expect((await server.call('GET', path)).status).toBe(422);
  });

  test('an open anomaly shows infinities as null and when it began', async () => {
    const { body } = await server.call('GET', '/api/v1/anomalies?status=open');
    expect(AnomalyList.parse(body).anomalies[0]).toMatchObject({
      series_id: readyId,
      lower: null,
      upper: 2,
      deviation_ratio: 3,
      started_at: '2026-11-22T11:48:00.000Z',
      ended_at: null,
      direction: 'above',
      explanation: 'cpu is 9, expected 1',
      maintenance: WORK,
    });
  });

  test('an alert is listed, acknowledged and resolved', async () => {
    const { body } = await server.call('GET', '/api/v1/alerts?status=pending&severity=high');
    expect(AlertList.parse(body)).toMatchObject({
      total: 1,
      alerts: [{ id: alertId, title: 'cpu is high', channels: [], status: 'pending' }],
    });
    expect((await server.call('GET', '/api/v1/alerts?severity=low')).body['total']).toBe(0);
    const path = `/api/v1/alerts/${alertId}`;
    expect((await server.call('POST', `${path}/acknowledge?user=ada`)).body).toEqual({
      message: 'Alert acknowledged',
      alert_id: alertId,
    });
    expect(Alert.parse((await server.call('GET', path)).body)).toMatchObject({
      status: 'acknowledged',
      acknowledged_by: 'ada',
    });
    expect((await server.call('POST', `${path}/resolve`)).body['message']).toBe('Alert resolved');
    expect((await server.call('GET', path)).body['status']).toBe('resolved');
  });

  test('unknown alerts are 404', async () => {
    expect((await server.call('GET', '/api/v1/alerts/99')).status).toBe(404);
    expect((await server.call('POST', '/api/v1/alerts/99/acknowledge')).status).toBe(404);
    expect((await server.call('POST', '/api/v1/alerts/99/resolve')).status).toBe(404);
  });
}
