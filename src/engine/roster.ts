import type { Labels } from '../core/labels.ts';
import { labelsKey } from '../core/labels.ts';
import { deleteCheckpoints, loadCheckpoints } from '../store/checkpoints-table.ts';
import type { Database } from '../store/database.ts';
import { loadSnapshots } from '../store/models-table.ts';
import { ensureSeries, listSeriesOfQuery, type StoredSeries } from '../store/series-table.ts';
import { basisOf, LiveSeries, modelIdsOf } from './live-series.ts';
import { Pace } from './pace.ts';
import { messageOf } from './trouble.ts';
import type { WatchedQuery } from './watched-query.ts';

const CHUNK = 50;
/** A series that failed this often in a row no longer makes its query be read from where it stands. */
const MOST_FAILURES = 3;

/** The series of one query, in memory. */
export class Roster {
  query: WatchedQuery;
  readonly #series = new Map<string, LiveSeries>();
  /** Every sample up to here was asked for. */
  readUntilMs = Number.NEGATIVE_INFINITY;
  /** Since when no series sends although the query is answered, where there are several; NaN when one sends. */
  silentSinceMs = Number.NaN;
  /** Whether what the source held before the first run has been read: a series met later is a new one. */
  opened = false;

  constructor(query: WatchedQuery) {
    this.query = query;
  }

  get size(): number {
    return this.#series.size;
  }

  all(): Iterable<LiveSeries> {
    return this.#series.values();
  }

  find(labels: Labels): LiveSeries | undefined {
    return this.#series.get(labelsKey(labels));
  }

  /** Series whose history is yet to be read. */
  unopened(): LiveSeries[] {
    return [...this.#series.values()].filter((series) => !series.opened);
  }

  /** Reads what the database knows of the query's series; those of `ids` only, where given. */
  async load(database: Database, ids?: ReadonlySet<number>): Promise<string[]> {
    const stored = (await listSeriesOfQuery(database, this.query.id)).filter(
      ({ id }) => ids === undefined || ids.has(id),
    );
    const warnings: string[] = [];
    const pace = new Pace();
    for (let from = 0; from < stored.length; from += CHUNK) {
      warnings.push(...(await this.#loadSome(database, stored.slice(from, from + CHUNK), pace)));
    }
    this.opened ||= [...this.all()].some((series) => series.opened);
    return warnings;
  }

  async #loadSome(
    database: Database,
    stored: readonly StoredSeries[],
    pace: Pace,
  ): Promise<string[]> {
    const ids = stored.map(({ id }) => id);
    const checkpoints = await loadCheckpoints(database, ids, { withState: true });
    const inForce = await loadSnapshots(database, checkpoints.flatMap(modelIdsOf));
    const checkpointOf = new Map(checkpoints.map((one) => [one.seriesId, one]));
    const warnings: string[] = [];
    const useless: number[] = [];
    for (const row of stored) {
      let series = new LiveSeries(row, this.query);
      const checkpoint = checkpointOf.get(row.id);
      if (checkpoint !== undefined) {
        try {
          if (basisOf(checkpoint) !== this.query.basis) {
            throw new RangeError('Its query, step or zone has changed');
          }
          series.resume(
            checkpoint,
            inForce.filter(({ seriesId }) => seriesId === row.id),
          );
        } catch (error) {
          warnings.push(`Learning ${this.query.alias} ${series.key} anew: ${messageOf(error)}`);
          useless.push(row.id);
          series = new LiveSeries(row, this.query);
          series.firstOccasion = `anew from ${new Date(checkpoint.scoredUntilMs).toISOString()}`;
        }
      }
      const before = this.#series.get(series.key);
      if (before) series.takeTroublesOf(before);
      this.#series.set(series.key, series);
      await pace.rest();
    }
    if (useless.length > 0) await deleteCheckpoints(database, useless);
    return warnings;
  }

  /** Makes series that were not known. Those met after the query was opened are new and have no history to read. */
  async admit(database: Database, labelSets: readonly Labels[]): Promise<void> {
    const { stepMs } = this.query;
    const rows = await ensureSeries(
      database,
      this.query.id,
      labelSets.map((labels) => ({ labels, stepMs })),
    );
    for (const row of rows) {
      const series = new LiveSeries(row, this.query);
      series.opened = this.opened;
      this.#series.set(series.key, series);
    }
  }

  /** Takes over changed policy; a change of basis needs a fresh roster. */
  adoptPolicy(query: WatchedQuery): void {
    this.query = query;
    for (const series of this.all()) series.adoptPolicy(query);
  }

  /** First time that a run up to `untilMs` has to ask for, not more than `catchUpMs` before it. */
  nextMs(untilMs: number, catchUpMs: number): number {
    const { stepMs } = this.query;
    let fromMs = Number.POSITIVE_INFINITY;
    for (const { opened, state, learnedUntilMs, failures } of this.all()) {
      const counts = opened && state !== 'stale' && failures < MOST_FAILURES;
      if (counts && learnedUntilMs < fromMs) fromMs = learnedUntilMs;
    }
    if (!Number.isFinite(fromMs)) fromMs = Math.max(this.readUntilMs, this.#lastScoredMs());
    if (!Number.isFinite(fromMs)) return untilMs;
    return Math.max(fromMs + stepMs, untilMs - Math.floor(catchUpMs / stepMs) * stepMs);
  }

  /** Time after `timeMs` from which another version judges; infinite when none waits. */
  nextVersionMs(timeMs: number): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const { wanted } of this.all()) {
      for (const fromMs of wanted.values()) {
        if (fromMs > timeMs && fromMs < nextMs) nextMs = fromMs;
      }
    }
    return nextMs;
  }

  #lastScoredMs(): number {
    let lastMs = Number.NEGATIVE_INFINITY;
    for (const { scoredUntilMs } of this.all()) if (scoredUntilMs > lastMs) lastMs = scoredUntilMs;
    return lastMs;
  }
}

/** Brings the versions into force that are to judge samples from `timeMs` on; says which cannot be read. */
export async function takeOverVersions(
  database: Database,
  series: readonly LiveSeries[],
  timeMs: number,
): Promise<string[]> {
  const wanted = series.filter((one) => one.versionsFor(timeMs).length > 0);
  if (wanted.length === 0) return [];
  const snapshots = await loadSnapshots(
    database,
    wanted.flatMap((one) => one.versionsFor(timeMs)),
  );
  const warnings: string[] = [];
  for (const one of wanted) {
    for (const id of one.versionsFor(timeMs)) one.wanted.delete(id);
    for (const snapshot of snapshots.filter(({ seriesId }) => seriesId === one.id)) {
      try {
        one.adoptVersion(snapshot);
      } catch (error) {
        one.refused.add(snapshot.id);
        warnings.push(`Keeping the model in force of ${one.title}: ${messageOf(error)}`);
      }
    }
  }
  return warnings;
}
