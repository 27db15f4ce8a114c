import { ratioOf, type SeverityLevels } from '../core/anomalies/severity.ts';
import {
  decideBudget,
  decisionAt,
  hasBoundary,
  recentPastFrom,
  recentPastOf,
} from '../core/calibration/alert-budget.ts';
import type { JointModel } from '../core/entity/joint-model.ts';
import { compileMatchers } from '../core/routing/matcher.ts';
import type { Route } from '../core/routing/route.ts';
import {
  countOpened,
  keepRouteBudgets,
  listRouteBudgets,
  saveAlertBudget,
} from '../store/alert-budgets-table.ts';
import type { Database, Queryable } from '../store/database.ts';
import { loadChannels } from './channels.ts';
import type { LiveSeries } from './live-series.ts';
import type { NotifyOptions } from './notify-options.ts';
import { plannedSpans } from './planned-work.ts';
import { labelsOf } from './surroundings.ts';

/** From so many anomalies on it is known how many of them are one incident. */
const KNOWN_GROUPING = 10;

export interface WatchedByRoutes {
  readonly series: readonly LiveSeries[];
  readonly entities: readonly JointModel[];
}

export interface RouteBudgetOptions {
  readonly notify: NotifyOptions;
  readonly severityLevels: SeverityLevels;
  /** What the budget of all series multiplies their boundaries by. */
  readonly strictness: number;
  readonly nowMs: number;
}

/** Keeps every route within its alert budget, if it has one: decides daily from which deviation ratio on it tells. */
export class RouteBudgets {
  readonly #database: Database;
  /** When each was decided, and of what. */
  readonly #decided = new Map<string, string>();
  /** The routes with a budget, as the database was told last. */
  #kept = '';

  constructor(database: Database) {
    this.#database = database;
  }

  /** Before a run: decides where a day has begun, a route was changed or its series have become others. */
  async renew(watched: WatchedByRoutes, options: RouteBudgetOptions): Promise<void> {
    const { routes } = await loadChannels(this.#database, options.notify);
    const budgeted = routes.filter(({ alertBudget }) => alertBudget !== undefined);
    await this.#keep(budgeted.map(({ name }) => name));
    for (const route of budgeted) {
      const concerns = compileMatchers(route.matchers.filter(({ name }) => name !== 'severity'));
      const series = watched.series.filter((one) => one.trained && concerns(labelsOf(one)));
      const { sinceMs } = decisionAt(options.nowMs);
      const basis = JSON.stringify([sinceMs, route, series.length, options.strictness]);
      if (series.length === 0 || this.#decided.get(route.name) === basis) continue;
      await this.#decide(route, { ...watched, series }, options);
      this.#decided.set(route.name, basis);
    }
  }

  /** Forgets routes that have no budget any more, those of the process before too. */
  async #keep(names: readonly string[]): Promise<void> {
    const kept = JSON.stringify(names);
    if (kept === this.#kept) return;
    await keepRouteBudgets(this.#database, names);
    for (const name of this.#decided.keys()) if (!names.includes(name)) this.#decided.delete(name);
    this.#kept = kept;
  }

  async #decide(
    { name, minSeverity, alertBudget }: Route,
    { series, entities }: WatchedByRoutes,
    { severityLevels, strictness, nowMs }: RouteBudgetOptions,
  ): Promise<void> {
    if (alertBudget === undefined) return;
    const { lookBack, sinceMs } = decisionAt(nowMs);
    const watched = series.map((one) => ({
      peaks: one.model.peaks,
      planned: plannedSpans(one, lookBack),
    }));
    const ids = new Set(series.map(({ id }) => id));
    const own = entities.filter(({ members }) => members.some((id) => ids.has(id)));
    const least = ratioOf(severityLevels[minSeverity]);
    const raised = recentPastOf([...watched, ...own], lookBack.endMs);
    const past = recentPastFrom(raised, least * strictness);
    const opened = await countOpened(this.#database, {
      fromMs: lookBack.startMs,
      untilMs: lookBack.endMs,
      seriesIds: [...ids],
      leastRatio: least,
    });
    const sum = (which: typeof opened) => which.reduce((all, { found }) => all + found, 0);
    const others = sum(opened.filter(({ kind }) => !hasBoundary(kind)));
    const incidents = opened.reduce((all, one) => all + one.incidents, 0);
    const grouping = sum(opened) < KNOWN_GROUPING ? 1 : incidents / sum(opened);
    const [before] = (await listRouteBudgets(this.#database)).filter(({ route }) => route === name);
    const inForce = before?.strictness ?? 1;
    const decision = decideBudget(
      past,
      { ...alertBudget, max: alertBudget.max / grouping },
      { inForce, others },
    );
    await saveAlertBudget(this.#database, {
      ...alertBudget,
      ...decision,
      expected: decision.expected * grouping,
      route: name,
      sinceMs,
      formerStrictness: inForce,
      series: series.length,
    });
  }
}

/** Routes with the deviation ratio from which on their budgets let them tell, where boundaries are multiplied by `strictness`. */
export async function withLeastRatios(
  db: Queryable,
  routes: readonly Route[],
  strictness: number,
): Promise<Route[]> {
  if (!routes.some(({ alertBudget }) => alertBudget)) return [...routes];
  const decided = new Map((await listRouteBudgets(db)).map((one) => [one.route, one.strictness]));
  return routes.map((route) => {
    const own = route.alertBudget && decided.get(route.name);
    return own === undefined ? route : { ...route, leastRatio: own / strictness };
  });
}
