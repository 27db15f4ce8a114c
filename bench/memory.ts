// P8: what a series and the process take of memory. Run it with `npm run bench:memory`.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DEFAULT_POLICY } from '../src/core/model/policy.ts';
import { SeriesModel, trainSeriesModel } from '../src/core/model/series-model.ts';
import { gaussian, seededRng } from '../src/core/random.ts';
import { startPostgresServer } from '../test/services/postgres-server.ts';
import { eventually, freePort } from '../test/services/server-process.ts';
import { print } from './rounds.ts';

const DAY_MS = 86_400_000;
const SERIES = 1000;
/** Models trained for real; the thousand are made of their bytes, as the engine makes them after a training. */
const TRAINED = 4;
const IDLE_MS = 30_000;

const [, , stepText, daysText] = process.argv;
if (stepText !== undefined) holdSeries(Number(stepText), Number(daysText));
else {
  for (const [stepMs, days] of [
    [15_000, 7],
    [60_000, 7],
    [60_000, 28],
  ] as const) {
    await once(fork(fileURLToPath(import.meta.url), [`${stepMs}`, `${days}`]), 'exit');
  }
  await printBase('the embedded database', {});
  const postgres = await startPostgresServer();
  try {
    await printBase('PostgreSQL', { DATABASE_URL: postgres.url });
  } finally {
    await postgres.stop();
  }
}

/** Prints what a thousand trained series take in this process. */
function holdSeries(stepMs: number, days: number): void {
  const policy = { ...DEFAULT_POLICY, stepMs };
  const trained = Array.from({ length: TRAINED }, (_, seed) => {
    const model = trainSeriesModel(policy, historyOf(days, { stepMs, seed }), seed);
    return { state: model.snapshot(), fitted: model.fittedDetectors() };
  });
  const hold = (count: number): SeriesModel[] =>
    Array.from({ length: count }, (_, i) => {
      const model = new SeriesModel(policy);
      const { state, fitted } = trained[i % TRAINED] ?? { state: new Uint8Array(), fitted: [] };
      model.restore(state);
      for (const { kind, snapshot } of fitted) model.adopt(kind, snapshot);
      return model;
    });
  // The first thousand bring the process to its working size, the second are measured.
  const first = hold(SERIES);
  const before = memoryNow();
  const second = hold(SERIES);
  const after = memoryNow();
  const perSeries = (bytes: number): string => `${(bytes / SERIES / 1024).toFixed(1)} KB`;
  const heap = after.heapUsed - before.heapUsed;
  const arrays = after.arrayBuffers - before.arrayBuffers;
  const [one] = trained;
  const fittedBytes = one?.fitted.reduce((sum, { snapshot }) => sum + snapshot.length, 0) ?? 0;
  print(
    `${days} days at ${stepMs / 1000} s: ${perSeries(heap + arrays)} a series` +
      ` (objects ${perSeries(heap)}, arrays ${perSeries(arrays)}), resident ${perSeries(after.rss - before.rss)};` +
      ` stored: learned ${one?.state.length} bytes, fitted ${fittedBytes} bytes` +
      ` (${first.length + second.length} held)`,
  );
}

function historyOf(days: number, { stepMs, seed }: { stepMs: number; seed: number }) {
  const rng = seededRng(seed + 1);
  const start = Date.UTC(2026, 10, 2);
  const count = (days * DAY_MS) / stepMs;
  const times = Float64Array.from({ length: count }, (_, i) => start + i * stepMs);
  const values = times.map(
    (timeMs) => 50 + 20 * Math.sin((2 * Math.PI * timeMs) / DAY_MS) + 2 * gaussian(rng),
  );
  return { times, values };
}

function memoryNow(): NodeJS.MemoryUsage {
  setFlagsFromString('--expose-gc');
  for (let i = 0; i < 3; i++) runInNewContext('gc')();
  return process.memoryUsage();
}

/** Prints what the built program takes when it has watched this host for half a minute. */
async function printBase(name: string, environment: Record<string, string>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'saimon-bench-'));
  const port = await freePort();
  const args = ['dist/cli/main.js', 'serve', '--port', `${port}`, '--data-dir', folder];
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, args, { stdio: 'ignore', env });
  try {
    await eventually(() => isReady(port), { timeoutMs: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const kilobytes = (key: string): number =>
      Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1]);
    const mb = (key: string): string => `${(kilobytes(key) / 1024).toFixed(0)} MB`;
    print(`idle over ${name}: resident ${mb('VmRSS')}, at most ${mb('VmHWM')}`);
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function isReady(port: number): Promise<void> {
  const { ok, status } = await fetch(`http://127.0.0.1:${port}/-/ready`);
  if (!ok) throw new Error(`Cannot measure: the program answered ${status}`);
}
