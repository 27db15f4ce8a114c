// P5: from a real Prometheus that holds a week of a thousand series to stored models. Run it with `npm run bench:first-start`.
// Arguments: series, step in seconds.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { systemClock } from '../src/base/clock.ts';
import { SILENT } from '../src/base/logger.ts';
import { gaussian, seededRng } from '../src/core/random.ts';
import { createEngine } from '../src/engine/engine.ts';
import { createTelemetry } from '../src/engine/telemetry.ts';
import {
  createTrainingWorkers,
  type TrainingWorkers,
} from '../src/engine/workers/training-workers.ts';
import { createPrometheusSource } from '../src/sources/prometheus/prometheus-source.ts';
import type { Source } from '../src/sources/source.ts';
import type { Database } from '../src/store/database.ts';
import { migrate } from '../src/store/migrate.ts';
import { openEmbedded } from '../src/store/pglite.ts';
import { startPrometheus } from '../test/services/prometheus-server.ts';
import { freePort } from '../test/services/server-process.ts';
import { print } from './rounds.ts';

const WEEK_S = 7 * 86_400;
const DIST = '../../'; // The built program beside the built benches.
const series = Number(process.argv[2] ?? 1000);
const stepS = Number(process.argv[3] ?? 60);
const endS = Math.floor(Date.now() / 1000 / stepS) * stepS;
const folder = mkdtempSync(join(tmpdir(), 'saimon-bench-'));
const port = await freePort();
const target = createServer((_request, response) => response.end('')).listen(port, '127.0.0.1');
await once(target, 'listening');
const targets = [`127.0.0.1:${port}`];
const prometheus = await startPrometheus({ targets, scrapeInterval: '15s', history: history() });
const workers = createTrainingWorkers({
  url: new URL(`${DIST}engine/workers/train-worker.js`, import.meta.url),
  size: 1,
});
const pglite = await openEmbedded({
  dataDir: folder,
  workerUrl: new URL(`${DIST}store/pglite-worker.js`, import.meta.url),
});
try {
  await migrate(pglite);
  await measure();
} finally {
  await workers.close();
  await pglite.close();
  await prometheus.stop();
  target.close();
  rmSync(folder, { recursive: true });
}

async function measure(): Promise<void> {
  const spent = { reading: 0, training: 0, storing: 0, samples: 0 };
  const engine = createEngine({
    database: timedDatabase(pglite, spent),
    source: timedSource(createPrometheusSource({ url: prometheus.url }), spent),
    workers: timedWorkers(workers, spent),
    clock: systemClock,
    logger: SILENT,
    telemetry: createTelemetry(new Registry(), { version: 'bench' }),
    options: { queries: [{ alias: 'load', expr: 'load' }], stepMs: stepS * 1000 },
  });
  const began = performance.now();
  const cpu = process.cpuUsage();
  let stored = 0;
  for (let round = 0; round < 10 && stored < series; round++) {
    await engine.detectOnce();
    await engine.trainOnce();
    const [row] = await pglite.query<{ trained: number }>(
      'select count(distinct series_id) as trained from models',
    );
    stored = row?.trained ?? 0;
  }
  const wall = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await engine.stop();
  const perMillion = 1e6 / spent.samples;
  const said = (name: string, seconds: number): void =>
    print(
      `${name}: ${seconds.toFixed(1)} s, ${(seconds * perMillion).toFixed(2)} s per million samples`,
    );
  print(`${stored} of ${series} series, ${spent.samples} samples at ${stepS} s, one worker`);
  said('wall', wall);
  said('CPU of the process', (user + system) / 1e6);
  said('waiting for Prometheus and reading its answers, wall', spent.reading / 1000);
  said('training, time of the worker', spent.training / 1000);
  said('waiting for the database, wall', spent.storing / 1000);
}

interface Spent {
  reading: number;
  training: number;
  storing: number;
  samples: number;
}

function timedSource(source: Source, spent: Spent): Source {
  return {
    ...source,
    async queryRange(request) {
      const began = performance.now();
      const answer = await source.queryRange(request);
      spent.reading += performance.now() - began;
      return answer;
    },
  };
}

function timedWorkers(pool: TrainingWorkers, spent: Spent): TrainingWorkers {
  return {
    ...pool,
    async train(task, signal) {
      const outcome = await pool.train(task, signal);
      spent.training += outcome.durationMs;
      spent.samples += outcome.samples;
      return outcome;
    },
  };
}

function timedDatabase(database: Database, spent: Spent): Database {
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    try {
      return await work();
    } finally {
      spent.storing += performance.now() - began;
    }
  };
  return {
    ...database,
    query: (sql, parameters) => timed(() => database.query(sql, parameters)),
    exec: (sql) => timed(() => database.exec(sql)),
    transaction: (work) => timed(() => database.transaction(work)),
  };
}

/** A week of gauges with a daily rhythm and noise, one text a series. */
function* history(): Iterable<string> {
  const rng = seededRng(5);
  yield '# TYPE load gauge\n';
  for (let one = 0; one < series; one++) {
    let text = '';
    for (let atS = endS - WEEK_S; atS <= endS; atS += stepS) {
      const rhythm = Math.sin((2 * Math.PI * atS) / 86_400 + one);
      const value = 50 + 20 * rhythm + (1 + (one % 5)) * gaussian(rng);
      text += `load{n="${one}"} ${value.toFixed(3)} ${atS}\n`;
    }
    yield text;
  }
  yield '# EOF\n';
}
