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
import type { Fault } from '../src/sources/simulated/faults.ts';
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
  readonly nowMs: number;
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
  await learning.stop();
  const watching = openService(systemClock, { nowMs, dataDir, port });
  await watching.start();
  await untilCaughtUp(watching.url, nowMs);
  return {
    url: watching.url,
    nowMs,
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

/** What breaks in the last day: the demo's own faults, an hour or more apart, the last one still going on. */
function faultsOf(nowMs: number): Fault[] {
  const hoursAgo = [27, 22, 19, 14, 9, 5, 2.5, 0.4];
  const planned = createFaultPlan(SEED, nowMs - WATCHED_MS).until(nowMs);
  const [cascades, others] = [
    planned.filter(({ kind }) => kind === 'cascade'),
    planned.filter(({ kind, startMs }) => kind !== 'cascade' && startMs > nowMs - WATCHED_MS),
  ];
  return hoursAgo.flatMap((ago, index) => {
    const fault = index % 3 === 2 ? cascades[index] : others[index];
    if (!fault) return [];
    const startMs = nowMs - ago * HOUR_MS;
    return [{ ...fault, startMs, endMs: startMs + (10 + 5 * index) * MINUTE_MS }];
  });
}

async function untilLearned(url: string): Promise<void> {
  await until(url, ({ state }) => state === 'ready');
}

async function untilCaughtUp(url: string, nowMs: number): Promise<void> {
  await until(url, ({ last_sample_at: last }) => last !== null && Date.parse(last) >= nowMs);
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
