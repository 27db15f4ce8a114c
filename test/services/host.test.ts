import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SILENT } from '../../src/base/logger.ts';
import { type Labels, labelsKey } from '../../src/core/labels.ts';
import { seededRng } from '../../src/core/random.ts';
import type { ExposedSample } from '../../src/sources/host/exposition.ts';
import { MemorySampleStorage } from '../../src/sources/host/memory-sample-storage.ts';
import { ProcReader } from '../../src/sources/host/proc-reader.ts';
import { SampleCollection } from '../../src/sources/host/sample-collection.ts';
import { Scraper } from '../../src/sources/host/scraper.ts';
import { nodeExporterPreset } from '../../src/sources/presets/node-exporter.ts';
import { withoutName } from '../../src/sources/promql/columns.ts';
import { evaluateRange } from '../../src/sources/promql/evaluate.ts';
import { eventually, freePort, type ServerProcess, startProcess } from './server-process.ts';

/** Defaults of node_exporter itself, where Debian's package leaves out more. */
const UPSTREAM_DEFAULTS = [
  '--collector.filesystem.mount-points-exclude=^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)',
  '--collector.netdev.device-exclude=^$',
];

describe('the host reader beside a real node_exporter', () => {
  let exporter: ServerProcess;
  let url: string;
  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}/metrics`;
    exporter = await startProcess('prometheus-node-exporter', {
      args: [`--web.listen-address=127.0.0.1:${port}`, ...UPSTREAM_DEFAULTS],
    });
    await eventually(async () => (await fetch(url)).text());
  });
  afterAll(() => exporter.stop('SIGTERM'));

  /** What the reader covers; the exporter asks the network devices over netlink, which has one more. */
  const COVERED =
    /^node_(?:cpu_(?:guest_)?seconds|memory|disk_(?!info)|network_(?:receive_(?!nohandler)|transmit_(?!queue))|load|filesystem|vmstat|filefd|pressure|procs|boot_time|context|intr|forks)/;

  it('has the same names and labels with near values', async () => {
    const own = byKey((await new ProcReader().read()).samples);
    const page = await new Scraper({ url, job: 'node' }, { logger: SILENT }).scrape();
    const theirs = byKey(page.samples.filter(({ name }) => COVERED.test(name)));
    expect(theirs.size).toBeGreaterThan(100);
    expect([...own.keys()].toSorted()).toEqual([...theirs.keys()].toSorted());
    const far = [...theirs].filter(([key, value]) => {
      const mine = own.get(key) ?? Number.NaN;
      return Math.abs(mine - value) > 0.2 * Math.max(Math.abs(value), Math.abs(mine)) + 5;
    });
    // A few figures such as pages that are being written jump about.
    expect(far.map(([key]) => key).filter((key) => !/Dirty|Writeback|load/.test(key))).toEqual([]);
    expect(own.get('node_boot_time_seconds{}')).toBe(theirs.get('node_boot_time_seconds{}'));
    expect(own.get('node_memory_MemTotal_bytes{}')).toBe(
      theirs.get('node_memory_MemTotal_bytes{}'),
    );
  });
});

function byKey(samples: readonly ExposedSample[]): Map<string, number> {
  return new Map(
    samples.map(({ name, labels, value }) => {
      const own = Object.entries(labels).filter(([label]) => !/^(instance|job)$/.test(label));
      return [name + labelsKey(Object.fromEntries(own)), value];
    }),
  );
}

const START_MS = Date.UTC(2026, 10, 20);
const HOUR_MS = 3_600_000;
const END_MS = START_MS + 5 * HOUR_MS;
const SCRAPE_MS = 15_000;

/** Scrapes at uneven times, with lost scrapes, resets, late and ending series, NaN and infinity. */
function* scrapes(): Generator<{ readonly timeMs: number; readonly samples: ExposedSample[] }> {
  const rng = seededRng(5);
  const counters = new Map<string, number>();
  for (let i = 0; i < (END_MS - START_MS) / SCRAPE_MS; i++) {
    if (i % 100 < 3 || (i > 600 && i < 640)) continue;
    const count = (key: string, by: number) => {
      const value = (counters.get(key) ?? 1e7) + by;
      // Far from gaps: Prometheus 2 and 3 differ on how a counter that was 0 in a gap is stretched.
      const reset = i % 100 > 45 && i % 100 < 60 && rng() < 0.01;
      counters.set(key, reset ? 0 : value);
      return value;
    };
    const samples: ExposedSample[] = [];
    const add = (name: string, value: number, labels: Labels) =>
      samples.push({ name, value, labels: { instance: 'box:9100', job: 'node', ...labels } });
    for (const cpu of ['0', '1']) {
      for (const mode of ['idle', 'user']) {
        add('node_cpu_seconds_total', count(`${cpu}${mode}`, 7 * rng()), { cpu, mode });
      }
    }
    for (const device of ['sda', 'sdb', 'loop0']) {
      if (device === 'sdb' && (i < 300 || i > 700)) continue;
      add('node_disk_read_bytes_total', count(`r${device}`, Math.floor(1e6 * rng())), { device });
      add('node_disk_written_bytes_total', count(`w${device}`, 512), { device });
    }
    for (const device of ['eth0', 'lo']) {
      add('node_network_receive_bytes_total', count(`i${device}`, 1e5 * rng()), { device });
      add('node_network_transmit_bytes_total', count(`o${device}`, 1e5 * rng()), { device });
    }
    add('node_memory_MemTotal_bytes', 8e9, {});
    add('node_memory_MemAvailable_bytes', 4e9 + Math.floor(1e9 * rng()), {});
    add('node_load1', i % 50 === 7 ? Number.NaN : i % 97 === 0 ? Infinity : 3 * rng(), {});
    const fileSystem = { device: '/dev/sda1', fstype: 'ext4', mountpoint: '/' };
    add('node_filesystem_avail_bytes', 1e9 * rng(), fileSystem);
    add('node_filesystem_size_bytes', 1e9, fileSystem);
    ['0.1', '0.5', '2', '+Inf'].forEach((le, bucket) => {
      add('wait_seconds_bucket', count(le, (bucket + 1) * Math.floor(3 * rng() + bucket)), { le });
    });
    // Never at a whole second: Prometheus 2 and 3 differ on samples at the start of a window.
    const jitterMs = 7 + Math.floor(80 * rng());
    yield { timeMs: START_MS + i * SCRAPE_MS + jitterMs, samples };
  }
}

const EXPRESSIONS = [
  ...nodeExporterPreset('1m').map(({ proposal }) => proposal.expr),
  ...nodeExporterPreset('5m').map(({ proposal }) => proposal.expr),
  '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))',
  'irate(node_cpu_seconds_total[2m])',
  'increase(node_disk_read_bytes_total[10m])',
  'delta(node_memory_MemAvailable_bytes[10m])',
  'node_load1',
  'avg_over_time(node_memory_MemAvailable_bytes[10m])',
  'sum_over_time(node_memory_MemAvailable_bytes[1h])',
  'max_over_time(node_load1[3m])',
  'min_over_time(node_load1[3m])',
  'count_over_time(node_load1[3m])',
  'last_over_time(node_load1[3m])',
  'sum by (mode) (rate(node_cpu_seconds_total[1m]))',
  'sum without (cpu) (node_cpu_seconds_total)',
  'max(node_disk_read_bytes_total) by (job)',
  'min(node_load1)',
  'count by (device) (node_disk_read_bytes_total)',
  'avg(node_load1)',
  'node_disk_read_bytes_total / (node_disk_read_bytes_total + node_disk_written_bytes_total)',
  'node_memory_MemAvailable_bytes / on (instance) node_memory_MemTotal_bytes * 100',
  'node_filesystem_avail_bytes / ignoring (device) node_filesystem_size_bytes',
  '-node_load1 ^ 2 % 3',
  '2 ^ -node_load1 + ln(node_memory_MemTotal_bytes) - abs(-3 * node_load1)',
  'clamp_max(clamp_min(node_load1, 0.5), 1.5)',
  'node_load1 > 1',
  'node_load1 >= bool 1',
  '1.5 > node_load1',
  'node_disk_read_bytes_total > node_disk_written_bytes_total',
  '{__name__=~"node_load.*", instance=~"box.*"}',
  'rate(node_disk_read_bytes_total{device!~"loop.*|sdb"}[90s])',
  'histogram_quantile(0.95, rate(wait_seconds_bucket[5m]))',
  'histogram_quantile(0.2, sum by (le) (rate(wait_seconds_bucket[1m])))',
  '1 + 2 * 3',
  'node_disk_read_bytes_total and on (device) node_disk_written_bytes_total > 300000',
  'node_load1 unless node_load1 > 2',
  'sum by (job) (node_load1 > 2 or node_memory_MemTotal_bytes)',
  'node_disk_read_bytes_total * on (instance) group_left () node_memory_MemTotal_bytes',
  'sum by (instance) (node_load1) / on (instance) group_right node_disk_read_bytes_total',
  'topk(2, rate(node_disk_read_bytes_total[5m]))',
  'bottomk by (cpu) (1, node_cpu_seconds_total)',
  'quantile(0.3, node_cpu_seconds_total)',
  'stddev by (mode) (node_cpu_seconds_total)',
  'group by (device) (node_disk_read_bytes_total)',
  'node_memory_MemAvailable_bytes - node_memory_MemAvailable_bytes offset 1h',
  'rate(node_disk_read_bytes_total[5m] offset 30m)',
  // Prometheus 2 counts the start of a window, so no evaluation of the subquery lies there.
  'max_over_time(rate(node_disk_read_bytes_total[5m])[30m:1m] offset 7s500ms)',
  'quantile_over_time(0.9, node_memory_MemAvailable_bytes[10m])',
  'stddev_over_time(node_filesystem_avail_bytes[10m])',
  'changes(node_load1[10m])',
  'resets(node_cpu_seconds_total[1h])',
  'deriv(node_filesystem_avail_bytes[10m])',
  'predict_linear(node_filesystem_avail_bytes[10m], 3600)',
  'label_replace(node_cpu_seconds_total, "core", "c$1", "cpu", "(.*)")',
  'round(node_load1, 0.05)',
  'clamp(node_load1, 0.5, 1.5)',
  'node_load1 * scalar(node_memory_MemTotal_bytes) + time()',
  'absent(node_disk_read_bytes_total{device="sdb"})',
  'vector(1)',
] as const;

describe('the PromQL evaluator beside a real Prometheus over the same samples', () => {
  const directory = mkdtempSync(join(tmpdir(), 'saimon-prometheus-'));
  const collection = new SampleCollection({
    storage: new MemorySampleStorage(),
    logger: SILENT,
    retentionMs: 14 * 24 * HOUR_MS,
    maxCollected: 1000,
  });
  let server: ServerProcess | undefined;
  let url: string;

  beforeAll(async () => {
    await backfill();
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    writeFileSync(join(directory, 'prometheus.yml'), '');
    server = await startProcess('prometheus', {
      args: [
        `--config.file=${join(directory, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(directory, 'blocks')}`,
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=127.0.0.1:${port}`,
      ],
    });
    await eventually(async () => {
      const ready = await fetch(`${url}/-/ready`);
      if (!ready.ok) throw new Error(`Not ready: ${ready.status}`);
    });
  });
  afterAll(async () => {
    await server?.stop('SIGTERM');
    rmSync(directory, { recursive: true });
  });

  /** The same samples into blocks of Prometheus and into the collection. */
  async function backfill(): Promise<void> {
    const lines = new Map<string, string[]>();
    for (const { timeMs, samples } of scrapes()) {
      // Each series an origin of its own: blocks of Prometheus made by promtool hold no staleness marks.
      for (const sample of samples) {
        const origin = sample.name + labelsKey(sample.labels);
        collection.append(origin, timeMs, { samples: [sample], families: new Map() });
      }
      for (const { name, labels, value } of samples) {
        const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
        const shown = String(value).replace('Infinity', '+Inf');
        const line = `${name}{${pairs.join(',')}} ${shown} ${timeMs / 1000}`;
        lines.set(name, [...(lines.get(name) ?? []), line]);
      }
    }
    await collection.flush();
    const file = join(directory, 'samples.txt');
    writeFileSync(file, `${[...lines.values()].flat().join('\n')}\n# EOF\n`);
    const blocks = ['tsdb', 'create-blocks-from', 'openmetrics', file, join(directory, 'blocks')];
    execFileSync('promtool', blocks, { stdio: 'ignore' });
  }

  async function askPrometheus(expr: string, stepMs: number): Promise<Map<string, number>> {
    const body = new URLSearchParams({
      query: expr,
      start: String(START_MS / 1000),
      end: String((END_MS + HOUR_MS) / 1000),
      step: String(stepMs / 1000),
    });
    const response = await fetch(`${url}/api/v1/query_range`, { method: 'POST', body });
    const answer = matrixAnswer.parse(await response.json());
    const values = new Map<string, number>();
    for (const { metric, values: points } of answer.data.result) {
      const labels = withoutName(metric);
      for (const [seconds, text] of points) {
        const value = Number(text.replace('Inf', 'Infinity'));
        values.set(`${labelsKey(labels)} ${seconds * 1000}`, value);
      }
    }
    return values;
  }

  it.each(EXPRESSIONS)('%s', async (expr) => {
    for (const stepMs of [15_000, 60_000, 47_000]) {
      const startMs = START_MS;
      const endMs = END_MS + HOUR_MS;
      const own = new Map<string, number>();
      for (const { labels, samples } of await evaluateRange(collection, {
        expr,
        startMs,
        endMs,
        stepMs,
      })) {
        samples.times.forEach((timeMs, i) => {
          own.set(`${labelsKey(labels)} ${timeMs}`, samples.values[i] ?? Number.NaN);
        });
      }
      const theirs = await askPrometheus(expr, stepMs);
      expect(theirs.size).toBeGreaterThan(100);
      expect([...own.keys()].toSorted()).toEqual([...theirs.keys()].toSorted());
      const far = [...theirs].filter(([key, value]) => !near(own.get(key), value));
      expect(far.map(([key, value]) => [key, value, own.get(key)])).toEqual([]);
    }
  });
});

function near(a: number | undefined, b: number): boolean {
  if (a === undefined) return false;
  return Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

const matrixAnswer = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), z.string()])),
      }),
    ),
  }),
});
