import type { Logger } from '../base/logger.ts';
import { CombinationModel } from '../core/entity/combination-model.ts';
import { labelsKey } from '../core/labels.ts';
import type { Database } from '../store/database.ts';
import { deleteEntities, loadEntities } from '../store/entities-table.ts';
import { draftCombination } from './combination-draft.ts';
import type { DetectionWriter } from './detection-writer.ts';
import type { EngineOptions } from './engine-options.ts';
import { LiveEntity } from './live-entity.ts';
import type { LiveSeries } from './live-series.ts';
import { Pace } from './pace.ts';
import type { Roster } from './roster.ts';
import { messageOf } from './trouble.ts';

/** Series judged together: with more the arithmetic of a row would hold up everything else. */
const MOST_MEMBERS = 32;
const FEWEST_MEMBERS = 2;
/** For how long an entity waits for a query that cannot be read; then it goes on without. */
const PATIENCE_MS = 900_000;
const PATIENCE_STEPS = 10;
const ENTITIES_A_WRITE = 100;

export interface EntitiesOptions {
  readonly database: Database;
  readonly logger: Logger;
}

export interface EntityRun {
  readonly writer: DetectionWriter;
  readonly options: Pick<EngineOptions, 'severityLevels'>;
  readonly signal: AbortSignal;
}

/** All entities in memory, and which series belong to them. */
export class Entities {
  readonly #options: EntitiesOptions;
  readonly #entities = new Map<string, LiveEntity>();
  #loaded = false;

  constructor(options: EntitiesOptions) {
    this.#options = options;
  }

  /** Reads what the database knows of entities, where that was not done or something else wrote there since. */
  async load(): Promise<void> {
    if (this.#loaded) return;
    const { database, logger } = this.#options;
    const pace = new Pace();
    this.#entities.clear();
    const useless: string[] = [];
    for (const checkpoint of await loadEntities(database)) {
      const key = labelsKey(checkpoint.labels);
      try {
        this.#entities.set(key, LiveEntity.resume(checkpoint));
      } catch (error) {
        logger.warn({}, `Learning anew how the series of ${key} go together: ${messageOf(error)}`);
        useless.push(key);
      }
      await pace.rest();
    }
    if (useless.length > 0) await deleteEntities(database, useless);
    this.#loaded = true;
  }

  /** Lets the entity of a series hear what the model of the series is about to judge. */
  listen({ entityKey, id, judged }: LiveSeries): void {
    const entity = entityKey === undefined ? undefined : this.#entities.get(entityKey);
    const isMember = entity?.members.includes(id) ?? false;
    judged.listen(entity && isMember ? entity.judgedUntilMs : Number.POSITIVE_INFINITY);
  }

  /** Judges what the models of all members have judged since the last time, and writes it. */
  async judge(rosters: readonly Roster[], run: EntityRun): Promise<void> {
    const reads = new Map(rosters.map(({ query, readUntilMs }) => [query.id, readUntilMs]));
    const groups = groupsOf(rosters);
    for (const key of this.#entities.keys()) if (!groups.has(key)) groups.set(key, []);
    const pace = new Pace();
    let due: LiveEntity[] = [];
    for (const [key, series] of groups) {
      const members = membersOf(series, this.#entities.get(key)?.members ?? []);
      const untilMs = horizonOf(members, reads);
      if (members.length < FEWEST_MEMBERS) await this.#forget(key, run);
      else if (Number.isFinite(untilMs)) {
        const entity = this.#follow(key, { members, untilMs });
        if (this.#succeeds(key, () => entity.judge(untilMs) > 0)) due.push(entity);
      }
      if (due.length === ENTITIES_A_WRITE) {
        await this.#write(due, run);
        due = [];
      }
      await pace.rest();
    }
    await this.#write(due, run);
  }

  /** The entity with these members, which it may not have had before. */
  #follow(
    key: string,
    { members, untilMs }: { readonly members: readonly LiveSeries[]; readonly untilMs: number },
  ): LiveEntity {
    const stepMs = Math.max(...members.map(({ query }) => query.stepMs));
    const known = this.#entities.get(key);
    if (known?.model.stepMs === stepMs) {
      known.follow(members);
      return known;
    }
    // Rows of another step are other rows: how they scatter is learned anew.
    const model = new CombinationModel(
      members.map(({ id }) => id),
      stepMs,
    );
    const fresh = new LiveEntity(members[0]?.entity ?? {}, model, untilMs);
    fresh.savedUntilMs = known?.savedUntilMs ?? Number.NaN;
    fresh.follow(members);
    this.#entities.set(key, fresh);
    return fresh;
  }

  /** A model that throws concerns its own entity only, which is learned anew. */
  #succeeds(key: string, work: () => boolean): boolean {
    try {
      return work();
    } catch (error) {
      this.#options.logger.error(
        { err: error },
        `Learning anew how the series of ${key} go together: its model failed: ${messageOf(error)}`,
      );
      this.#entities.delete(key);
      return false;
    }
  }

  async #forget(key: string, run: EntityRun): Promise<void> {
    const entity = this.#entities.get(key);
    if (!entity) return;
    entity.model.end(entity.judgedUntilMs);
    await this.#write([entity], run);
    await deleteEntities(this.#options.database, [key]);
    this.#entities.delete(key);
  }

  async #write(entities: readonly LiveEntity[], run: EntityRun): Promise<void> {
    const { severityLevels } = run.options;
    const drafts = new Map(
      entities.map((entity) => {
        const findings = entity.model
          .drain()
          .flatMap((one) => draftCombination(one, entity, severityLevels));
        return [{ ...entity.checkpoint(), findings }, entity];
      }),
    );
    const unwritten = new Set(await run.writer.writeEntities([...drafts.keys()], run.signal));
    for (const [draft, entity] of drafts) if (!unwritten.has(draft)) entity.saved();
    // Another process was first, or the row was refused: go on from what the database says.
    if (unwritten.size > 0) this.#loaded = false;
  }
}

