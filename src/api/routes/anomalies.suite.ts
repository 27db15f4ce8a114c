import { afterAll, beforeAll, expect, test } from 'vitest';
import { Anomaly, AnomalyList, AnomalyStats } from '../../contract/anomaly.ts';
import { openTestApi, type TestApi } from '../test-api.ts';

/** A part of api.test.ts, where all parts share one database. */
export function anomaliesSuite(): void {
  let server: TestApi;

  beforeAll(async () => {
    server = await openTestApi();
  }, 30_000);
  afterAll(() => server.close());

  const REPORT = {
    metric_name: 'shop_latency',
    timestamp: '2026-11-22T10:00:00',
    value: 200,
    expected_value: 100,
    anomaly_score: 0.96,
    severity: 'high',
    labels: { shop: 'a' },
  };

  async function report(change: object = {}): Promise<number> {
    const { status, body } = await server.call('POST', '/api/v1/anomalies', {
      ...REPORT,
      ...change,
    });
    expect(status).toBe(200);
    return Number(body['anomaly_id']);
  }

  const list = async (query: string) =>
    AnomalyList.parse((await server.call('GET', `/api/v1/anomalies?${query}`)).body);

  test('a reported anomaly is stored and read back in the shape of the contract', async () => {
    const id = await report();
    const { status, body } = await server.call('GET', `/api/v1/anomalies/${id}`);
    expect(status).toBe(200);
    expect(Anomaly.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      id,
      metric_name: 'shop_latency',
      timestamp: '2026-11-22T10:00:00.000Z',
      value: 200,
      peak_value: 200,
      expected_value: 100,
      anomaly_score: 0.96,
      severity: 'high',
      algorithm: 'unknown',
      labels: { shop: 'a' },
      status: 'closed',
      is_confirmed: null,
      context: {},
      maintenance: null,
    });
    // r = ln 0.04 / ln 0.3
    expect(body['deviation_ratio']).toBeCloseTo(2.6735, 3);
    expect((await server.call('GET', '/api/v1/metrics/shop_latency')).body).toMatchObject({
      active: false,
      origin: 'api',
    });
  });

  test('the fields of a report may stand in the query', async () => {
    const answer = await server.call(
      'POST',
      '/api/v1/anomalies?metric_name=q&timestamp=1795341600&value=-1e3&anomaly_score=1&severity=low',
    );
    expect(answer).toMatchObject({ status: 200, body: { message: 'Anomaly stored' } });
    const { body } = await server.call(
      'GET',
      `/api/v1/anomalies/${String(answer.body['anomaly_id'])}`,
    );
    expect(body).toMatchObject({ value: -1000, expected_value: 0, anomaly_score: 1, labels: {} });
  });

  test.each([
    [{ severity: 'awful' }, ['body', 'severity'], 'enum'],
    [{ timestamp: 'tomorrow' }, ['body', 'timestamp'], 'datetime_parsing'],
    [{ metric_name: undefined }, ['body', 'metric_name'], 'missing'],
    [{ anomaly_score: 1.5 }, ['body', 'anomaly_score'], 'less_than_equal'],
  ])('a report with %j is 422 and says where', async (change, loc, type) => {
    const answer = await server.call('POST', '/api/v1/anomalies', { ...REPORT, ...change });
    expect(answer).toMatchObject({
      status: 422,
      body: { status_code: 422, code: 'validation', error: expect.any(String) },
    });
    expect(answer.body['detail']).toEqual([{ loc, msg: expect.any(String), type }]);
  });

  test('lists are newest first, paged, and filtered by every parameter', async () => {
    const early = await report({ metric_name: 'm', timestamp: '2026-11-20T00:00:00Z' });
    const late = await report({ metric_name: 'm', timestamp: '2026-11-21T00:00:00Z' });
    const low = await report({
      metric_name: 'm',
      timestamp: '2026-11-21T12:00:00Z',
      severity: 'low',
      anomaly_score: 0.7,
    });
    const ids = async (query: string) =>
      (await list(`metric_name=m&${query}`)).anomalies.map((one) => one.id);
    expect(await ids('')).toEqual([low, late, early]);
    expect(await list('metric_name=m&skip=1&limit=1')).toMatchObject({
      total: 3,
      skip: 1,
      limit: 1,
      anomalies: [{ id: late }],
    });
    expect(await ids('severity=low')).toEqual([low]);
    expect(await ids('min_score=0.9')).toEqual([late, early]);
    expect(await ids('start_time=2026-11-21T00:00:00Z')).toEqual([low, late]);
    expect(await ids('start_date=2026-11-20&end_date=2026-11-21')).toEqual([late, early]);
    expect(await ids('end_time=1795132800')).toEqual([early]);
    expect(await ids('status=open')).toEqual([]);
    expect(await ids('series_id=9999999999')).toEqual([]);
    expect(await list('metric_name=unknown')).toMatchObject({ total: 0, anomalies: [] });
  });

  test.each([
    'start_time=x',
    'skip=-1',
    'limit=0',
    'limit=1001',
    'severity=x',
    'status=x',
    'limit=a',
  ])('GET /anomalies?%s is 422', async (query) => {
    const { status, body } = await server.call('GET', `/api/v1/anomalies?${query}`);
    expect(status).toBe(422);
    expect(body['detail']).toEqual([
      { loc: ['query', query.split('=')[0]], msg: expect.any(String), type: expect.any(String) },
    ]);
  });

  test('a verdict is kept with who gave it', async () => {
    const id = await report();
    const path = `/api/v1/anomalies/${id}/confirm`;
    expect((await server.call('POST', `${path}?confirmed=false&user=ada`)).body).toEqual({
      message: 'Anomaly marked as a false positive',
      anomaly_id: id,
      is_confirmed: false,
    });
    expect((await server.call('GET', `/api/v1/anomalies/${id}`)).body).toMatchObject({
      is_confirmed: false,
      confirmed_by: 'ada',
      confirmed_at: expect.stringContaining('T'),
    });
    expect((await server.call('POST', `${path}?confirmed=true`)).body['is_confirmed']).toBe(true);
    expect((await server.call('POST', path)).status).toBe(422);
    expect((await server.call('POST', `${path}?confirmed=perhaps`)).status).toBe(422);
  });

  test('statistics count by severity and verdict within their hours', async () => {
    await report({ timestamp: '2026-11-10T00:00:00Z', severity: 'critical' });
    const day = await server.call('GET', '/api/v1/anomalies/stats');
    const month = await server.call('GET', '/api/v1/anomalies/stats/summary?hours=720');
    const [ofDay, ofMonth] = [AnomalyStats.parse(day.body), AnomalyStats.parse(month.body)];
    expect(ofDay).toMatchObject({ time_range_hours: 24, by_severity: { critical: 0 } });
    expect(ofMonth).toMatchObject({ time_range_hours: 720, by_severity: { critical: 1 } });
    const { confirmed, false_positives: wrong, pending_review: pending } = ofMonth;
    expect(confirmed + wrong + pending).toBe(ofMonth.total_anomalies);
    expect((await server.call('GET', '/api/v1/anomalies/stats?hours=721')).status).toBe(422);
  });

  test.each(['/api/v1/anomalies/999999', '/api/v1/anomalies/9007199254740991'])(
    'GET %s is 404',
    async (path) => {
      expect(await server.call('GET', path)).toMatchObject({
        status: 404,
        body: { status_code: 404, code: 'not_found', error: expect.stringContaining('anomaly') },
      });
    },
  );

  test('an id that is no number is 422', async () => {
    expect((await server.call('GET', '/api/v1/anomalies/abc')).status).toBe(422);
  });
}
