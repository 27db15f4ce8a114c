import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { describeSource } from '../source.suite.ts';
import { closeOpened, open } from './opened-source.suite.ts';
import { createPrometheusSource } from './prometheus-source.ts';
import { json, matrix, none, type Reply, serve } from './test-server.ts';

const RANGE = { expr: 'up', startMs: 1_000_000, endMs: 1_060_000, stepMs: 15_000 };
/** 40,000 steps. */
const WEEK = {
  expr: 'up',
  startMs: 15_000_000,
  endMs: 15_000_000 + 39_999 * 15_000,
  stepMs: 15_000,
};

afterEach(closeOpened);

describeSource('a Prometheus-compatible server', async () => {
  const server = await serve(matrix(3));
  return {
    source: createPrometheusSource({ url: server.url }),
    limited: createPrometheusSource({ url: server.url, maxSeries: 1 }),
    expr: 'up',
    emptyExpr: 'none',
    badExpr: 'up{!}',
    startMs: 1_200_000,
    endMs: 1_500_000,
    stepMs: 15_000,
    stop: () => server.stop(),
  };
});

describe('queryRange()', () => {
  test('joins the chunks of a long range and never asks for 11,000 steps', async () => {
    const { source, server } = await open(matrix(2));
    const { series } = await source.queryRange(WEEK);
    expect(series.map(({ labels }) => labels)).toEqual([
      { instance: 'host-0' },
      { instance: 'host-1' },
    ]);
    for (const { samples } of series) {
      expect(samples.times).toHaveLength(40_000);
      expect(samples.times.every((time, row) => time === WEEK.startMs + row * 15_000)).toBe(true);
      expect(samples.values.every((value, row) => value === 1000 + row)).toBe(true);
    }
    const steps = server.asked.map(
      ({ form }) => (Number(form.get('end')) - Number(form.get('start'))) / 15 + 1,
    );
    expect(steps).toEqual([20, 10_000, 10_000, 10_000, 9_980]);
  });

  test('aligns a range to its step and asks nothing of an empty one', async () => {
    const { source, server } = await open(matrix(1));
    await source.queryRange({ ...RANGE, startMs: 1_000_001, endMs: 1_060_000 });
    expect(server.asked[0]?.form.get('start')).toBe('1005');
    expect(server.asked[0]?.form.get('end')).toBe('1050');
    expect(await source.queryRange({ ...RANGE, endMs: 0 })).toEqual({ series: [], warnings: [] });
    expect(server.asked).toHaveLength(1);
  });

  test('surfaces warnings once', async () => {
    const { source } = await open(matrix(1, { warnings: ['store 2 is away'], infos: ['x'] }));
    expect((await source.queryRange(WEEK)).warnings).toEqual(['store 2 is away', 'x']);
  });

  test('keeps the names of several metrics, which would be one series without', async () => {
    const values = [[1005, '1']];
    const result = ['a', 'b'].map((name) => ({ metric: { __name__: name }, values }));
    const { source } = await open(json({ status: 'success', data: { result } }));
    const { series } = await source.queryRange(RANGE);
    expect(series.map(({ labels }) => labels)).toEqual([{ __name__: 'a' }, { __name__: 'b' }]);
  });

  test('refuses too many series after a short look', async () => {
    const { source, server } = await open(matrix(2_000), { maxSeries: 1_000 });
    await expect(source.queryRange(WEEK)).rejects.toThrow(
      'Cannot watch up: 2000 series, more than the 1000 of reader.max_series; aggregate in the query or raise the key',
    );
    expect(server.asked).toHaveLength(1);
  });

  test('unpacks gzip', async () => {
    const values = [[1005, '1']];
    const answer = { status: 'success', data: { result: [{ metric: {}, values }] } };
    const { source } = await open((response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify(answer)));
    });
    expect((await source.queryRange(RANGE)).series).toHaveLength(1);
  });

  test('stops a question under way', async () => {
    const { source, server } = await open(() => {});
    const abort = new AbortController();
    const question = source.queryRange({ ...RANGE, signal: abort.signal });
    while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort(new Error('stopping'));
    await expect(question).rejects.toThrow('stopping');
  });
});

test('VictoriaMetrics is asked an hour back, where it repeats no older values', async () => {
  const { source, server } = await open((response, asked) => {
    response.setHeader('X-Server-Hostname', 'vm-1');
    matrix(1)(response, asked);
  });
  const range = { expr: 'up', startMs: 9_000_000, endMs: 9_030_000, stepMs: 15_000 };
  for (const _ of ['first', 'second']) {
    const { series } = await source.queryRange(range);
    expect([...(series[0]?.samples.times ?? [])]).toEqual([9_000_000, 9_015_000, 9_030_000]);
  }
  expect(server.asked.map(({ form }) => [form.get('query'), form.get('start')])).toEqual([
    ['up', '9000'],
    ['(up\n) offset -3600s', '5400'],
    ['(up\n) offset -3600s', '5400'],
  ]);
});

describe('what a server holds', () => {
  const names = ['node_cpu_seconds_total', 'node_load1', 'up'];
  const reply: Reply = (response, asked) => {
    if (asked.path.endsWith('/values')) json({ status: 'success', data: names })(response, none);
    else if (asked.path.endsWith('/buildinfo')) {
      json({ status: 'success', data: { version: '2.42.0' } })(response, none);
    } else if (asked.path.endsWith('/metadata')) response.writeHead(404).end();
    else matrix(1)(response, asked);
  };

  test('decides which presets there are', async () => {
    const { source } = await open(reply, { samplingPeriodMs: 5_000 });
    const presets = await source.presets();
    expect(presets.map(({ alias }) => alias)).toEqual(['node_cpu_busy', 'node_load1']);
    expect(presets[0]?.expr).toContain('[1m]');
  });

  test('is proposed by name where there is no metadata', async () => {
    const { source } = await open(reply);
    expect((await source.discover()).map(({ expr }) => expr)).toEqual([
      'rate(node_cpu_seconds_total[1m])',
      'node_load1',
    ]);
  });

  test('is named with its version', async () => {
    const { source, server } = await open(reply);
    expect(await source.health()).toEqual({
      healthy: true,
      detail: `Prometheus API 2.42.0 at ${server.url}`,
    });
  });
});
