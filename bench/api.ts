// P9: the API against the raw database, 1M anomalies stored, in one run. Run it with `npm run bench:api`.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { Registry } from 'prom-client';
import { FakeEngine } from '../src/api/fake-engine.ts';
import { FakeSource } from '../src/api/fake-source.ts';
import { createServer } from '../src/api/server.ts';
import { SILENT } from '../src/base/logger.ts';
import { ManualClock } from '../src/base/manual-clock.ts';
import { createInlineBacktests } from '../src/engine/backtest-run.ts';
import { Backtests } from '../src/engine/backtests.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../src/engine/engine-options.ts';
import { createTelemetry } from '../src/engine/telemetry.ts';
import { createLruCache } from '../src/store/lru-cache.ts';
import { migrate } from '../src/store/migrate.ts';
import { openPostgres } from '../src/store/postgres.ts';
import { startPostgresServer } from '../test/services/postgres-server.ts';

const ROWS = 1_000_000;
const ROUNDS = 40;
const CALLS = 25;

const FILL = `
  insert into queries (alias, expr, origin) values ('cpu', 'rate(cpu[5m])', 'config');
  insert into series (query_id, labels, labels_key, step_ms)
    select 1, jsonb_build_object('instance', n::text), n::text, 15000 from generate_series(1, 1000) n;
  insert into anomalies (series_id, metric_id, timestamp, value, expected_value, lower, upper,
      deviation_ratio, anomaly_score, severity, confidence, direction, algorithm, model_version,
      explanation, labels, context, status, opened_at, started_at, last_at, ended_at)
    select 1 + n % 1000, 1, t, 9.5, 1.25, 0.5, 2, 3, 0.973,
      (array['low', 'medium', 'high', 'critical'])[1 + n % 4], 0.9, 'above', 'zscore', '2026-11-22.1',
      'cpu of web-1 is 9.5, far above the 1.25 expected (0.5 to 2) for a Sunday evening',
      '{"instance": "web-1", "job": "node"}',
      '{"detectors": [{"detector": "zscore", "ratio": 3}], "samples": 12, "unit": "ratio"}',
      'closed', t, t, t, t
    from (select n, now() - n * interval '2 seconds' as t
      from generate_series(1, ${ROWS}) n) made;
  vacuum analyze anomalies;`;

const BY_ID = 'select * from anomalies where id = $1';
const NEWEST = 'select * from anomalies order by timestamp desc, id desc limit 50';

const STATISTICS = `select severity, is_confirmed, count(*) from anomalies
  where timestamp >= now() - interval '720 hours' group by 1, 2`;

if (process.argv[2] === 'serve') await serve(process.argv[3] ?? '');
else await measure();

async function serve(url: string): Promise<void> {
  const [database, source] = [await openPostgres(url), new FakeSource()];
  const clock = new ManualClock(Date.now());
  const api = await createServer({
    database,
    cache: createLruCache(),
    source,
    engine: new FakeEngine(),
    backtests: new Backtests({
      database,
      source,
      clock,
      logger: SILENT,
      runs: createInlineBacktests(),
      options: () => DEFAULT_ENGINE_OPTIONS,
    }),
    telemetry: createTelemetry(new Registry(), { version: 'bench' }),
    clock,
    logger: SILENT,
    version: 'bench',
    minSamples: 1000,
    corsOrigins: [],
    githubSecret: () => '',
    alertmanagerSecret: () => '',
    diagnose: async () => [{ name: 'node', state: 'ok', detail: '20.19.0' }],
    configuration: () => 'server: {}\n',
    reload: async () => {},
    ready: () => true,
    watching: () => DEFAULT_ENGINE_OPTIONS,
  });
  process.send?.(new URL(await api.listen({ host: '127.0.0.1', port: 0 })).port);
}

async function measure(): Promise<void> {
  const postgres = await startPostgresServer();
  let child: ChildProcess | undefined;
  try {
    const database = await openPostgres(postgres.url);
    await migrate(database);
    await database.close();
    const raw = new Client({ connectionString: postgres.url });
    await raw.connect();
    for (const statement of FILL.split(';\n')) await raw.query(statement);
    child = fork(fileURLToPath(import.meta.url), ['serve', postgres.url]);
    const [port] = await once(child, 'message');
    const get = await openHttp(Number(port));
    const anyId = () => 1 + Math.floor(Math.random() * ROWS);
    await report('by id', {
      raw: () => raw.query({ name: 'by_id', text: BY_ID, values: [anyId()] }),
      api: () => get(`/api/v1/anomalies/${anyId()}`),
    });
    await report('list of 50', {
      raw: () => raw.query({ name: 'newest', text: NEWEST }),
      api: () => get('/api/v1/anomalies?limit=50'),
    });
    await report('list of 50, severity', {
      raw: () =>
        raw.query({ name: 'high', text: NEWEST.replace('order', "where severity = 'high' order") }),
      api: () => get('/api/v1/anomalies?limit=50&severity=high'),
    });
    await report('statistics of 30 days', {
      calls: 1,
      raw: () => raw.query({ name: 'statistics', text: STATISTICS }),
      api: () => get('/api/v1/anomalies/stats?hours=720'),
    });
    await raw.end();
  } finally {
    child?.kill();
    await postgres.stop();
  }
}

interface Sides {
  /** Calls of each side a round. */
  readonly calls?: number;
  readonly raw: () => Promise<unknown>;
  readonly api: () => Promise<unknown>;
}

/** Both sides in turn, so that a drift of the machine meets both alike; the first rounds do not count. */
async function report(name: string, { raw, api, calls = CALLS }: Sides): Promise<void> {
  const times = { raw: [] as number[], api: [] as number[] };
  for (let round = -5; round < ROUNDS; round++) {
    for (const [side, ask] of [
      ['raw', raw],
      ['api', api],
    ] as const) {
      for (let call = 0; call < calls; call++) {
        const started = performance.now();
        await ask();
        if (round >= 0) times[side].push(performance.now() - started);
      }
    }
  }
  const [rawP50, apiP50, apiP99] = [at(times.raw, 0.5), at(times.api, 0.5), at(times.api, 0.99)];
  console.log(
    `${name}: raw p50 ${rawP50.toFixed(3)} ms, API p50 ${apiP50.toFixed(3)} ms (${(apiP50 / rawP50).toFixed(1)}x), API p99 ${apiP99.toFixed(2)} ms`,
  );
}

function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(share * sorted.length)] ?? Number.NaN;
}

/** A client that costs next to nothing: one connection, one request at a time. */
async function openHttp(port: number): Promise<(path: string) => Promise<void>> {
  const socket: Socket = connect(port, '127.0.0.1').setNoDelay(true);
  await once(socket, 'connect');
  let missing = -1;
  let done: (() => void) | undefined;
  socket.on('data', (chunk) => {
    if (missing < 0) {
      const head = chunk.indexOf('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(chunk.toString('latin1', 0, head))?.[1];
      if (!chunk.toString('latin1', 0, 12).endsWith('200')) throw new Error(chunk.toString());
      missing = Number(length) + head + 4;
    }
    missing -= chunk.length;
    if (missing > 0) return;
    missing = -1;
    done?.();
  });
  return (path) =>
    new Promise((resolve) => {
      done = resolve;
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    });
}
