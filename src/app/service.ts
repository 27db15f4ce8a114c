import { collectDefaultMetrics, Registry } from 'prom-client';
import type { FastifyApi } from '../api/fastify-api.ts';
import { createServer } from '../api/server.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { parseDuration } from '../base/duration.ts';
import type { Logger } from '../base/logger.ts';
import { createBacktestRuns } from '../engine/backtest-run.ts';
import { Backtests } from '../engine/backtests.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import type { LiveListener } from '../engine/live-events.ts';
import { sealChannels } from '../engine/sealed-settings.ts';
import { createTelemetry } from '../engine/telemetry.ts';
import { createTrainingWorkers } from '../engine/workers/training-workers.ts';
import type { Source } from '../sources/source.ts';
import type { Cache } from '../store/cache.ts';
import { createLruCache } from '../store/lru-cache.ts';
import { createRedisCache } from '../store/redis-cache.ts';
import { checkChannels } from './channel-finding.ts';
import type { Config } from './config/config-schema.ts';
import type { LoadedConfig } from './config/load-config.ts';
import { printConfig } from './config/print-config.ts';
import { createConfiguredSource, isStartable, readerKey } from './configured-source.ts';
import { engineSettings, incidentsOf, policyOf, zoneOf } from './engine-settings.ts';
import { createLateDatabase } from './late-database.ts';
import { createLateSource } from './late-source.ts';
import { notifyOf } from './notify-settings.ts';
import {
  databaseKind,
  databasePlace,
  openDatabase,
  openDatabaseWhenThere,
} from './open-database.ts';
import { checkConfiguration, checkDataDir, checkNode } from './own-findings.ts';
import { createRemoteEngine } from './remote-engine.ts';
import { createResultWriter } from './result-writer.ts';
import { openKeyring } from './secret-key.ts';
import { stackFindings } from './stack-findings.ts';
import { listenError } from './start-error.ts';
import { tellSealing } from './tell-sealing.ts';
import { readVersion } from './version.ts';

/** Enough for a rate over a minute to have its samples, at the default period. */
const EARLY_LOOKS = 6;

/** `api` serves what another process detects, `engine` is one of several that detect; both need PostgreSQL. */
export type Role = 'all' | 'api' | 'engine';

export interface ServiceOptions {
  readonly loaded: LoadedConfig;
  readonly role: Role;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Reads the configuration anew. Throws ConfigError. */
  readonly read: () => LoadedConfig;
  /** Instead of the one that the configuration names. */
  readonly source?: Source;
  /** Told when the service cannot go on after it has started. */
  readonly onFailure: (error: unknown) => void;
}

export interface Service {
  /** Listens, opens the database, then watches. With a database server that is down it resolves and waits for it. */
  start(): Promise<void>;
  /** Ends within seconds; what was learned is kept. */
  stop(): Promise<void>;
  /** Takes over a changed configuration; throws and keeps the old one when it is wrong. */
  reload(): Promise<void>;
  /** Where it listens, once it does. */
  readonly url: string;
  subscribe(listener: LiveListener): () => void;
}

