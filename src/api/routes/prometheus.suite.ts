import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  MetadataAnswer,
  NamesAnswer,
  PrometheusRefusal,
  QueryAnswer,
  SeriesAnswer,
} from '../../contract/prometheus.ts';
import { BandRecorder } from '../../core/model/band-chunk.ts';
import { saveQueries } from '../../store/queries-table.ts';
import { saveDetection } from '../../store/save-detection.ts';
import { ensureSeries, updateSeries } from '../../store/series-table.ts';
import { openTestApi, TEST_NOW_MS, type TestApi } from '../test-api.ts';

const MINUTE_MS = 60_000;
const NOW = TEST_NOW_MS / 1000;

function path(name: string, asked: Record<string, string>): string {
  return `/prometheus/api/v1/${name}?${new URLSearchParams(asked).toString()}`;
}

/** A part of api.test.ts, where all parts share one database. */
export function prometheusSuite(): void {
  let server: TestApi;

  beforeAll(async () => {
    server = await openTestApi();
    const { database, source } = server;
    source.labels = [{ instance: 'a' }, { instance: 'b' }];
    const { queries } = await saveQueries(database, 'config', [{ alias: 'cpu', expr: 'cpu_busy' }]);
    const queryId = queries[0]?.id ?? 0;
    const series = await ensureSeries(database, queryId, [
      { labels: { instance: 'a' }, stepMs: 15_000 },
      { labels: { instance: 'b' }, stepMs: 15_000 },
      { labels: { instance: 'new' }, stepMs: 15_000 },
    ]);
    const judged = series.slice(0, 2);
    for (const [i, { id, labels }] of judged.entries()) {
      const recorder = new BandRecorder();
      // Minutes 11:00 to 12:00; a expects 0.1 and b 10, twice that is the upper limit; b is odd at 11:51.
      for (let minute = 0; minute <= 60; minute++) {
        const timeMs = TEST_NOW_MS - minute * MINUTE_MS;
        const expected = i === 0 ? 0.1 : 10;
        const ratio = i === 1 && minute === 9 ? 3 : 0.1;
        recorder.add({
          timeMs,
          value: 1,
          expected,
          lower: 0,
          upper: 2 * expected,
          ratio,
          flagged: false,
        });
      }
      await saveDetection(database, [
        {
          seriesId: id,
          metricId: queryId,
          labels,
          scoredFromMs: null,
          scoredUntilMs: TEST_NOW_MS,
          episodes: [],
          bands: recorder.drain(),
        },
      ]);
    }
    await updateSeries(
      database,
      judged.map(({ id }) => ({
        id,
        state: 'ready',
        reason: '',
        samplesSeen: 5000,
        lastSampleAtMs: TEST_NOW_MS,
      })),
    );
  }, 30_000);
  afterAll(() => server.close());

  const query = async (text: string, asked: Record<string, string> = {}) => {
    const { body } = await server.call('GET', path('query', { query: text, ...asked }));
    return QueryAnswer.parse(body).data;
  };
  const range = async (text: string, asked: Record<string, string> = {}) => {
    const times = { start: String(NOW - 600), end: String(NOW), step: '5m', ...asked };
    const { body } = await server.call('GET', path('query_range', { query: text, ...times }));
    return QueryAnswer.parse(body);
  };
  const b = { instance: 'b', for: 'cpu' };

  test('an instant query gives the latest result of every series that was judged', async () => {
    expect(await query('saimon_yhat')).toEqual({
      resultType: 'vector',
      result: [
        { metric: { __name__: 'saimon_yhat', ...b }, value: [NOW, '10'] },
        { metric: { __name__: 'saimon_yhat', instance: 'a', for: 'cpu' }, value: [NOW, '0.1'] },
      ],
    });
    expect(await query('1 + 1')).toEqual({ resultType: 'scalar', result: [NOW, '2'] });
    expect(await query('"ready"')).toEqual({ resultType: 'string', result: [NOW, 'ready'] });
    expect(await query('sum by (for) (saimon_yhat_upper{for="cpu"})')).toMatchObject({
      result: [{ metric: { for: 'cpu' }, value: [NOW, '20.2'] }],
    });
    expect(await query('saimon_yhat{for="other"}')).toMatchObject({ result: [] });
    expect(await query('up')).toMatchObject({ resultType: 'vector', result: [] });
  });

  test('an instant query of a window gives its samples', async () => {
    // (11:50, 11:52]: the minutes 11:51 and 11:52.
    const at = { time: String(NOW - 480) };
    expect(await query('saimon_anomaly_score{instance="b"}[2m]', at)).toEqual({
      resultType: 'matrix',
      result: [
        {
          metric: { __name__: 'saimon_anomaly_score', ...b },
          values: [
            [NOW - 540, '3'],
            [NOW - 480, '0.1'],
          ],
        },
      ],
    });
  });

  test('a range query gives what was said at each step', async () => {
    const { data, warnings } = await range('max_over_time(saimon_anomaly_score{instance="b"}[5m])');
    // 3 at 11:51 lies in (11:50, 11:55].
    expect(data).toEqual({
      resultType: 'matrix',
      result: [
        {
          metric: b,
          values: [
            [NOW - 600, '0.1'],
            [NOW - 300, '3'],
            [NOW, '0.1'],
          ],
        },
      ],
    });
    expect(warnings).toBeUndefined();
    const { data: flags } = await range('count(saimon_anomaly_score >= 1) or vector(0)', {
      step: '60',
    });
    expect(flags).toMatchObject({ resultType: 'matrix', result: [{ metric: {} }] });
  });

  test('values come from the source, and their absence is a warning', async () => {
    const { data } = await range('saimon_y{instance="a"}');
    expect(data).toMatchObject({ result: [{ metric: { __name__: 'saimon_y', instance: 'a' } }] });
    expect(server.source.asked.at(-1)?.expr).toContain('label_replace');
    await range('saimon_y');
    expect(server.source.asked.at(-1)).toMatchObject({ expr: 'cpu_busy', stepMs: 60_000 });
    server.source.away = true;
    const alone = await range('saimon_y');
    server.source.away = false;
    expect(alone).toMatchObject({
      data: { result: [] },
      warnings: ['Cannot reach it: connection refused'],
    });
  });

  test('the latest judgement is ahead of the bands', async () => {
    server.engine.judgements.push({
      alias: 'cpu',
      labels: { instance: 'a' },
      timeMs: TEST_NOW_MS + 15_000,
      value: 7,
      expected: 0.3,
      lower: 0,
      upper: 1,
      ratio: 0.5,
      flagged: false,
    });
    const at = { time: String(NOW + 20) };
    expect(await query('saimon_yhat{instance="a"}', at)).toMatchObject({
      result: [{ value: [NOW + 20, '0.3'] }],
    });
    expect(await query('saimon_y{instance="a"}', at)).toMatchObject({
      result: [{ value: [NOW + 20, '7'] }],
    });
    server.engine.judgements.length = 0;
  });

  test('a form is a question too', async () => {
    const answer = await server.api.inject({
      method: 'POST',
      url: `/prometheus/api/v1/query?time=${NOW}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ query: 'count(saimon_yhat)' }).toString(),
    });
    expect(QueryAnswer.parse(answer.json()).data).toMatchObject({
      result: [{ value: [NOW, '2'] }],
    });
  });

  test('labels, their values, series and metadata are listed', async () => {
    const names = await server.call('GET', path('labels', {}));
    expect(NamesAnswer.parse(names.body).data).toEqual(['__name__', 'for', 'instance']);
    const values = async (name: string, asked = {}) =>
      NamesAnswer.parse((await server.call('GET', path(`label/${name}/values`, asked))).body);
    expect((await values('instance')).data).toEqual(['a', 'b']);
    expect((await values('__name__', { 'match[]': '{for="cpu"}' })).data).toHaveLength(5);
    expect(await values('instance', { limit: '1' })).toEqual({
      status: 'success',
      data: ['a'],
      warnings: ['results truncated due to limit'],
    });
    expect((await values('instance', { end: '1000' })).data).toEqual([]);
    const series = await server.call(
      'GET',
      path('series', { 'match[]': 'saimon_yhat{instance=~"b"}' }),
    );
    expect(SeriesAnswer.parse(series.body).data).toEqual([{ __name__: 'saimon_yhat', ...b }]);
    const metadata = await server.call('GET', path('metadata', { metric: 'saimon_yhat' }));
    expect(MetadataAnswer.parse(metadata.body).data).toEqual({
      saimon_yhat: [{ type: 'gauge', help: 'Value expected', unit: '' }],
    });
    expect((await server.call('GET', path('status/buildinfo', {}))).body).toMatchObject({
      data: { version: '1.2.3' },
    });
  });

  test.each([
    [path('query', { query: 'sum(' }), 400, 'bad_data', 'Cannot parse PromQL'],
    [path('query', {}), 400, 'bad_data', 'query:'],
    [
      path('query', { query: 'count_values("a", saimon_y)' }),
      400,
      'bad_data',
      'SAIMon itself knows',
    ],
    [path('query', { query: 'abs(1)' }), 422, 'execution', 'it takes series'],
    [path('query', { query: '1', timeout: 'soon' }), 400, 'bad_data', 'soon'],
    [
      path('query_range', { query: '1', start: '0', end: '11000', step: '1' }),
      400,
      'bad_data',
      '11000',
    ],
    [
      path('query_range', { query: '1', start: '10', end: '0', step: '1' }),
      400,
      'bad_data',
      'before',
    ],
    [
      path('query_range', { query: '1', start: '0', end: '10', step: '0' }),
      400,
      'bad_data',
      'step',
    ],
    [
      path('query_range', { query: 'saimon_y[1m]', start: '0', end: '10', step: '1' }),
      422,
      'execution',
      'range',
    ],
    [path('series', {}), 400, 'bad_data', 'match[]'],
    [path('labels', { 'match[]': 'rate(saimon_y[5m])' }), 400, 'bad_data', 'expected a selector'],
  ])('%s is refused as Prometheus does', async (url, status, errorType, message) => {
    const answer = await server.call('GET', url);
    expect(answer.status).toBe(status);
    expect(PrometheusRefusal.parse(answer.body)).toMatchObject({ status: 'error', errorType });
    expect(answer.text).toContain(message);
  });
}