function groupsOf(rosters: readonly Roster[]): Map<string, LiveSeries[]> {
  const groups = new Map<string, LiveSeries[]>();
  for (const roster of rosters) {
    for (const series of roster.all()) {
      if (series.entityKey === undefined) continue;
      const group = groups.get(series.entityKey);
      if (group) group.push(series);
      else groups.set(series.entityKey, [series]);
    }
  }
  return groups;
}

/**
 * The series of an entity that are judged together: those that were so far, then others whose models are trained, of
 * every query one before any has two. Where there are too many, those that have vanished make room.
 */
function membersOf(series: readonly LiveSeries[], before: readonly number[]): LiveSeries[] {
  const stay = before.flatMap((id) => series.find((one) => one.id === id) ?? []);
  const come = series
    .filter(({ id, trained, state }) => trained && state !== 'stale' && !before.includes(id))
    .toSorted((a, b) => a.id - b.id);
  if (come.length === 0) return stay;
  const places = new Map<LiveSeries, number>();
  const met = new Map<number, number>();
  for (const one of come) {
    const place = met.get(one.query.id) ?? 0;
    met.set(one.query.id, place + 1);
    places.set(one, place);
  }
  come.sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
  const all = [...stay, ...come];
  if (all.length <= MOST_MEMBERS) return all;
  return all.filter(({ state }) => state !== 'stale').slice(0, MOST_MEMBERS);
}

/** Up to where all members have been read; without those whose query has been failing for long. */
function horizonOf(members: readonly LiveSeries[], reads: ReadonlyMap<number, number>): number {
  const untils = members.map(({ query }) => reads.get(query.id) ?? Number.NEGATIVE_INFINITY);
  const steps = members.map(({ query }) => query.stepMs);
  const patienceMs = Math.max(PATIENCE_MS, PATIENCE_STEPS * Math.max(...steps));
  return Math.max(Math.min(...untils), Math.max(...untils) - patienceMs);
}
