import { Registry } from 'prom-client';
import type { Logger } from '../base/logger.ts';
import { ManualClock } from '../base/manual-clock.ts';
import { DAY_MS } from '../core/civil-time.ts';
import { gaussian, seededRng } from '../core/random.ts';
import { FakeSource } from '../sources/fake-source.ts';
import type { Source } from '../sources/source.ts';
import { listAnomalies } from '../store/anomalies-table.ts';
import type { Database } from '../store/database.ts';
import { StoreError } from '../store/errors.ts';
import type { DispatcherParts } from './dispatcher.ts';
import { createEngine, type Engine } from './engine.ts';
import type { EngineOptions } from './engine-options.ts';
import { createTelemetry, type Telemetry } from './telemetry.ts';
import { createInlineTraining, type TrainingWorkers } from './workers/training-workers.ts';

/** A Sunday noon, UTC. */
export const NOON_MS = Date.UTC(2026, 10, 22, 12);
export const MINUTE_MS = 60_000;

export interface TestWorldOptions {
  readonly startMs?: number;
  readonly workers?: TrainingWorkers;
  readonly options?: Partial<EngineOptions>;
  readonly notifierOf?: DispatcherParts['notifierOf'];
}

/** A small world for tests: a clock that stands still, a source of functions, an engine as often as one is asked for. */
export class TestWorld {
  readonly clock: ManualClock;
  readonly source: FakeSource;
  readonly telemetry: Telemetry = createTelemetry(new Registry(), { version: 'test' });
  /** What was said at warn and error. */
  readonly said: string[] = [];
  readonly #database: Database;
  readonly #workers: TrainingWorkers;
  readonly #options: Partial<EngineOptions>;
  readonly #notifierOf: DispatcherParts['notifierOf'];

  constructor(
    database: Database,
    {
      startMs = NOON_MS,
      workers = createInlineTraining(),
      options = {},
      notifierOf,
    }: TestWorldOptions = {},
  ) {
    this.clock = new ManualClock(startMs);
    this.source = new FakeSource(this.clock);
    this.#database = database;
    this.#workers = workers;
    this.#notifierOf = notifierOf;
    this.#options = {
      stepMs: MINUTE_MS,
      settleMs: 0,
      historyMs: DAY_MS,
      fitWindowMs: DAY_MS,
      policy: { trees: 10, treeSampleSize: 64 },
      queries: [{ alias: 'load', expr: 'load' }],
      ...options,
    };
  }

  /** Another process on the same database, over functions unless another source is given. */
  engine(database: Database = this.#database, source: Source = this.source): Engine {
    const { clock, telemetry, said } = this;
    const say = (_: object, message: string): void => void said.push(message);
    const logger: Logger = { debug() {}, info() {}, warn: say, error: say };
    const parts = { database, source, clock, logger, telemetry, workers: this.#workers };
    return createEngine({ ...parts, options: this.#options, notifierOf: this.#notifierOf });
  }

  /** Moves time on; detects at every interval, and trains where it is due. */
  async run(engine: Engine, minutes: number, everyMinutes = 5): Promise<void> {
    for (let passed = 0; passed < minutes; passed += everyMinutes) {
      await this.clock.advance(everyMinutes * MINUTE_MS);
      await engine.detectOnce();
      await engine.trainOnce();
    }
  }

  /** All anomalies without what the database chose for them. */
  async anomalies() {
    const { rows } = await listAnomalies(this.#database, {}, { skip: 0, limit: 1000 });
    return rows.map((row) => ({ ...row, id: 0, modelId: 0, createdAtMs: 0 }));
  }
}

const dead = () => new StoreError('failed', 'Cannot ask the database: the process was killed');

/**
 * Passes everything on, until `dieAfter` more transactions: the last one is lost, or with `afterCommit` written without an
 * answer, and nothing is written any more.
 */
export function mortal(of: Database): Database & { dieAfter: number; afterCommit: boolean } {
  const self = {
    ...of,
    dieAfter: Number.POSITIVE_INFINITY,
    afterCommit: false,
    async query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]> {
      if (self.dieAfter <= 0) throw dead();
      return of.query<Row>(sql, parameters);
    },
    async transaction<T>(work: Parameters<typeof of.transaction<T>>[0]): Promise<T> {
      if (self.dieAfter <= 0 || (--self.dieAfter <= 0 && !self.afterCommit)) throw dead();
      const done = await of.transaction(work);
      if (self.dieAfter <= 0) throw dead();
      return done;
    },
  };
  return self;
}

/** Normal noise around 10 with deviation 1: the same number whenever the same time is asked for. */
export function noise(timeMs: number, seed = 0): number {
  const rng = seededRng(((timeMs / 1000) ^ (seed * 7919)) >>> 0);
  rng();
  return 10 + gaussian(rng);
}

/** Noise, and more than that for ten minutes from `fromMs` on. */
export function noiseWithJump(timeMs: number, fromMs: number): number {
  return noise(timeMs) + (timeMs >= fromMs && timeMs < fromMs + 10 * MINUTE_MS ? 15 : 0);
}
