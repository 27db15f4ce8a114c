import type { Clock } from '../base/clock.ts';
import { CivilTime, civilFromDays, DAY_MS } from '../core/civil-time.ts';
import { readCalendar } from '../core/context/calendar.ts';
import type { Years } from '../core/context/calendar-day.ts';
import { concerns } from '../core/context/declared-event.ts';
import { type MaintenanceWindow, parseWeeklyHours } from '../core/context/maintenance.ts';
import { listCalendars, setConfiguredCalendars } from '../store/calendars-table.ts';
import type { Database } from '../store/database.ts';
import { listEventsSince, relabelAnomalies, saveEvents } from '../store/events-table.ts';
import {
  listMaintenanceSince,
  type MaintenanceDraft,
  setConfiguredMaintenance,
} from '../store/maintenance-windows-table.ts';
import { listRulesInForce, type RuleInForce } from '../store/rules-table.ts';
import type { EngineOptions } from './engine-options.ts';
import { EventQueries, type EventQueriesOptions } from './event-queries.ts';
import type { LiveSeries } from './live-series.ts';
import { isInScope } from './quiet-rules.ts';
import { type KnownEvent, labelsOf, type Surroundings } from './surroundings.ts';
import { messageOf } from './trouble.ts';

export interface DeclaredContextOptions extends EventQueriesOptions {
  readonly database: Database;
  readonly clock: Clock;
}

const ALL = { skip: 0, limit: 1000 };

/** Declared events, maintenance windows, calendars and rules, as the database and the configuration have them. */
export class DeclaredContext {
  readonly #options: DeclaredContextOptions;
  readonly #queries: EventQueries;
  #configured = false;
  #events: readonly KnownEvent[] = [];
  #windows: readonly MaintenanceWindow[] = [];
  #rules: readonly RuleInForce[] = [];
  #restDays: readonly number[] = [];
  #lookbackMs = 0;
  #excludeMs = 0;
  /** What `#events` and the rest were made of, so that what has not changed stays the same object. */
  #seen = '';
  #told = new WeakMap<LiveSeries, Surroundings>();

  constructor(options: DeclaredContextOptions) {
    this.#options = options;
    this.#queries = new EventQueries(options);
  }

  /** Civil days that are like a weekend, ascending. */
  get restDays(): readonly number[] {
    return this.#restDays;
  }

  /** The configuration is to be written again. */
  reset(): void {
    this.#configured = false;
  }

  /** Reads everything anew, before the samples that it may explain. */
  async refresh(options: EngineOptions, signal: AbortSignal): Promise<void> {
    const { database, clock } = this.#options;
    const { context } = options;
    if (!this.#configured) {
      await setConfiguredMaintenance(database, context.maintenance);
      await setConfiguredCalendars(database, context.calendars);
      this.#configured = true;
    }
    await saveEvents(database, await this.#queries.read(options, signal));
    const sinceMs = clock.now() - options.historyMs - context.lookbackMs;
    const [stored, windows, calendars, rules] = await Promise.all([
      listEventsSince(database, sinceMs),
      listMaintenanceSince(database, sinceMs),
      listCalendars(database, ALL),
      listRulesInForce(database),
    ]);
    const year = civilFromDays(new CivilTime(options.zone).toLocal(clock.now()) / DAY_MS).year;
    const seen = JSON.stringify([
      stored,
      windows,
      calendars.rows,
      rules,
      context.lookbackMs,
      context.excludeMs,
      year,
    ]);
    if (seen === this.#seen) return;
    const before = new Set(this.#events.map(sameness));
    this.#events = stored.map(({ id, kind, title, labels, startedAtMs, endedAtMs }) => {
      return { id, kind, title, labels, startMs: startedAtMs, endMs: endedAtMs ?? startedAtMs };
    });
    this.#windows = windows.map(windowOf);
    this.#rules = rules;
    this.#lookbackMs = context.lookbackMs;
    this.#excludeMs = context.excludeMs;
    this.#readCalendars(
      calendars.rows.map(({ name, content }) => ({ name, content })),
      year,
    );
    this.#told = new WeakMap();
    const late = this.#events.filter((event) => !before.has(sameness(event)));
    await relabelAnomalies(
      database,
      late.map(({ id }) => id),
      { lookbackMs: context.lookbackMs },
    );
    this.#seen = seen;
  }

  /** Tells a series and its model what concerns it; what has not changed since costs nothing. */
  tell(series: LiveSeries): void {
    let surroundings = this.#told.get(series);
    if (surroundings === undefined) {
      surroundings = this.#around(series);
      this.#told.set(series, surroundings);
    }
    series.surroundings = surroundings;
    series.model.declareEvents(surroundings.events);
  }

  #around(series: LiveSeries): Surroundings {
    const labels = labelsOf(series);
    const named = { seriesId: series.id, metricId: series.query.id, labels };
    const events = this.#events.filter((event) => concerns(event.labels, labels));
    return {
      // One list for all series that everything concerns.
      events: events.length === this.#events.length ? this.#events : events,
      windows: this.#windows,
      rules: this.#rules.filter(({ scope }) => isInScope(scope, named)),
      lookbackMs: this.#lookbackMs,
      excludeMs: this.#excludeMs,
    };
  }

  #readCalendars(calendars: readonly { name: string; content: string }[], year: number): void {
    const { trouble } = this.#options;
    const days = new Set<number>();
    for (const { name, content } of calendars) {
      try {
        const read = readCalendar(content, calendarYears(year));
        for (const { day } of read) days.add(day);
        trouble.ends(`calendar ${name}`);
      } catch (error) {
        trouble.begins(`calendar ${name}`, `${messageOf(error)} (calendar ${name})`);
      }
    }
    this.#restDays = [...days].toSorted((a, b) => a - b);
  }
}

/** Years whose days off are asked for in `year`: further ahead than a process lives. */
export function calendarYears(year: number): Years {
  return { from: year - 1, to: year + 10 };
}

/** A window as detection takes it. */
export function windowOf({
  title,
  matchers,
  startsAtMs,
  endsAtMs,
  weekly,
}: MaintenanceDraft): MaintenanceWindow {
  const when =
    weekly === null
      ? { startMs: startsAtMs ?? Number.NaN, endMs: endsAtMs ?? Number.NaN }
      : parseWeeklyHours(weekly);
  return { title, matchers, when };
}

function sameness({ id, endMs }: KnownEvent): string {
  return `${id} ${endMs}`;
}
