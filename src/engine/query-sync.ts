import type { Clock } from '../base/clock.ts';
import type { Source } from '../sources/source.ts';
import type { Database } from '../store/database.ts';
import {
  deactivateQueriesExcept,
  listActiveQueries,
  type StoredQuery,
  saveQueries,
} from '../store/queries-table.ts';
import type { EngineOptions } from './engine-options.ts';
import { messageOf, type Trouble } from './trouble.ts';
import { definitionOf } from './watched-query.ts';

export interface QuerySyncOptions {
  readonly database: Database;
  readonly source: Source;
  readonly clock: Clock;
  readonly trouble: Trouble;
}

const ASK_AGAIN_MS = 10_000;
const LOOK_AGAIN_MS = 3_600_000;

/** Keeps the table of queries as the configuration says; without one, the source's presets are watched. */
export class QuerySync {
  readonly #options: QuerySyncOptions;
  #configured = false;
  #nextLookMs = Number.NEGATIVE_INFINITY;
  /** Why there are no presets, for people. */
  #missing: string | undefined;

  constructor(options: QuerySyncOptions) {
    this.#options = options;
  }

  /** The configuration is to be written again. */
  reset(): void {
    this.#configured = false;
    this.#nextLookMs = Number.NEGATIVE_INFINITY;
  }

  /** The queries to watch now. */
  async activeQueries(
    { queries }: Pick<EngineOptions, 'queries'>,
    signal: AbortSignal,
  ): Promise<StoredQuery[]> {
    const { database } = this.#options;
    if (!this.#configured) {
      const aliases = queries.map(({ alias }) => alias);
      await saveQueries(database, 'config', queries);
      await deactivateQueriesExcept(database, 'config', aliases);
      if (aliases.length > 0) await deactivateQueriesExcept(database, 'preset', []);
      this.#configured = true;
    }
    if (queries.length === 0) await this.#lookForPresets(signal);
    const active = await listActiveQueries(database);
    // Who named queries, or has some from before, waits for no preset.
    const { trouble } = this.#options;
    if (active.length > 0 || this.#missing === undefined) trouble.ends('presets');
    else trouble.begins('presets', this.#missing);
    return active;
  }

  /**
   * Presets are only ever added: an exporter that is away when it is looked for must not end what is watched. A source that
   * is down or holds nothing yet is asked again at the next run, otherwise every hour.
   */
  async #lookForPresets(signal: AbortSignal): Promise<void> {
    const { database, source, clock } = this.#options;
    if (clock.now() < this.#nextLookMs) return;
    this.#nextLookMs = clock.now() + ASK_AGAIN_MS;
    try {
      const proposals = await source.presets(signal);
      await saveQueries(database, 'preset', proposals.map(definitionOf));
      if (proposals.length > 0) {
        this.#nextLookMs = clock.now() + LOOK_AGAIN_MS;
        this.#missing = undefined;
      } else {
        this.#missing =
          'The source holds nothing that a preset fits yet: name queries in reader.queries, or wait for samples';
      }
    } catch (error) {
      signal.throwIfAborted();
      this.#missing = `${messageOf(error)}; presets are looked for again`;
    }
  }
}
