import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as z from 'zod';
import { loadConfig } from '../src/app/config/load-config.ts';
import type { Service } from '../src/app/service.ts';
import { type Clock, systemClock } from '../src/base/clock.ts';
import { SILENT } from '../src/base/logger.ts';
import { ManualClock } from '../src/base/manual-clock.ts';
import type { SeriesList } from '../src/contract/series.ts';
import { createFaultPlan } from '../src/sources/simulated/fault-plan.ts';
import type { Fault, FaultKind } from '../src/sources/simulated/faults.ts';
import { createSimulatedSource } from '../src/sources/simulated/simulated-source.ts';

const SEED = 7;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long it has been watched when it is shown. */
const WATCHED_MS = 30 * HOUR_MS;
const SAMPLING_PERIOD = '60s';
// The built program beside the built benches: its worker threads and the files of its web UI lie there.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const { createService } = (await import(
  new URL('../../app/service.js', import.meta.url).href
)) as typeof import('../src/app/service.ts');

export interface ShownEstate {
  readonly url: string;
  /** JSON of a route below /api/v1. */
  get(path: string): Promise<Record<string, unknown>>;
  /** Judges the last two days of a series anew with a budget; its id once it is over. */
  backtest(seriesId: number): Promise<number>;
  stop(): Promise<void>;
}

/**
 * The demo's estate as it is after a day of watching: learned as of 30 hours ago, then caught up with since, so that there
 * are bands, anomalies and incidents to look at. Everything is found, nothing is made up.
 */
export async function startShownEstate(port: number): Promise<ShownEstate> {
  const dataDir = await mkdtemp(join(tmpdir(), 'saimon-shown-'));
  const nowMs = Math.floor(systemClock.now() / MINUTE_MS) * MINUTE_MS;
  const before = new ManualClock(nowMs - WATCHED_MS);
  const learning = openService(before, { nowMs, dataDir, port });
  await learning.start();
  await untilLearned(learning.url);
  await declare(learning.url, nowMs);
  await learning.stop();
  const watching = openService(systemClock, { nowMs, dataDir, port });
  await watching.start();
  await untilCaughtUp(watching.url, nowMs);
  return {
    url: watching.url,
    get: (path) => ask(`${watching.url}/api/v1${path}`),
    backtest: (seriesId) => backtestOf(watching.url, { seriesId, nowMs }),
    async stop() {
      await watching.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

interface Place {
  readonly nowMs: number;
  readonly dataDir: string;
  readonly port: number;
}

function openService(clock: Clock, { nowMs, dataDir, port }: Place): Service {
  const settings = [
    ['schedulers.infer_every', '10s'],
    ['reader.sampling_period', SAMPLING_PERIOD],
    ['reader.tz', 'UTC'],
    ['storage.data_dir', dataDir],
    ['server.port', port],
    ['log.level', 'error'],
  ] as const;
  const flags = settings.map(([path, value]) => ({ origin: 'demo', path: path.split('.'), value }));
  const loaded = loadConfig({ environment: {}, withoutFile: true, flags });
  const source = createSimulatedSource({
    seed: SEED,
    startMs: nowMs,
    faults: { until: (timeMs) => faultsOf(nowMs).filter(({ startMs }) => startMs <= timeMs) },
    clock,
  });
  return createService({
    loaded,
    role: 'all',
    logger: SILENT,
    clock,
    source,
    read: () => loaded,
    onFailure: (error) => {
      throw error;
    },
  });
}

/** What breaks in the last day: hours ago, minutes long. The last two still go on. */
const BREAKS: readonly (readonly [FaultKind, number, number])[] = [
  ['jump', 27, 12],
  ['spike_burst', 22, 15],
  ['cascade', 19, 25],
  ['level_shift', 13, 40],
  ['dropout', 9, 20],
  ['cascade', 5, 35],
  ['jump', 2.5, 10],
  ['cascade', 0.3, 60],
  ['jump', 0.2, 60],
];

/** Of each kind the next one that the demo would have planned, an hour or more apart. */
function faultsOf(nowMs: number): Fault[] {
  const planned = [...createFaultPlan(SEED, nowMs - WATCHED_MS).until(nowMs)];
  return BREAKS.flatMap(([kind, hoursAgo, minutes]) => {
    const at = planned.findIndex(
      (fault) => fault.kind === kind && fault.startMs > nowMs - WATCHED_MS,
    );
    const [fault] = planned.splice(at, 1);
    const startMs = nowMs - hoursAgo * HOUR_MS;
    return fault ? [{ ...fault, startMs, endMs: startMs + minutes * MINUTE_MS }] : [];
  });
}

/** A deploy, planned work and a day off, as people declare them. */
async function declare(url: string, nowMs: number): Promise<void> {
  const iso = (hours: number): string => new Date(nowMs + hours * HOUR_MS).toISOString();
  const declared = {
    events: [
      { kind: 'deploy', title: 'shop 2.4.1', started_at: iso(-16) },
      { kind: 'deploy', title: 'shop 2.4.2', started_at: iso(-2.6) },
    ],
    'maintenance-windows': [
      { title: 'Backup', weekly: 'daily 02:00-02:30', match: { instance: 'db-1' } },
      { title: 'New disks', starts_at: iso(20), ends_at: iso(22), match: { instance: 'web-2' } },
    ],
    silences: [{ matchers: ['instance="web-1"'], duration: '3d', comment: 'New kernel' }],
    calendars: [{ name: 'Holidays', content: '12-25, Christmas\n01-01, New Year' }],
  };
  for (const [noun, bodies] of Object.entries(declared))
    for (const body of bodies) await ask(`${url}/api/v1/${noun}`, body);
}

async function untilLearned(url: string): Promise<void> {
  await until(url, ({ state }) => state === 'ready');
}

async function untilCaughtUp(url: string, nowMs: number): Promise<void> {
  await until(url, ({ last_sample_at: last }) => last !== null && Date.parse(last) >= nowMs);
}

async function backtestOf(
  url: string,
  { seriesId, nowMs }: { readonly seriesId: number; readonly nowMs: number },
): Promise<number> {
  const start = new Date(nowMs - 48 * HOUR_MS).toISOString();
  const settings = { detection_direction: 'above_expected', alert_budget: { max: 3 } };
  const { backtest_id: id } = await ask(`${url}/api/v1/backtests`, {
    series_ids: [seriesId],
    start,
    settings,
  });
  for (;;) {
    const { status } = await ask(`${url}/api/v1/backtests/${Number(id)}`);
    if (status === 'completed' || status === 'failed') return Number(id);
    await sleep(300);
  }
}

async function ask(url: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await fetch(url, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json' },
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (await answer.json()) as Record<string, unknown>;
}

type Series = z.output<typeof SeriesList>['series'][number];

async function until(url: string, isSo: (series: Series) => boolean): Promise<void> {
  for (let round = 0; round < 600; round++) {
    const answer = await fetch(`${url}/api/v1/series?limit=1000`);
    if (answer.ok) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const { series } = (await answer.json()) as z.output<typeof SeriesList>;
      if (series.length > 0 && series.every(isSo)) return;
    }
    await sleep(500);
  }
  throw new Error(`Cannot show the estate of ${url}: it was not ready in five minutes`);
}