/** The whole program: the only place where its parts meet. */
export function createService(options: ServiceOptions): Service {
  const { logger, role, clock = systemClock } = options;
  const version = readVersion();
  const telemetry = createTelemetry(new Registry(), { version });
  // Memory, processor time and the event loop's delay.
  collectDefaultMetrics({ register: telemetry.registry });
  const ending = new AbortController();
  let { loaded } = options;
  let { config } = loaded;
  const keyring = openKeyring(config.storage);
  const database = createLateDatabase(databaseKind(config.storage));
  const cache = createCache(config, logger);
  const parts = { database, clock, logger, role };
  const source = createLateSource(options.source ?? createConfiguredSource(config, parts));
  const workers = role === 'api' ? undefined : createTrainingWorkers();
  const results =
    role === 'api' ? undefined : createResultWriter(config, { ...parts, telemetry, version });
  const engine =
    workers &&
    createEngine({
      database,
      source,
      clock,
      logger,
      telemetry,
      workers,
      ...(results && { results }),
      options: engineSettings(config, keyring),
    });
  const backtests = new Backtests({
    database,
    source,
    clock,
    logger,
    // One at a time: detection and training have threads of their own to share the machine with.
    runs: createBacktestRuns({ size: 1 }),
    options: () => engineSettings(config),
  });
  let server: FastifyApi | undefined;
  let url = '';
  let ready = false;
  let opening: Promise<void> = Promise.resolve();
  let reloading: Promise<void> = Promise.resolve();

  async function watch(): Promise<void> {
    await sealChannels(database, keyring).then(
      (sealing) => tellSealing(sealing, logger),
      (error: unknown) => logger.warn({ err: error }, 'Cannot seal the secrets of channels now'),
    );
    if (role !== 'api' && isStartable(source.current)) await source.current.start();
    engine?.start();
    const health = await source.health(ending.signal);
    if (health.healthy) logger.info({}, health.detail);
    else logger.warn({}, `${health.detail}; asked again every ${config.schedulers.infer_every}`);
    ready = true;
    if (cache.kind === 'redis' && (await cache.health()) !== 'healthy') {
      logger.warn({}, 'Redis does not answer: answers are slower until it does');
    }
    if (engine !== undefined && source.kind === 'host') void lookEarly(engine).catch(() => {});
  }

  /** A collector that has just begun holds nothing yet: its series are met as their first samples arrive. */
  async function lookEarly(collecting: Engine): Promise<void> {
    for (let round = 0; round < EARLY_LOOKS && !ending.signal.aborted; round++) {
      await clock.sleep(parseDuration(config.reader.sampling_period), ending.signal);
      if (!ending.signal.aborted) await collecting.detectOnce();
    }
  }

  async function waitForDatabase(): Promise<void> {
    const opened = await openDatabaseWhenThere(config.storage, {
      clock,
      logger,
      signal: ending.signal,
    });
    if (opened === undefined) return;
    database.open(opened);
    await watch();
  }

  async function takeOver(next: LoadedConfig): Promise<void> {
    for (const warning of next.warnings) logger.warn({}, warning);
    for (const section of ['storage', 'server', 'log', 'writer'] as const) {
      if (JSON.stringify(next.config[section]) !== JSON.stringify(config[section])) {
        logger.warn({}, `A change of ${section} takes effect at the next start`);
      }
    }
    if (options.source === undefined && readerKey(next.config) !== readerKey(config)) {
      const created = createConfiguredSource(next.config, parts);
      const former = source.replace(created);
      await former.close();
      if (ready && role !== 'api' && isStartable(created)) await created.start();
    }
    await engine?.reconfigure(engineSettings(next.config, keyring));
    loaded = next;
    config = next.config;
  }

  async function reloadOnce(): Promise<void> {
    telemetry.configReloadSuccessful.set(0);
    await takeOver(options.read());
    telemetry.configReloadSuccessful.set(1);
    logger.info({}, 'Configuration reloaded');
  }

  return {
    get url() {
      return url;
    },
    subscribe: (listener) => engine?.subscribe(listener) ?? (() => {}),
    async start() {
      const { addr, port, cors_origins: corsOrigins } = config.server;
      server = await createServer({
        database,
        cache,
        source,
        engine: engine ?? createRemoteEngine({ database, clock, logger }),
        telemetry,
        backtests,
        clock,
        logger,
        version,
        watching: () => ({
          inferEveryMs: parseDuration(config.schedulers.infer_every),
          stepMs: parseDuration(config.reader.sampling_period),
          zone: zoneOf(config),
          policy: policyOf(config),
          incidents: incidentsOf(config),
          notify: notifyOf(config, keyring),
        }),
        minSamples: config.schedulers.min_samples,
        githubSecret: () => config.context.hooks.github_secret,
        alertmanagerSecret: () => config.context.hooks.alertmanager_secret,
        corsOrigins,
        diagnose: async () => [
          checkNode(process.versions.node),
          checkConfiguration(loaded),
          await checkDataDir(config.storage),
          ...(await checkChannels(database, keyring)),
          ...(await stackFindings(config, { source, database, nowMs: clock.now(), version })),
          ...(engine?.status().problems ?? []).map(
            (detail) => ({ name: 'detection', state: 'warn', detail }) as const,
          ),
        ],
        configuration: () => printConfig(loaded),
        reload: () => this.reload(),
        ready: () => ready,
      });
      try {
        url = await server.listen({ host: addr, port });
      } catch (error) {
        throw listenError(error, `${addr}:${port}`);
      }
      logger.info({ url, role }, `SAIMon ${version} listens on ${url}`);
      logger.info({}, `Opening the database: ${databasePlace(config.storage)}`);
      if (database.kind === 'postgres') {
        void waitForDatabase().catch(options.onFailure);
        return;
      }
      opening = openDatabase(config.storage, logger).then((opened) => database.open(opened));
      await opening;
      if (!ending.signal.aborted) await watch();
    },
    reload() {
      // One after the other, also after one that failed.
      const turn = reloading.then(reloadOnce, reloadOnce);
      reloading = turn;
      return turn;
    },
    async stop() {
      ready = false;
      ending.abort();
      await server?.close();
      await backtests.close();
      // Half a database is worse than a moment's wait; who started it hears of a failure.
      await opening.catch(() => {});
      await engine?.stop();
      await results?.close();
      await workers?.close();
      await source.close();
      await cache.close();
      await database.close();
    },
  };
}

function createCache({ storage }: Config, logger: Logger): Cache {
  if (storage.redis_url === '') return createLruCache();
  const onChange = (health: 'healthy' | 'unreachable') =>
    health === 'healthy'
      ? logger.info({}, 'Redis answers')
      : logger.warn({}, 'Redis does not answer: answers are slower until it is back');
  return createRedisCache(storage.redis_url, { onChange });
}
