import type { Limit } from '../base/limit.ts';
import type { Logger } from '../base/logger.ts';
import type { Database } from '../store/database.ts';
import { listActiveModels } from '../store/models-table.ts';
import type { StoredQuery } from '../store/queries-table.ts';
import type { EngineOptions } from './engine-options.ts';
import type { LiveSeries } from './live-series.ts';
import { Roster } from './roster.ts';
import { messageOf, type Trouble } from './trouble.ts';
import { watchQuery } from './watched-query.ts';

export interface WatchOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly trouble: Trouble;
  readonly turn: Limit;
}

/** All queries that are watched, with their series in memory. */
export class Watch {
  readonly #options: WatchOptions;
  readonly #rosters = new Map<number, Roster>();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  rosters(): readonly Roster[] {
    return [...this.#rosters.values()];
  }

  get size(): number {
    let size = 0;
    for (const roster of this.#rosters.values()) size += roster.size;
    return size;
  }

  *series(): Iterable<LiveSeries> {
    for (const roster of this.#rosters.values()) yield* roster.all();
  }

  find(seriesId: number): LiveSeries | undefined {
    for (const series of this.series()) if (series.id === seriesId) return series;
    return undefined;
  }

  /** Watches these queries and no others: new ones are read from the database, changed ones take over their policy. */
  async follow(queries: readonly StoredQuery[], options: EngineOptions): Promise<void> {
    const wanted = new Set(queries.map(({ id }) => id));
    for (const [id, { query }] of this.#rosters) {
      if (wanted.has(id)) continue;
      this.#rosters.delete(id);
      this.#options.trouble.ends(`query ${query.alias}`);
    }
    for (const stored of queries) {
      try {
        await this.#followOne(stored, options);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        this.#rosters.delete(stored.id);
        this.#options.trouble.begins(
          `query ${stored.alias}`,
          `Cannot watch ${stored.alias}: ${messageOf(error)}`,
        );
      }
    }
  }

  async #followOne(stored: StoredQuery, options: EngineOptions): Promise<void> {
    const query = watchQuery(stored, options);
    const roster = this.#rosters.get(stored.id);
    if (roster?.query.basis === query.basis) {
      if (JSON.stringify(roster.query) === JSON.stringify(query)) return;
      await this.#options.turn(async () => roster.adoptPolicy(query));
      return;
    }
    const fresh = new Roster(query);
    for (const warning of await fresh.load(this.#options.database)) {
      this.#options.logger.warn({}, warning);
    }
    this.#rosters.set(stored.id, fresh);
  }

  /** Marks the versions that were put in force since the models took theirs; says how many are in force. */
  async noticeVersions(): Promise<number> {
    const byId = new Map<number, LiveSeries>();
    for (const series of this.series()) if (series.opened) byId.set(series.id, series);
    if (byId.size === 0) return 0;
    const active = await listActiveModels(this.#options.database, [...byId.keys()]);
    for (const series of byId.values()) series.wanted.clear();
    for (const { id, seriesId, modelType, inForceFromMs } of active) {
      const series = byId.get(seriesId);
      if (!series || series.refused.has(id) || series.models.get(modelType)?.id === id) continue;
      series.wanted.set(id, inForceFromMs ?? Number.NEGATIVE_INFINITY);
    }
    return active.length;
  }
}
