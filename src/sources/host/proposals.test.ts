import { describe, expect, it } from 'vitest';
import { parseExpression } from './promql/parse-expression.ts';
import { proposeQueries } from './proposals.ts';
import type { RawMetricType } from './sample-storage.ts';

const series = (name: string, metricType: RawMetricType, labels = {}, help = '') => ({
  name,
  metricType,
  labels,
  help,
});

describe('proposeQueries()', () => {
  it('asks counters as rates, histograms as rate and mean, and each metric once', () => {
    const proposals = proposeQueries(
      [
        series('sent_bytes_total', 'counter', { device: 'a' }, 'Bytes sent'),
        series('sent_bytes_total', 'counter', { device: 'b' }, 'Bytes sent'),
        series('free_bytes', 'gauge'),
        series('build_info', 'gauge'),
        series('my.gauge', 'unknown'),
        series('wait_seconds_bucket', 'histogram', { le: '1' }),
        series('wait_seconds_sum', 'histogram'),
        series('wait_seconds_count', 'histogram'),
        series('call_seconds', 'summary', { quantile: '0.5' }),
      ],
      '1m',
    );
    expect(proposals.map(({ alias, expr, unit }) => [alias, expr, unit])).toEqual([
      ['free_bytes', 'free_bytes', 'bytes'],
      ['my_gauge', '{"my.gauge"}', ''],
      ['sent_bytes_rate', 'rate(sent_bytes_total[1m])', 'bytes/s'],
      ['wait_seconds_mean', 'rate(wait_seconds_sum[1m]) / rate(wait_seconds_count[1m])', 'seconds'],
      ['wait_seconds_rate', 'rate(wait_seconds_count[1m])', 'count/s'],
    ]);
    expect(proposals[2]?.description).toBe('Bytes sent, a second');
    for (const { expr } of proposals) expect(() => parseExpression(expr)).not.toThrow();
  });
});
