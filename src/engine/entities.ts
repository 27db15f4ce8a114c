import type { Logger } from '../base/logger.ts';
import { CivilTime } from '../core/civil-time.ts';
import { type Labels, labelsKey } from '../core/labels.ts';
import type { Database } from '../store/database.ts';
import { deleteEntities, loadEntities } from '../store/entities-table.ts';
import { draftCombination } from './combination-draft.ts';
import type { StrictnessAt } from './detect-slice.ts';
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
  readonly options: Pick<EngineOptions, 'severityLevels' | 'zone'>;
  readonly strictnessAt: StrictnessAt;
  readonly signal: AbortSignal;
}

/** Series that belong together and have not learned yet how. */
export interface Unborn {
  readonly labels: Labels;
  readonly members: readonly LiveSeries[];
  readonly stepMs: number;
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
  async load(zone: string): Promise<void> {
    if (this.#loaded) return;
    const civil = new CivilTime(zone);
    const { database, logger } = this.#options;
    const pace = new Pace();
    this.#entities.clear();
    const useless: string[] = [];
    for (const checkpoint of await loadEntities(database)) {
      const key = labelsKey(checkpoint.labels);
      try {
        this.#entities.set(key, LiveEntity.resume(checkpoint, civil));
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
      const entity = this.#entities.get(key);
      if (entity === undefined) continue;
      const members = membersOf(series, entity.members);
      const untilMs = horizonOf(members, reads);
      if (!fits(entity, members, run.options.zone)) await this.#forget(key, run);
      else if (Number.isFinite(untilMs)) {
        entity.follow(members);
        if (await this.#succeeds(key, () => entity.judge(untilMs, run.strictnessAt) > 0)) {
          due.push(entity);
        }
      }
      if (due.length === ENTITIES_A_WRITE) {
        await this.#write(due, run);
        due = [];
      }
      await pace.rest();
    }
    await this.#write(due, run);
  }

  /** All models, for an alert budget. */
  models(): LiveEntity['model'][] {
    return [...this.#entities.values()].map(({ model }) => model);
  }

  /** Groups of trained series that have not learned yet how they go together. */
  unborn(rosters: readonly Roster[]): Unborn[] {
    if (!this.#loaded) return [];
    const groups = [...groupsOf(rosters)].filter(([key]) => !this.#entities.has(key));
    return groups.flatMap(([, series]) => {
      const members = membersOf(series, []);
      const labels = members[0]?.entity;
      if (labels === undefined || members.length < FEWEST_MEMBERS) return [];
      return [{ labels, members, stepMs: longestStep(members) }];
    });
  }

  /** Takes over entities that have learned how their series go together, and writes where they stand. */
  async take(entities: readonly LiveEntity[], run: EntityRun): Promise<void> {
    for (const entity of entities) this.#entities.set(labelsKey(entity.labels), entity);
    for (let at = 0; at < entities.length; at += ENTITIES_A_WRITE) {
      await this.#write(entities.slice(at, at + ENTITIES_A_WRITE), run);
    }
  }

  /** A model that throws concerns its own entity only, which is learned anew. */
  async #succeeds(key: string, work: () => boolean): Promise<boolean> {
    const { database, logger } = this.#options;
    try {
      return work();
    } catch (error) {
      logger.error(
        { err: error },
        `Learning anew how the series of ${key} go together: its model failed: ${messageOf(error)}`,
      );
      this.#entities.delete(key);
      await deleteEntities(database, [key]);
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

/** Whether an entity can go on with these members. Rows of another step are other rows: how they scatter is learned anew. */
function fits({ model }: LiveEntity, members: readonly LiveSeries[], zone: string): boolean {
  const isSame = model.stepMs === longestStep(members) && model.civil.zone === zone;
  return members.length >= FEWEST_MEMBERS && isSame;
}

function longestStep(members: readonly LiveSeries[]): number {
  return Math.max(...members.map(({ query }) => query.stepMs));
}

/** Up to where all members have been read; without those whose query has been failing for long. */
function horizonOf(members: readonly LiveSeries[], reads: ReadonlyMap<number, number>): number {
  const untils = members.map(({ query }) => reads.get(query.id) ?? Number.NEGATIVE_INFINITY);
  const patienceMs = Math.max(PATIENCE_MS, PATIENCE_STEPS * longestStep(members));
  return Math.max(Math.min(...untils), Math.max(...untils) - patienceMs);
}
