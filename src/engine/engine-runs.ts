import { setMaxListeners } from 'node:events';
import { limit } from '../base/limit.ts';
import { SEVERITIES } from '../core/anomalies/severity.ts';
import { HOUR_MS } from '../core/civil-time.ts';
import { countAnomalies } from '../store/anomalies-table.ts';
import { requeueAbandonedJobs } from '../store/training-jobs-table.ts';
import { BudgetKeeper } from './budget-keeper.ts';
import { DeclaredContext } from './declared-context.ts';
import { DetectionWriter } from './detection-writer.ts';
import { Dispatcher } from './dispatcher.ts';
import type { EngineDependencies } from './engine-dependencies.ts';
import type { EngineOptions } from './engine-options.ts';
import { Entities } from './entities.ts';
import { trainEntities } from './entity-training.ts';
import { groupIncidents } from './incident-run.ts';
import { LiveHub } from './live-events.ts';
import { openSeries } from './open-series.ts';
import { Pace } from './pace.ts';
import { proposeForPatterns } from './pattern-proposals.ts';
import { QueryRuns } from './query-runs.ts';
import { QuerySync } from './query-sync.ts';
import { RouteBudgets } from './route-budgets.ts';
import { routeIncidents } from './route-incidents.ts';
import { countStates, writeSeriesRows } from './series-rows.ts';
import { workOff } from './train-run.ts';
import type { TrainRunOptions } from './train-run-options.ts';
import { queueDueTrainings } from './training-wishes.ts';
import { isAway, messageOf, Trouble } from './trouble.ts';
import { deleteOld } from './upkeep.ts';
import { Watch } from './watch.ts';

const SERIES_A_WRITE = 100;
const ANY_TIME_MS = Date.UTC(9000, 0);
/** A training that another engine began longer ago was abandoned. */
const ABANDONED_MS = HOUR_MS;

/** The runs of an engine: what they share, and that none overlaps itself. */
export class EngineRuns {
  readonly hub: LiveHub;
  readonly trouble: Trouble;
  readonly watch: Watch;
  readonly dispatcher: Dispatcher;
  readonly #dependencies: EngineDependencies;
  readonly #sync: QuerySync;
  readonly #queries: QueryRuns;
  readonly #declared: DeclaredContext;
  readonly #entities: Entities;
  readonly #budget: BudgetKeeper;
  readonly #routeBudgets: RouteBudgets;
  readonly #turn = limit(1);
  readonly #ending = new AbortController();
  #writer: DetectionWriter;
  #options: EngineOptions;
  #hasTrained = false;
  #detecting: Promise<void> | undefined;
  #training: Promise<void> | undefined;
  #wakeTraining = new AbortController();
  #wakeDetection = new AbortController();

