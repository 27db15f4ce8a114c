import { startNodeExporter } from './node-exporter-server.ts';
import { type PostgresServer, startPostgresServer } from './postgres-server.ts';
import { type PrometheusServer, startPrometheus } from './prometheus-server.ts';
import { type RedisServer, startRedisServer } from './redis-server.ts';
import { type RunningSaimon, runSaimon } from './running-saimon.ts';
import { eventually, freePort } from './server-process.ts';
import { SIGNALS, type SignalExporter, startSignalExporter } from './signal-exporter.ts';

const STEP_S = 15;
const DAY_S = 86_400;
const PATIENT = { timeoutMs: 240_000, everyMs: 500 };

/** What `docker compose up` starts, as far as there are programs for it here: an API and an engine over servers. */
export interface WatchedStack {
  readonly exporter: SignalExporter;
  readonly prometheus: PrometheusServer;
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  readonly api: RunningSaimon;
  readonly engine: RunningSaimon;
  /** Where results are sent to: the same Prometheus, which scrapes both SAIMons too. */
  stop(): Promise<void>;
}

/** Starts everything over two days of history and waits until every series has its models. */
export async function startStack(): Promise<WatchedStack> {
  const closing: (() => Promise<unknown>)[] = [];
  const owned = <Thing extends { stop(): Promise<unknown> }>(thing: Thing): Thing => {
    closing.push(() => thing.stop());
    return thing;
  };
  const stop = async (): Promise<void> => {
    for (const close of closing.toReversed()) await close();
  };
  try {
    const exporter = owned(await startSignalExporter());
    const endS = Math.floor(Date.now() / 1000);
    const node = owned(await startNodeExporter());
    const ports = { api: await freePort(), engine: await freePort() };
    const prometheus = owned(
      await startPrometheus({
        targets: [exporter.target, node.target],
        scrapeInterval: '5s',
        history: exporter.history({ startS: endS - 2 * DAY_S, endS, stepS: STEP_S }),
        receiver: true,
        saimon: [`127.0.0.1:${ports.api}`, `127.0.0.1:${ports.engine}`],
      }),
    );
    const postgres = owned(await startPostgresServer());
    const redis = owned(await startRedisServer());
    const queries = Object.fromEntries(SIGNALS.map((name) => [name, { expr: name }]));
    const config = {
      reader: { datasource_url: prometheus.url, sampling_period: '5s', tz: 'UTC', queries },
      schedulers: { infer_every: '10s' },
      writer: { remote_write: { url: `${prometheus.url}/api/v1/write` } },
    };
    const environment = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
    const role = (name: 'api' | 'engine') =>
      runSaimon(config, environment, { args: ['--role', name], port: ports[name] });
    const engine = owned(await role('engine'));
    const api = owned(await role('api'));
    await eventually(() => allReady(api), PATIENT);
    return { exporter, prometheus, postgres, redis, api, engine, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function allReady(api: RunningSaimon): Promise<void> {
  const states = (await api.series()).map(({ state }) => state);
  const ready = states.filter((state) => state === 'ready').length;
  if (ready < SIGNALS.length) {
    throw new Error(`Waiting for models: ${ready} of ${SIGNALS.length} series are ready`);
  }
}
