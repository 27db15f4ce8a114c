import type { Clock } from '../base/clock.ts';
import {
  type AlertBudget,
  decideBudget,
  decisionAt,
  hasBoundary,
  recentPastOf,
  type Watched,
} from '../core/calibration/alert-budget.ts';
import {
  countOpened,
  deleteAlertBudget,
  findAlertBudget,
  type StoredBudget,
  saveAlertBudget,
} from '../store/alert-budgets-table.ts';
import type { Database } from '../store/database.ts';
import type { LiveSeries } from './live-series.ts';
import { plannedSpans } from './planned-work.ts';
import type { Telemetry } from './telemetry.ts';

/** Decided anew before its day is over when there are so many times the series. */
const MANY_MORE = 1.1;
const SCOPE = { scope: 'all' };

/** What an alert budget is shared by. */
export interface WatchedByBudget {
  readonly series: Iterable<LiveSeries>;
  /** Joint models of the entities that some of the series make. */
  readonly entities: readonly Watched[];
}

/** Keeps all series within the alert budget, if there is one: decides daily how strict they are. */
export class BudgetKeeper {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #telemetry: Telemetry;
  #decided: StoredBudget | undefined;
  #known = false;

  constructor({
    database,
    clock,
    telemetry,
  }: {
    readonly database: Database;
    readonly clock: Clock;
    readonly telemetry: Telemetry;
  }) {
    this.#database = database;
    this.#clock = clock;
    this.#telemetry = telemetry;
  }

  /** What boundaries are multiplied by for a sample of `timeMs`. */
  strictnessAt(timeMs: number): number {
    const decided = this.#decided;
    if (decided === undefined) return 1;
    return timeMs >= decided.sinceMs ? decided.strictness : decided.formerStrictness;
  }

  /** Before a run: decides where that is due. */
  async renew(
    budget: AlertBudget | undefined,
    { series, entities }: WatchedByBudget,
  ): Promise<void> {
    if (budget === undefined) return this.#forget();
    this.#decided = this.#known ? this.#decided : await findAlertBudget(this.#database);
    this.#known = true;
    const trained = [...series].filter((one) => one.trained);
    const nowMs = this.#clock.now();
    if (trained.length > 0 && this.#isDue(budget, { series: trained.length, nowMs })) {
      this.#decided = await this.#decide(budget, { trained, entities, nowMs });
      await saveAlertBudget(this.#database, this.#decided);
    }
    await this.#tell(budget, nowMs);
  }

  async #forget(): Promise<void> {
    if (this.#known && this.#decided === undefined) return;
    await deleteAlertBudget(this.#database);
    this.#decided = undefined;
    this.#known = true;
    const { alertBudgetMax, alertBudgetStrictness, alertBudgetExpected, alertBudgetRaised } =
      this.#telemetry;
    for (const gauge of [
      alertBudgetMax,
      alertBudgetStrictness,
      alertBudgetExpected,
      alertBudgetRaised,
    ])
      gauge.remove(SCOPE);
  }

  #isDue(
    { max, everyMs }: AlertBudget,
    { series, nowMs }: { readonly series: number; readonly nowMs: number },
  ): boolean {
    const before = this.#decided;
    if (before === undefined || before.max !== max || before.everyMs !== everyMs) return true;
    return decisionAt(nowMs).sinceMs > before.sinceMs || series > MANY_MORE * before.series;
  }

  async #decide(
    budget: AlertBudget,
    {
      trained,
      entities,
      nowMs,
    }: {
      readonly trained: readonly LiveSeries[];
      readonly entities: WatchedByBudget['entities'];
      readonly nowMs: number;
    },
  ): Promise<StoredBudget> {
    const { lookBack, sinceMs } = decisionAt(nowMs);
    const watched = trained.map((series) => ({
      peaks: series.model.peaks,
      planned: plannedSpans(series, lookBack),
    }));
    const past = recentPastOf([...watched, ...entities], lookBack.endMs);
    const { startMs: fromMs, endMs: untilMs } = lookBack;
    const opened = await countOpened(this.#database, { fromMs, untilMs });
    const others = opened.reduce(
      (sum, { kind, found }) => sum + (hasBoundary(kind) ? 0 : found),
      0,
    );
    const inForce = this.#decided?.strictness ?? 1;
    const decision = decideBudget(past, budget, { inForce, others });
    return { ...budget, ...decision, sinceMs, formerStrictness: inForce, series: trained.length };
  }

  async #tell({ max, everyMs }: AlertBudget, nowMs: number): Promise<void> {
    const { alertBudgetMax, alertBudgetStrictness, alertBudgetExpected, alertBudgetRaised } =
      this.#telemetry;
    const opened = await countOpened(this.#database, { fromMs: nowMs - everyMs, untilMs: nowMs });
    alertBudgetMax.set(SCOPE, max);
    alertBudgetRaised.set(
      SCOPE,
      opened.reduce((sum, { found }) => sum + found, 0),
    );
    if (this.#decided === undefined) return;
    alertBudgetStrictness.set(SCOPE, this.#decided.strictness);
    alertBudgetExpected.set(SCOPE, this.#decided.expected);
  }
}
