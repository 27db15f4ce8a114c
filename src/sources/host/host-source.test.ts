import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SILENT } from '../../base/logger.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import { describeSource } from '../source.suite.ts';
import { createHostSource, type HostSource, type HostSourceOptions } from './host-source.ts';
import { MemorySampleStorage } from './memory-sample-storage.ts';

const STEP_MS = 15_000;
const START_MS = Date.UTC(2026, 10, 22, 12);

let root: string;
let source: HostSource | undefined;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'saimon-host-'));
});
afterEach(async () => {
  await source?.close();
  rmSync(root, { recursive: true });
});

/** A machine of one CPU, busy for a quarter of the time, that receives 1000 bytes a second. */
function writeMachine(nowMs: number, procRoot = root): void {
  const seconds = (nowMs - START_MS) / 1000 + 10_000;
  const files = {
    stat: `cpu0 ${seconds * 25} 0 0 ${seconds * 75} 0 0 0 0 0 0\n`,
    meminfo: 'MemTotal: 1000 kB\nMemAvailable: 400 kB\n',
    'net/dev': `a|b|c\n eth0: ${seconds * 1000} 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n`,
    loadavg: '0.5 0.5 0.5 1/96 8070\n',
    'self/mounts': '',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(procRoot, name)), { recursive: true });
    writeFileSync(join(procRoot, name), text);
  }
}

function make(clock: ManualClock, more: Partial<HostSourceOptions> = {}): HostSource {
  source = createHostSource({
    storage: new MemorySampleStorage(),
    clock,
    logger: SILENT,
    instance: 'box',
    procRoot: root,
    ...more,
  });
  return source;
}

/** Lets `turns` collections happen, on a machine that goes on working. */
async function collect(clock: ManualClock, turns: number, procRoot = root): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    while (clock.sleeping === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    writeMachine(clock.now() + STEP_MS, procRoot);
    await clock.advance(STEP_MS);
  }
  while (clock.sleeping === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe('host source', () => {
  it('answers the presets that the machine has, from its own samples', async () => {
    const clock = new ManualClock(START_MS);
    writeMachine(START_MS);
    const host = make(clock);
    await host.start();
    await collect(clock, 8);
    const presets = await host.presets();
    expect(presets.map(({ alias }) => alias)).toEqual([
      'node_cpu_busy',
      'node_memory_available',
      'node_load1',
      'node_network_received',
      'node_network_transmitted',
    ]);
    const endMs = clock.now();
    const last = new Map<string, number | undefined>();
    for (const { alias, expr } of presets) {
      const answer = await host.queryRange({ expr, startMs: START_MS, endMs, stepMs: STEP_MS });
      expect(answer.series).toHaveLength(1);
      expect(answer.series[0]?.labels).toMatchObject({ instance: 'box' });
      expect(answer.series[0]?.samples.times.at(-1)).toBe(endMs);
      last.set(alias, answer.series[0]?.samples.values.at(-1));
    }
    expect(last.get('node_cpu_busy')).toBeCloseTo(0.25, 9);
    expect(last.get('node_memory_available')).toBe(0.4);
    expect(last.get('node_network_received')).toBeCloseTo(1000, 6);
  });

  it('goes on after a restart with what it kept', async () => {
    const clock = new ManualClock(START_MS);
    const storage = new MemorySampleStorage();
    writeMachine(START_MS);
    const first = make(clock, { storage });
    await first.start();
    await collect(clock, 3);
    await first.close();
    await clock.advance(STEP_MS);
    const second = make(clock, { storage });
    await second.start();
    const answer = await second.queryRange({
      expr: 'count_over_time(node_load1[5m])',
      startMs: clock.now(),
      endMs: clock.now(),
      stepMs: STEP_MS,
    });
    expect([...(answer.series[0]?.samples.values ?? [])]).toEqual([5]);
  });

  it('dates samples at the interval when it wakes a little late', async () => {
    const clock = new ManualClock(START_MS + 120);
    writeMachine(START_MS);
    const host = make(clock);
    await host.start();
    const request = { expr: 'node_load1', startMs: START_MS, endMs: START_MS, stepMs: STEP_MS };
    expect((await host.queryRange(request)).series).toHaveLength(1);
  });

  it('scrapes targets beside the machine and reports on both', async () => {
    const server = createServer((_, response) => {
      response.end(
        [
          '# TYPE hits_total counter\nhits_total 7',
          '# HELP wait_seconds Time waited\n# TYPE wait_seconds histogram',
          'wait_seconds_bucket{le="1"} 3\nwait_seconds_bucket{le="+Inf"} 4',
          'wait_seconds_sum 5\nwait_seconds_count 4\n',
        ].join('\n'),
      );
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const clock = new ManualClock(START_MS);
    writeMachine(START_MS);
    const targets = [
      { url: `http://127.0.0.1:${port}/metrics`, job: 'shop' },
      { url: 'http://127.0.0.1:1/metrics', job: 'gone' },
    ];
    const host = make(clock, { targets });
    await host.start();
    const request = { expr: 'up', startMs: START_MS, endMs: START_MS, stepMs: STEP_MS };
    const up = await host.queryRange(request);
    expect(up.series.map(({ labels, samples }) => [labels['job'], samples.values[0]])).toEqual([
      ['gone', 0],
      ['shop', 1],
    ]);
    expect(await host.health()).toMatchObject({ healthy: true });
    expect((await host.health()).detail).toMatch(/^Watching box: \d+ series, 1 of 2 targets up$/);
    const proposals = await host.discover();
    expect(proposals).toContainEqual(
      expect.objectContaining({ alias: 'hits_rate', expr: 'rate(hits_total[1m])' }),
    );
    const asked = new Map(proposals.map(({ alias, expr }) => [alias, expr]));
    expect(asked.get('wait_seconds_rate')).toBe('rate(wait_seconds_count[1m])');
    for (const expr of asked.values()) {
      await expect(host.queryRange({ ...request, expr })).resolves.toMatchObject({ warnings: [] });
    }
    await new Promise((resolve) => server.close(resolve));
  });

  it('is not healthy while the database fails, and says why', async () => {
    const clock = new ManualClock(START_MS);
    const storage = new MemorySampleStorage();
    writeMachine(START_MS);
    const host = make(clock, { storage });
    await host.start();
    storage.failure = new Error('No space left on device');
    await collect(clock, 1);
    const health = await host.health();
    expect(health.healthy).toBe(false);
    expect(health.detail).toMatch(/samples are only in memory: No space left on device$/);
    storage.failure = undefined;
    await collect(clock, 1);
    expect((await host.health()).healthy).toBe(true);
  });
});

describeSource('the host', async () => {
  const procRoot = mkdtempSync(join(tmpdir(), 'saimon-host-'));
  const clock = new ManualClock(START_MS);
  const storage = new MemorySampleStorage();
  const start = async (maxSeries: number) => {
    const host = createHostSource({ storage, clock, logger: SILENT, procRoot, maxSeries });
    await host.start();
    return host;
  };
  writeMachine(START_MS, procRoot);
  const host = await start(100);
  await collect(clock, 8, procRoot);
  return {
    source: host,
    limited: await start(1),
    expr: 'node_cpu_seconds_total{mode=~"idle|user"}',
    emptyExpr: 'rate(nothing_total[5m])',
    badExpr: 'rate(node_load1',
    startMs: START_MS + STEP_MS,
    endMs: START_MS + 8 * STEP_MS,
    stepMs: STEP_MS,
    stop: () => Promise.resolve(rmSync(procRoot, { recursive: true })),
  };
});
