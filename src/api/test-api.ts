import { Registry } from 'prom-client';
import { createKeyring } from '../base/keyring.ts';
import { SILENT } from '../base/logger.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { Details } from '../contract/labels.ts';
import { createInlineBacktests } from '../engine/backtest-run.ts';
import { Backtests } from '../engine/backtests.ts';
import { DEFAULT_ENGINE_OPTIONS } from '../engine/engine-options.ts';
import { createTelemetry, type Telemetry } from '../engine/telemetry.ts';
import type { Database } from '../store/database.ts';
import { createLruCache } from '../store/lru-cache.ts';
import { regroupIncidents, withIncidents } from '../store/save-incidents.ts';
import { openTestDatabase } from '../store/test-database.ts';
import type { ApiDependencies } from './dependencies.ts';
import { FakeEngine } from './fake-engine.ts';
import { FakeSource } from './fake-source.ts';
import type { FastifyApi } from './fastify-api.ts';
import { createServer } from './server.ts';

export const TEST_NOW_MS = Date.UTC(2026, 10, 22, 12);

/** Whom to tell: nobody yet; what is added is sealed. */
export const TEST_NOTIFY = {
  ...DEFAULT_ENGINE_OPTIONS.notify,
  keyring: createKeyring(['a key of the tests, 32 characters']),
};

export interface TestApi {
  readonly api: FastifyApi;
  readonly database: Database;
  readonly engine: FakeEngine;
  readonly source: FakeSource;
  readonly clock: ManualClock;
  readonly telemetry: Telemetry;
  /** Asks a path; the body is parsed when it is JSON. */
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: object): Promise<TestAnswer>;
  close(): Promise<void>;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** Makes incidents of all anomalies, as the engine does after a run. */
export async function groupAnomalies(database: Database): Promise<void> {
  const rules = { ...DEFAULT_ENGINE_OPTIONS.incidents, nowMs: TEST_NOW_MS };
  await withIncidents(database, (tx) => regroupIncidents(tx, rules));
}

/** The real server over a real database in memory, a fake engine and a fake source; it is noon on 22 November 2026. */
export async function openTestApi(overrides: Partial<ApiDependencies> = {}): Promise<TestApi> {
  const database = overrides.database ?? (await openTestDatabase());
  const engine = new FakeEngine();
  const source = new FakeSource();
  const clock = new ManualClock(TEST_NOW_MS);
  const telemetry = createTelemetry(new Registry(), { version: '1.2.3' });
  const backtests = new Backtests({
    database,
    source,
    clock,
    logger: SILENT,
    runs: createInlineBacktests(),
    options: () => DEFAULT_ENGINE_OPTIONS,
  });
  const api = await createServer({
    database,
    backtests,
    cache: createLruCache(),
    source,
    engine,
    telemetry,
    clock,
    logger: SILENT,
    version: '1.2.3',
    watching: () => ({
      inferEveryMs: 300_000,
      stepMs: 15_000,
      zone: 'UTC',
      policy: {},
      incidents: DEFAULT_ENGINE_OPTIONS.incidents,
      notify: TEST_NOTIFY,
    }),
    minSamples: 1000,
    githubSecret: () => '',
    alertmanagerSecret: () => '',
    corsOrigins: [],
    diagnose: async () => [{ name: 'node', state: 'ok', detail: '20.19.0' }],
    configuration: () => 'server: {}\n',
    reload: async () => {},
    ready: () => true,
    ...overrides,
  });
  return {
    api,
    database,
    engine,
    source,
    clock,
    telemetry,
    call: async (method, url, body) => {
      const answer = await api.inject({
        method,
        url,
        ...(body !== undefined && { payload: body }),
      });
      const isJson = String(answer.headers['content-type']).startsWith('application/json');
      return {
        status: answer.statusCode,
        headers: answer.headers,
        text: answer.body,
        body: isJson ? Details.parse(JSON.parse(answer.body)) : {},
      };
    },
    close: async () => {
      await api.close();
      await backtests.close();
      if (overrides.database === undefined) await database.close();
    },
  };
}