  constructor(dependencies: EngineDependencies, options: EngineOptions) {
    const { logger } = dependencies;
    this.#dependencies = dependencies;
    // Every training under way listens for the end.
    setMaxListeners(0, this.#ending.signal);
    this.#options = options;
    this.hub = new LiveHub(logger);
    this.trouble = new Trouble(logger);
    const shared = { ...dependencies, trouble: this.trouble, hub: this.hub, turn: this.#turn };
    this.watch = new Watch(shared);
    this.#sync = new QuerySync(shared);
    this.#queries = new QueryRuns(shared);
    this.#declared = new DeclaredContext(shared);
    this.#entities = new Entities(shared);
    this.#budget = new BudgetKeeper(dependencies);
    this.#routeBudgets = new RouteBudgets(dependencies.database);
    this.#writer = new DetectionWriter(shared);
    this.dispatcher = new Dispatcher(shared, () => this.#options);
  }

  get options(): EngineOptions {
    return this.#options;
  }

  reconfigure(options: EngineOptions): void {
    this.#options = options;
    this.#sync.reset();
    this.#declared.reset();
    this.wakeDetection();
    this.dispatcher.wake();
  }

  /** Signals that end when the next detection or training is wanted before its time. */
  get detectionWanted(): AbortSignal {
    return this.#wakeDetection.signal;
  }

  get trainingWanted(): AbortSignal {
    return this.#wakeTraining.signal;
  }

  wakeDetection(): void {
    this.#wakeDetection.abort();
  }

  wakeTraining(): void {
    this.#wakeTraining.abort();
  }

  abort(): void {
    this.#ending.abort(new Error('The engine is stopping'));
    this.wakeDetection();
    this.wakeTraining();
  }

  detect(): Promise<void> {
    this.#detecting ??= this.#detectNow().finally(() => {
      this.#detecting = undefined;
    });
    return this.#detecting;
  }

  train(): Promise<void> {
    this.#training ??= this.#trainNow().finally(() => {
      this.#training = undefined;
    });
    return this.#training;
  }

  async tidy(): Promise<void> {
    const { database, clock, logger } = this.#dependencies;
    const { retention } = this.#options;
    const deleted = await deleteOld(database, { retention, nowMs: clock.now() });
    logger.debug(deleted, 'Deleted what is older than the retention');
    const proposed = await proposeForPatterns(database, { nowMs: clock.now() });
    if (proposed.length > 0)
      logger.info({ rules: proposed }, 'Proposed rules for what was often called false');
  }

  /** After `abort`: waits for runs under way and keeps what was learned since it was written last. */
  async finish(): Promise<void> {
    await Promise.allSettled([this.#detecting, this.#training]);
    await this.#queries.settled();
    const { logger } = this.#dependencies;
    try {
      await this.#turn(() => this.#keepStates());
    } catch (error) {
      logger.warn(
        { err: error },
        `Cannot keep what was learned last: ${messageOf(error)}; it is learned again`,
      );
    }
  }

  async #detectNow(): Promise<void> {
    const { telemetry } = this.#dependencies;
    const { signal } = this.#ending;
    const begun = performance.now();
    // One that somebody sleeps on stays in force, also when a run is asked for from outside.
    if (this.detectionWanted.aborted) this.#wakeDetection = new AbortController();
    try {
      const queries = await this.#sync.activeQueries(this.#options, signal);
      await this.#declared.refresh(this.#options, signal);
      const { restDays } = this.#declared;
      const policy = { ...this.#options.policy, restDays };
      await this.watch.follow(queries, { ...this.#options, policy });
      telemetry.activeModels.set(await this.watch.noticeVersions());
      await this.#entities.load(this.#options.zone);
      for (const series of this.watch.series()) this.#declared.tell(series);
      await this.#turn(() => this.#renewBudgets());
      await this.#queries.detect(this.watch.rosters(), this.#run());
      signal.throwIfAborted();
      await this.#entities.judge(this.watch.rosters(), this.#run());
      await this.#groupIncidents();
      await this.#writeStates();
      this.trouble.ends('database');
      telemetry.modelRuns.inc({ stage: 'infer' });
    } catch (error) {
      if (signal.aborted) return;
      telemetry.modelRunsSkipped.inc({ reason: 'database' });
      this.trouble.begins(
        'database',
        `${messageOf(error)}; detection is tried again at the next run`,
      );
    } finally {
      telemetry.detectionLatency.observe((performance.now() - begun) / 1000);
    }
    if (this.#trainingIsDue()) this.wakeTraining();
  }

  async #trainNow(): Promise<void> {
    const { database } = this.#dependencies;
    const { signal } = this.#ending;
    if (this.trainingWanted.aborted) this.#wakeTraining = new AbortController();
    const run = this.#run();
    try {
      await requeueAbandonedJobs(database, { startedBeforeMs: this.#abandonedBeforeMs() });
      await openSeries(run);
      await queueDueTrainings(run);
      await workOff(run);
      await trainEntities(this.#entities, run);
      await this.#writeStates();
      this.trouble.ends('training');
    } catch (error) {
      if (signal.aborted || isAway(error)) return;
      this.trouble.begins('training', `${messageOf(error)}; training is tried again`);
    }
  }

  /**
   * What runs when a process begins was left by the one before it, and nobody shares the embedded database. On a server
   * another engine may be at work, so later on only old jobs count.
   */
  #abandonedBeforeMs(): number {
    const isFirst = !this.#hasTrained;
    this.#hasTrained = true;
    const { database, clock } = this.#dependencies;
    return isFirst || database.kind === 'pglite' ? ANY_TIME_MS : clock.now() - ABANDONED_MS;
  }

  /** Whether a series waits for its history or its first training, or series to learn how they go together. */
  #trainingIsDue(): boolean {
    if (this.#entities.unborn(this.watch.rosters()).length > 0) return true;
    for (const { opened, trained, samplesSeen, firstFailed } of this.watch.series()) {
      if (!opened) return true;
      if (!trained && !firstFailed && samplesSeen >= this.#options.minSamples) return true;
    }
    return false;
  }

  async #renewBudgets(): Promise<void> {
    const nowMs = this.#dependencies.clock.now();
    const watched = { series: [...this.watch.series()], entities: this.#entities.models() };
    await this.#budget.renew(this.#options.alertBudget, watched);
    const strictness = this.#budget.strictnessAt(nowMs);
    await this.#routeBudgets.renew(watched, { ...this.#options, strictness, nowMs });
  }

  async #groupIncidents(): Promise<void> {
    const { notify, zone, incidents } = this.#options;
    const nowMs = this.#dependencies.clock.now();
    await groupIncidents(incidents, {
      ...this.#dependencies,
      tell: (tx) => routeIncidents(tx, { notify, zone, nowMs }),
    });
    this.dispatcher.wake();
  }

  async #writeStates(): Promise<void> {
    const { telemetry, database, clock } = this.#dependencies;
    const rosters = this.watch.rosters();
    const { minSamples, inferEveryMs } = this.#options;
    const { hub } = this;
    const nowMs = clock.now();
    await writeSeriesRows(rosters, { database, hub, minSamples, inferEveryMs, nowMs });
    const states = countStates(rosters);
    for (const [state, count] of Object.entries(states))
      telemetry.seriesState.set({ state }, count);
    const counted = await countAnomalies(database);
    for (const severity of SEVERITIES) {
      const open = counted.find((one) => one.severity === severity && one.status === 'open');
      telemetry.anomaliesBySeverity.set({ severity }, open?.found ?? 0);
    }
  }

  async #keepStates(): Promise<void> {
    const pace = new Pace();
    const stale = [...this.watch.series()].filter(
      ({ opened, broken, judged, learnedUntilMs, stateSavedMs, scoredUntilMs }) =>
        opened &&
        !broken &&
        judged.size === 0 &&
        learnedUntilMs > stateSavedMs &&
        learnedUntilMs <= scoredUntilMs,
    );
    for (let at = 0; at < stale.length; at += SERIES_A_WRITE) {
      const detections = [];
      for (const series of stale.slice(at, at + SERIES_A_WRITE)) {
        const { labels, query, scoredUntilMs } = series;
        const checkpoint = series.checkpoint(scoredUntilMs, series.learnedState());
        detections.push({ ...checkpoint, metricId: query.id, labels, episodes: [], bands: [] });
        await pace.rest();
      }
      await this.#writer.writeOnce(detections);
    }
  }

  #run(): TrainRunOptions {
    return {
      ...this.#dependencies,
      options: this.#options,
      writer: this.#writer,
      declared: this.#declared,
      entities: this.#entities,
      strictnessAt: (timeMs) => this.#budget.strictnessAt(timeMs),
      hub: this.hub,
      turn: this.#turn,
      signal: this.#ending.signal,
      rosters: () => this.watch.rosters(),
      onProgress: () => this.#writeStates(),
      room: () => this.#options.maxSeries - this.watch.size,
    };
  }
}
