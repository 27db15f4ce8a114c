import { expect, test } from 'vitest';
import { proposeQueries } from './propose.ts';

function proposed(names: string[], types: Record<string, string> = {}) {
  const metadata = new Map(Object.entries(types).map(([name, type]) => [name, { type, help: '' }]));
  return proposeQueries(names, metadata, '5m').map(({ alias, expr, metricType, unit }) => [
    alias,
    expr,
    metricType,
    unit,
  ]);
}

test('proposeQueries() goes by type', () => {
  const names = ['http_size_bytes_bucket', 'http_size_bytes_count', 'http_size_bytes_sum'];
  const types = {
    jobs: 'counter',
    queue_length_total: 'gauge',
    http_size_bytes: 'histogram',
    rpc_seconds: 'summary',
    sent_bytes_total: 'counter',
  };
  const all = [
    ...names,
    'rpc_seconds',
    'rpc_seconds_count',
    'rpc_seconds_sum',
    'jobs',
    'queue_length_total',
    'sent_bytes_total',
  ];
  expect(proposed(all, types)).toEqual([
    ['http_size_bytes_rate', 'rate(http_size_bytes_count[5m])', 'histogram', 'count/s'],
    [
      'http_size_bytes_p95',
      'histogram_quantile(0.95, rate(http_size_bytes_bucket[5m]))',
      'histogram',
      'bytes',
    ],
    ['jobs_rate', 'rate(jobs[5m])', 'counter', 'count/s'],
    ['queue_length_total', 'queue_length_total', 'gauge', ''],
    ['rpc_seconds_rate', 'rate(rpc_seconds_count[5m])', 'summary', 'count/s'],
    [
      'rpc_seconds_avg',
      'rate(rpc_seconds_sum[5m]) / rate(rpc_seconds_count[5m])',
      'summary',
      'seconds',
    ],
    ['sent_bytes_rate', 'rate(sent_bytes_total[5m])', 'counter', 'bytes/s'],
  ]);
});

test('proposeQueries() goes by name where types are not told', () => {
  expect(
    proposed(['a_seconds_total', 'b_bucket', 'b_count', 'b_sum', 'c_count', 'd_ratio', 'e.f']),
  ).toEqual([
    ['a_seconds_rate', 'rate(a_seconds_total[5m])', 'counter', 'ratio'],
    ['b_rate', 'rate(b_count[5m])', 'histogram', 'count/s'],
    ['b_p95', 'histogram_quantile(0.95, rate(b_bucket[5m]))', 'histogram', ''],
    ['c_count', 'c_count', 'unknown', ''],
    ['d_ratio', 'd_ratio', 'unknown', 'ratio'],
    ['e_f', '{__name__="e.f"}', 'unknown', ''],
  ]);
});

test('proposeQueries() skips constants and puts the workings of programs last', () => {
  const names = [
    'go_threads',
    'build_info',
    'x_created',
    'up',
    'scrape_duration_seconds',
    'zebras',
  ];
  expect(proposed(names).map(([alias]) => alias)).toEqual(['zebras', 'go_threads']);
});

test('proposeQueries() describes a metric by its help text', () => {
  const metadata = new Map([['a', { type: 'gauge', help: 'How much' }]]);
  expect(proposeQueries(['a', 'b'], metadata, '5m').map(({ description }) => description)).toEqual([
    'How much',
    'Value of b',
  ]);
});
