import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnomalyList } from '../../contract/anomaly.ts';
import { Forecast } from '../../contract/forecast.ts';
import { SeriesDetail } from '../../contract/series.ts';
import { DAY_MS } from '../../core/civil-time.ts';
import { noise, TestWorld } from '../../engine/test-engine.ts';
import { ensureSeries, listSeries } from '../../store/series-table.ts';
import { openTestApi, TEST_NOW_MS, type TestApi } from '../test-api.ts';

const STEP_MS = 900_000;
const QUIET_DAYS = 15;
const DAYS = 20;
const START_MS = TEST_NOW_MS - DAYS * DAY_MS;

/** Noise around 10; in the last five days 0.5 a day more. */
function creeping(timeMs: number): number | undefined {
  const day = (timeMs - START_MS) / DAY_MS;
  return day < 0 ? undefined : noise(timeMs) + 0.5 * Math.max(0, day - QUIET_DAYS);
}

/** A part of api.test.ts: what a real engine has learned of a creep. */
export function forecastSuite(): void {
  let server: TestApi;
  let id: number;

  beforeAll(async () => {
    server = await openTestApi();
    const options = { data_range: [0, 20], step: '15m' };
    const world = new TestWorld(server.database, {
      startMs: TEST_NOW_MS,
      options: {
        historyMs: DAYS * DAY_MS,
        queries: [{ alias: 'load', expr: 'load', options }],
      },
    });
    world.source.add('load', { host: 'a' }, creeping);
    const engine = world.engine();
    await engine.detectOnce();
    await engine.trainOnce();
    await world.run(engine, 30, 15);
    const { rows } = await listSeries(server.database, {}, { skip: 0, limit: 1 });
    id = rows[0]?.id ?? 0;
  }, 60_000);
  afterAll(() => server.close());

  const ask = async (path: string) => server.call('GET', `/api/v1/series/${path}`);

  test('a forecast goes on from the latest sample, with the drift and an interval that grows', async () => {
    const { body, status } = await ask(`${id}/forecast?horizon=4d&step=1d`);
    expect(status).toBe(200);
    const { times, expected, lower, upper, ...rest } = Forecast.parse(body);
    expect(rest).toMatchObject({ series_id: id, horizon: '4d', step: '1d' });
    expect(times).toHaveLength(4);
    expect(times[0]).toBe(Date.parse(rest.from) + DAY_MS);
    expect(TEST_NOW_MS - Date.parse(rest.from)).toBeLessThan(60 * 60_000);
    // Day 24: 10 + 0.5 * 9.
    expect(Math.abs((expected[3] ?? 0) - 14.5)).toBeLessThan(1);
    const widths = upper.map((value, i) => (value ?? 0) - (lower[i] ?? 0));
    expect(widths).toEqual(widths.toSorted((a, b) => a - b));
    expect(rest.drift?.per_day).toBeGreaterThan(0.4);
    expect(rest.drift?.per_day).toBeLessThan(0.6);
    expect(rest.drift?.reaches?.limit).toBe(20);
  });

  test('a limit may be named, and without a step there are at most 500 points', async () => {
    const { body } = await ask(`${id}/forecast?horizon=30d&limit=15`);
    const { drift, times } = Forecast.parse(body);
    expect(times.length).toBeLessThanOrEqual(500);
    expect(times.length).toBeGreaterThan(400);
    expect(drift?.reaches?.limit).toBe(15);
    // 10 + 0.5 (day - 15) = 15 on day 25.
    const day = (Date.parse(drift?.reaches?.at ?? '') - START_MS) / DAY_MS;
    expect(Math.abs(day - 25)).toBeLessThan(2);
  });

  test('the drift is an anomaly of its own and stands on its series', async () => {
    const { body } = await server.call('GET', `/api/v1/anomalies?series_id=${id}`);
    const [anomaly] = AnomalyList.parse(body).anomalies;
    expect(anomaly).toMatchObject({ kind: 'drift', status: 'open', direction: 'above' });
    const { drift } = SeriesDetail.parse((await ask(String(id))).body);
    expect(drift).toEqual(anomaly?.context['drift']);
    const since = (Date.parse(drift?.since ?? '') - START_MS) / DAY_MS;
    expect(Math.abs(since - QUIET_DAYS)).toBeLessThan(1);
    expect(drift?.reaches?.limit).toBe(20);
  });

  test('what cannot be forecast is refused with a reason', async () => {
    const { rows } = await listSeries(server.database, {}, { skip: 0, limit: 1 });
    const [young] = await ensureSeries(server.database, rows[0]?.queryId ?? 0, [
      { labels: { host: 'young' }, stepMs: STEP_MS },
    ]);
    expect(await ask(`${young?.id}/forecast`)).toMatchObject({
      status: 409,
      body: { code: 'not_learned' },
    });
    expect((await ask('999/forecast')).status).toBe(404);
    for (const query of [
      'horizon=soon',
      'horizon=91d',
      'step=0s',
      'horizon=90d&step=1s',
      'limit=x',
    ]) {
      expect((await ask(`${id}/forecast?${query}`)).status).toBe(422);
    }
  });
}
