import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { QueryAnswer } from '../../src/contract/prometheus.ts';
import { eventually } from './server-process.ts';
import { SIGNALS } from './signal-exporter.ts';
import type { WatchedStack } from './watched-stack.ts';

const run = promisify(execFile);

async function promtool(...args: string[]): Promise<string[]> {
  return (await run('promtool', ['query', ...args])).stdout.trim().split('\n');
}

/** A part of stack.test.ts: results read as from a Prometheus, by promtool and as Grafana asks. */
export function readApiSuite(running: () => WatchedStack): void {
  const root = () => `${running().api.url}/prometheus`;

  test('promtool reads results', async () => {
    // A series is ready a moment before its first samples are judged by its models.
    await eventually(
      async () => {
        const byAlias = 'max by (for) (saimon_yhat)';
        const range = await promtool('range', '--step=15s', root(), byAlias);
        expect(range.filter((line) => line.includes('for="'))).toHaveLength(SIGNALS.length);
      },
      { timeoutMs: 60_000 },
    );
    const [instant] = await promtool('instant', root(), 'saimon_yhat{for="signal_3"}');
    expect(instant).toMatch(
      /^saimon_yhat\{for="signal_3", host="web-1".*\} => [\d.]+ @\[[\d.]+\]$/,
    );
    const series = await promtool('series', '--match=saimon_yhat', root());
    expect(series).toHaveLength(SIGNALS.length);
    expect(await promtool('labels', root(), 'for')).toEqual(SIGNALS);
    await expect(promtool('instant', root(), 'sum(')).rejects.toMatchObject({
      stderr: expect.stringContaining('bad_data: Cannot parse PromQL'),
    });
  });

  /** What dashboards ask of a data source of type Prometheus. */
  const RANGES = [
    'saimon_y{for="signal_3"}',
    'saimon_yhat{for=~"signal_3|signal_4"}',
    'saimon_yhat_lower{for="signal_3"} and on () vector(1)',
    'saimon_yhat_upper{for="signal_3"} - saimon_yhat_lower{for="signal_3"}',
    'topk(5, max_over_time(saimon_anomaly_score[5m]))',
    'sum by (for) (saimon_anomaly_score >= bool 1)',
    'count(saimon_anomaly_score >= 1) or vector(0)',
    'avg_over_time(saimon_yhat{for="signal_3"}[5m])',
    'label_replace(saimon_yhat, "query", "$1", "for", "(.*)")',
    'saimon_y / on (for, host, instance, job) saimon_yhat',
    'quantile(0.95, saimon_anomaly_score)',
    'rate(saimon_y{for="signal_3"}[5m])',
    'abs(saimon_y - on (for, host, instance, job) group_left () saimon_yhat)',
  ];

  test.each(RANGES)('a dashboard may ask %s', async (query) => {
    const endS = Math.floor(Date.now() / 1000);
    const body = new URLSearchParams({
      query,
      start: String(endS - 900),
      end: String(endS),
      step: '15',
    });
    const response = await fetch(`${root()}/api/v1/query_range`, { method: 'POST', body });
    const { data, warnings } = QueryAnswer.parse(await response.json());
    expect(warnings).toBeUndefined();
    if (data.resultType !== 'matrix') throw new Error(`Unexpected ${data.resultType}`);
    expect(data.result.length).toBeGreaterThan(0);
    for (const { values } of data.result) expect(values.length).toBeGreaterThan(0);
  });

  test('a month by steps of an hour is answered', async () => {
    const endS = Math.floor(Date.now() / 1000);
    const asked = {
      query: 'saimon_yhat',
      start: `${endS - 30 * 86_400}`,
      end: `${endS}`,
      step: '1h',
    };
    const begun = performance.now();
    const response = await fetch(
      `${root()}/api/v1/query_range?${new URLSearchParams(asked).toString()}`,
    );
    const { data } = QueryAnswer.parse(await response.json());
    process.stdout.write(`  A month of 9 series in ${Math.round(performance.now() - begun)} ms\n`);
    expect(data.result).toHaveLength(SIGNALS.length);
  });
}
