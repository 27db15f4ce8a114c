import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPrometheusSource } from '../../src/sources/prometheus/prometheus-source.ts';
import { describeSource } from '../../src/sources/source.suite.ts';
import type { Source } from '../../src/sources/source.ts';
import { type NodeExporterServer, startNodeExporter } from './node-exporter-server.ts';
import { startPrometheus } from './prometheus-server.ts';
import { eventually } from './server-process.ts';
import { startVictoriaMetrics } from './victoria-metrics-server.ts';

const STEP_S = 15;
const STEP_MS = STEP_S * 1000;
const DAY_MS = 86_400_000;
/** Ends some minutes ago, where no live sample is. */
const END_S = Math.floor((Date.now() - 600_000) / STEP_MS) * STEP_S;
const START_S = END_S - (3 * DAY_MS) / 1000;
const INSTANCES = ['web-1', 'web-2', 'db "ü" \\ 1'];

function valueAt(instance: string, atS: number): number {
  return (INSTANCES.indexOf(instance) + 1) * 100 + Math.sin(atS / 5000) / 3;
}

function* history(): Iterable<string> {
  yield '# TYPE job_depth gauge\n';
  for (const instance of INSTANCES) {
    const escaped = instance.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    for (let atS = START_S; atS <= END_S; atS += STEP_S) {
      yield `job_depth{instance="${escaped}",job="estate"} ${valueAt(instance, atS)} ${atS}\n`;
    }
  }
  yield '# EOF\n';
}

/** VictoriaMetrics keeps about twelve digits. */
const KINDS = [
  ['Prometheus', startPrometheus, 0],
  ['VictoriaMetrics', startVictoriaMetrics, 1e-9],
] as const;

describe.each(KINDS)('%s', (name, start, tolerance) => {
  let exporter: NodeExporterServer;
  let server: { readonly url: string; stop(): Promise<void> };
  let source: Source;
  beforeAll(async () => {
    exporter = await startNodeExporter();
    server = await start({ targets: [exporter.target], history: history() });
    source = createPrometheusSource({ url: server.url, samplingPeriodMs: 1000 });
  });
  afterAll(async () => {
    await source.close();
    await server.stop();
    await exporter.stop();
  });

  describeSource(name, async () => ({
    source: createPrometheusSource({ url: server.url }),
    limited: createPrometheusSource({ url: server.url, maxSeries: 1 }),
    expr: 'job_depth',
    emptyExpr: 'no_such_metric',
    badExpr: 'job_depth{{',
    startMs: (END_S - 3600) * 1000,
    endMs: END_S * 1000,
    stepMs: STEP_MS,
    stop: async () => {},
  }));

  test('three days come back as they went in', async () => {
    const range = { startMs: START_S * 1000, endMs: END_S * 1000, stepMs: STEP_MS };
    const { series } = await source.queryRange({ expr: 'job_depth', ...range });
    expect(series.map(({ labels }) => labels['instance']).toSorted()).toEqual(INSTANCES.toSorted());
    for (const { labels, samples } of series) {
      const instance = labels['instance'] ?? '';
      expect(samples.times).toHaveLength((3 * DAY_MS) / STEP_MS + 1);
      const wrong = samples.times.findIndex((time, row) => {
        const error = Math.abs(
          (samples.values[row] ?? Number.NaN) - valueAt(instance, time / 1000),
        );
        return time !== range.startMs + row * STEP_MS || !(error <= tolerance);
      });
      expect(wrong).toBe(-1);
    }
  });

  test('every preset of this machine has an answer', async () => {
    const presets = await eventually(
      async () => {
        const found = await source.presets();
        expect(found.map(({ alias }) => alias)).toContain('node_cpu_busy');
        return found;
      },
      { timeoutMs: 60_000 },
    );
    for (const { alias, expr, dataRange } of presets) {
      // A machine without a disk or network of its own may have no series there.
      const optional = /disk|network|filesystem/.test(alias);
      await eventually(
        async () => {
          const endMs = Math.floor(Date.now() / 1000) * 1000;
          const startMs = endMs - 5_000;
          const { series } = await source.queryRange({ expr, startMs, endMs, stepMs: 1000 });
          if (!optional) expect(series.length, alias).toBeGreaterThan(0);
          for (const { samples } of series) {
            const [lowest = -Infinity, highest = Infinity] = dataRange ?? [];
            // The rate of idle time of a short window may be a little above one.
            expect(Math.min(...samples.values), alias).toBeGreaterThanOrEqual(lowest - 0.1);
            expect(Math.max(...samples.values), alias).toBeLessThanOrEqual(highest);
          }
        },
        { timeoutMs: 30_000, everyMs: 500 },
      );
    }
  });

  test('the newest samples are not repeated', async () => {
    const expr = 'node_time_seconds';
    await eventually(
      async () => {
        const endMs = Math.floor(Date.now() / 1000) * 1000 - 3000;
        const range = { startMs: endMs - 8000, endMs, stepMs: 1000 };
        const { series } = await source.queryRange({ expr, ...range });
        const values = series[0]?.samples.values ?? new Float64Array();
        expect(values).toHaveLength(9);
        expect(new Set(values).size).toBeGreaterThanOrEqual(8);
      },
      { timeoutMs: 60_000, everyMs: 500 },
    );
  });

  test('what is there is proposed, and each proposal can be asked', async () => {
    const proposals = await source.discover();
    const aliases = proposals.map(({ alias }) => alias);
    expect(aliases).toEqual(expect.arrayContaining(['job_depth', 'node_context_switches_rate']));
    expect(new Set(aliases).size).toBe(aliases.length);
    const endMs = Math.floor(Date.now() / STEP_MS) * STEP_MS;
    const range = { startMs: endMs - STEP_MS, endMs, stepMs: STEP_MS };
    for (const { expr } of proposals) await source.queryRange({ expr, ...range });
  });

  test('it says what it is', async () => {
    const health = await source.health();
    expect(health).toMatchObject({ healthy: true });
    expect(health.detail).toContain(server.url);
  });
});
