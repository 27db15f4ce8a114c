import { afterAll, beforeAll, expect, test } from 'vitest';
import { Discovery, Metric, MetricData, MetricList } from '../../contract/metric.ts';
import { Query, QueryList } from '../../contract/query.ts';
import { saveQueries } from '../../store/queries-table.ts';
import { openTestApi, type TestApi } from '../test-api.ts';

/** A part of api.test.ts, where all parts share one database. */
export function metricsSuite(): void {
  let server: TestApi;

  beforeAll(async () => {
    server = await openTestApi();
    const options = { tags: { team: 'platform' } };
    await saveQueries(server.database, 'config', [
      { alias: 'cpu', expr: 'rate(cpu[5m])', options },
    ]);
    await saveQueries(server.database, 'preset', [{ alias: 'load', expr: 'node_load1' }]);
  }, 30_000);
  afterAll(() => server.close());

  test('metrics are queries under the names of the original', async () => {
    const { body } = await server.call('GET', '/api/v1/metrics?limit=1');
    expect(MetricList.parse(body)).toMatchObject({
      total: 2,
      limit: 1,
      metrics: [{ name: 'load' }],
    });
    const one = await server.call('GET', '/api/v1/metrics/cpu');
    expect(Metric.parse(one.body)).toMatchObject({
      name: 'cpu',
      query: 'rate(cpu[5m])',
      metric_type: 'gauge',
      labels: { team: 'platform' },
    });
    expect((await server.call('GET', '/api/v1/metrics/nothing')).status).toBe(404);
  });

  test('metric data is the last hour by minutes in the matrix of Prometheus', async () => {
    const { body } = await server.call('GET', '/api/v1/metrics/cpu/data');
    const data = MetricData.parse(body);
    expect(data).toMatchObject({
      metric: 'cpu',
      start: '2026-11-22T11:00:00.000Z',
      end: '2026-11-22T12:00:00.000Z',
      step: '1m',
      data: { resultType: 'matrix', result: [{ metric: { instance: 'a' } }] },
    });
    expect(data.data.result[0]?.values).toHaveLength(61);
    expect(data.data.result[0]?.values[1]).toEqual([Date.UTC(2026, 10, 22, 11, 1) / 1000, '1']);
    expect(server.source.asked.at(-1)).toMatchObject({ expr: 'rate(cpu[5m])', stepMs: 60_000 });
  });

  test('start, end and step of metric data are kept to, aligned to the step', async () => {
    const start = Date.UTC(2026, 10, 22, 10) / 1000 + 7;
    const { body } = await server.call(
      'GET',
      `/api/v1/metrics/cpu/data?start=${start}&end=2026-11-22T10:10:00&step=30`,
    );
    expect(body).toMatchObject({
      start: '2026-11-22T10:00:00.000Z',
      end: '2026-11-22T10:10:00.000Z',
    });
  });

  test.each([
    ['step=1s&start=2026-11-01', 'at most 11000'],
    ['step=fast', 'Cannot parse duration'],
    ['step=0', 'at least 1ms'],
    ['start=2026-11-23&end=2026-11-22', 'start is after end'],
    ['start=never', 'Cannot read time'],
  ])('metric data with %s is 422: %s', async (query, reason) => {
    const { status, body } = await server.call('GET', `/api/v1/metrics/cpu/data?${query}`);
    expect(status).toBe(422);
    expect(body['detail']).toEqual([
      expect.objectContaining({ msg: expect.stringContaining(reason) }),
    ]);
  });

  test('a source that is away is 503 with Retry-After', async () => {
    server.source.away = true;
    const answer = await server.call('GET', '/api/v1/metrics/cpu/data');
    server.source.away = false;
    expect(answer).toMatchObject({ status: 503, body: { code: 'source_unreachable' } });
    expect(answer.headers['retry-after']).toBe('5');
  });

  test('discovery proposes what is there and counts what is new once', async () => {
    const proposal = { metricType: 'counter' as const, description: 'Reads', unit: 'bytes/s' };
    server.source.proposals = [
      { alias: 'disk', expr: 'rate(disk[5m])', ...proposal },
      { alias: 'cpu', expr: 'other', ...proposal },
    ];
    const first = Discovery.parse((await server.call('POST', '/api/v1/metrics/discover')).body);
    expect(first).toMatchObject({ total_discovered: 2, new_metrics: 1 });
    expect(first.metrics).toMatchObject([
      { name: 'disk', known: false },
      { name: 'cpu', known: true },
    ]);
    expect((await server.call('POST', '/api/v1/metrics/discover')).body['new_metrics']).toBe(0);
    expect((await server.call('GET', '/api/v1/queries/disk')).body).toMatchObject({
      active: false,
    });
    expect((await server.call('GET', '/api/v1/queries/cpu')).body['expr']).toBe('rate(cpu[5m])');
  });

  test('a query is added, changed and removed, and the engine is told', async () => {
    const options = { data_range: [0, 1], step: '30s' };
    const added = await server.call('POST', '/api/v1/queries', {
      alias: 'up',
      expr: 'up',
      options,
    });
    expect(added.status).toBe(201);
    expect(Query.parse(added.body)).toMatchObject({ alias: 'up', origin: 'api', options });
    expect((await server.call('POST', '/api/v1/queries', { alias: 'up', expr: 'up' })).status).toBe(
      409,
    );
    const changed = await server.call('PUT', '/api/v1/queries/up', {
      expr: 'up == 1',
      active: false,
    });
    expect(changed.body).toMatchObject({ expr: 'up == 1', active: false });
    const removed = await server.call('DELETE', '/api/v1/queries/up');
    expect(removed.body).toEqual({ message: expect.any(String), alias: 'up' });
    expect(server.engine.asked.filter((what) => what === 'queries')).toHaveLength(3);
    expect((await server.call('POST', '/api/v1/queries', { alias: 'up', expr: 'up' })).status).toBe(
      201,
    );
  });

  test('a query of the configuration is changed there, one of a preset may be overridden', async () => {
    const change = { expr: 'x' };
    expect((await server.call('PUT', '/api/v1/queries/cpu', change)).status).toBe(409);
    expect((await server.call('DELETE', '/api/v1/queries/cpu')).status).toBe(409);
    expect((await server.call('DELETE', '/api/v1/queries/load')).status).toBe(409);
    expect((await server.call('PUT', '/api/v1/queries/load', change)).body).toMatchObject({
      origin: 'api',
      expr: 'x',
    });
    expect((await server.call('PUT', '/api/v1/queries/none', change)).status).toBe(404);
  });

  test.each([
    [{ alias: '1 2', expr: 'up' }, ['body', 'alias']],
    [{ alias: 'new' }, ['body', 'expr']],
    [{ alias: 'new', expr: 'bad(' }, ['body', 'expr']],
    [{ alias: 'new', expr: 'up', options: { step: 'x' } }, ['body', 'options', 'step']],
    [
      { alias: 'new', expr: 'up', options: { missing: { after: 'x' } } },
      ['body', 'options', 'missing', 'after'],
    ],
    [{ alias: 'new', expr: 'up', options: { colour: 'red' } }, ['body', 'options']],
  ])('a query %j is 422', async (query, loc) => {
    const { status, body } = await server.call('POST', '/api/v1/queries', query);
    expect(status).toBe(422);
    expect(body['detail']).toEqual([expect.objectContaining({ loc })]);
  });

  test('queries are listed in their envelope', async () => {
    const { body } = await server.call('GET', '/api/v1/queries?skip=1&limit=2');
    const { total, queries } = QueryList.parse(body);
    expect(total).toBe(4);
    expect(queries).toHaveLength(2);
  });
}
