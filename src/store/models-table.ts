import type { Database, Queryable } from './database.ts';
import { only } from './only.ts';
import type { Page, PageRequest } from './page.ts';
import { arrayText, isoTime } from './parameters.ts';

/** One version of one detector fitted to one series, without its snapshot. */
export interface StoredModel {
  readonly id: number;
  readonly seriesId: number | null;
  readonly metricId: number | null;
  readonly name: string;
  readonly version: string;
  readonly modelType: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly performanceMetrics: Readonly<Record<string, unknown>>;
  readonly filePath: string | null;
  readonly isActive: boolean;
  /** Who put it in force; null when it never was. */
  readonly activatedBy: 'training' | 'person' | null;
  readonly trainedAtMs: number;
  /** Time of the first sample that it judges once it is active; null: any. */
  readonly inForceFromMs: number | null;
  readonly createdAtMs: number;
}

/** The version of a detector for a series. */
export interface ModelVersion {
  readonly id: number;
  readonly seriesId: number;
  readonly modelType: string;
  readonly version: string;
}

/** The one that is in force, or will be. */
export interface ActiveModel extends ModelVersion {
  /** Time of the first sample that it judges; null: any. */
  readonly inForceFromMs: number | null;
}

export interface ModelSnapshot extends ModelVersion {
  readonly snapshot: Uint8Array;
}

/** A model that another program trained. */
export interface RegisteredModel {
  readonly name: string;
  readonly version: string;
  readonly modelType: string;
  readonly metricId: number | null;
  readonly config: Readonly<Record<string, unknown>>;
  readonly performanceMetrics: Readonly<Record<string, unknown>>;
  readonly filePath: string | null;
  readonly isActive: boolean;
  readonly trainedAtMs: number;
}

const columns = `id, series_id as "seriesId", metric_id as "metricId", name, version,
  model_type as "modelType", config, performance_metrics as "performanceMetrics",
  file_path as "filePath", is_active as "isActive", activated_by as "activatedBy", trained_at as "trainedAtMs",
  in_force_from as "inForceFromMs",
  created_at as "createdAtMs"`;

/** The versions in force, without their snapshots: to see what changed since they were read. */
export async function listActiveModels(
  db: Queryable,
  seriesIds: readonly number[],
): Promise<ActiveModel[]> {
  return db.query<ActiveModel>(
    `select id, series_id as "seriesId", model_type as "modelType", version,
       in_force_from as "inForceFromMs" from models
     where is_active and series_id = any($1::integer[]) order by id`,
    [arrayText(seriesIds)],
  );
}

/** Those of the series of which a person put a version in force. */
export async function listHeldSeries(
  db: Queryable,
  seriesIds: readonly number[],
): Promise<Set<number>> {
  const rows = await db.query<{ seriesId: number }>(
    `select distinct series_id as "seriesId" from models
     where is_active and activated_by = 'person' and series_id = any($1::integer[])`,
    [arrayText(seriesIds)],
  );
  return new Set(rows.map(({ seriesId }) => seriesId));
}

/** The snapshots in force of those series. */
export async function loadActiveSnapshots(
  db: Queryable,
  seriesIds: readonly number[],
): Promise<ModelSnapshot[]> {
  return db.query<ModelSnapshot>(
    `select id, series_id as "seriesId", model_type as "modelType", version, snapshot from models
     where is_active and snapshot is not null and series_id = any($1::integer[])
     order by id`,
    [arrayText(seriesIds)],
  );
}

/** Snapshots by model id. */
export async function loadSnapshots(
  db: Queryable,
  modelIds: readonly number[],
): Promise<ModelSnapshot[]> {
  return db.query<ModelSnapshot>(
    `select id, series_id as "seriesId", model_type as "modelType", version, snapshot from models
     where snapshot is not null and series_id is not null and id = any($1::integer[])
     order by id`,
    [arrayText(modelIds)],
  );
}

export interface ModelFilter {
  readonly activeOnly: boolean;
  readonly seriesId?: number | undefined;
}

export async function listModels(
  db: Queryable,
  { activeOnly, seriesId, skip, limit }: ModelFilter & PageRequest,
): Promise<Page<StoredModel>> {
  const chosen = [
    ...(activeOnly ? ['is_active'] : []),
    ...(seriesId === undefined ? [] : ['series_id = $1']),
  ];
  const parameters = seriesId === undefined ? [] : [seriesId];
  const from = `from models ${chosen.length > 0 ? `where ${chosen.join(' and ')}` : ''}`;
  const next = parameters.length + 1;
  const [rows, counted] = await Promise.all([
    db.query<StoredModel>(
      `select ${columns} ${from} order by id desc offset $${next} limit $${next + 1}`,
      [...parameters, skip, limit],
    ),
    db.query<{ total: number }>(`select count(*) as total ${from}`, parameters),
  ]);
  return { total: counted[0]?.total ?? 0, rows };
}

/** All versions of the detector and series of one of them, newest first. */
export async function listVersions(
  db: Queryable,
  id: number,
  { skip, limit }: PageRequest,
): Promise<Page<StoredModel>> {
  const [rows, counted] = await Promise.all([
    db.query<StoredModel>(
      `select ${columns} from (${VERSIONS_OF}) m order by id desc offset $2 limit $3`,
      [id, skip, limit],
    ),
    db.query<{ total: number }>(`select count(*) as total from (${VERSIONS_OF}) m`, [id]),
  ]);
  return { total: counted[0]?.total ?? 0, rows };
}

/** How many models are in force. */
export async function countActiveModels(db: Queryable): Promise<number> {
  const rows = await db.query<{ models: number }>(
    'select count(*) as models from models where is_active',
  );
  return rows[0]?.models ?? 0;
}

export async function findModel(db: Queryable, id: number): Promise<StoredModel | undefined> {
  const rows = await db.query<StoredModel>(`select ${columns} from models where id = $1`, [id]);
  return rows[0];
}

/** Keeps a model of another program. StoreError `constraint` when name and version exist. */
export async function registerModel(db: Database, model: RegisteredModel): Promise<StoredModel> {
  return db.transaction(async (tx) => {
    const rows = await tx.query<StoredModel>(
      `insert into models (name, version, model_type, metric_id, config, performance_metrics,
         file_path, trained_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${columns}`,
      [
        model.name,
        model.version,
        model.modelType,
        model.metricId,
        JSON.stringify(model.config),
        JSON.stringify(model.performanceMetrics),
        model.filePath,
        isoTime(model.trainedAtMs),
      ],
    );
    const registered = only(rows);
    return model.isActive ? only(await activate(tx, registered.id)) : registered;
  });
}

/** Puts a version in force instead of the active one of the same detector on the same series. */
export async function activateModel(db: Database, id: number): Promise<StoredModel | undefined> {
  return db.transaction(async (tx) => (await activate(tx, id))[0]);
}

/**
 * Puts in force again what was before: the version named `to` of the detector and series of model `id`, or the newest that
 * was in force and is older than the one that is. Undefined when there is none.
 */
export async function rollBackModel(
  db: Database,
  id: number,
  to?: string,
): Promise<StoredModel | undefined> {
  return db.transaction(async (tx) => {
    const rows = await tx.query<{ id: number }>(
      `select id from (${VERSIONS_OF}) m
       where case when $2::text is null
         then activated_by is not null and id < (select max(id) from (${VERSIONS_OF}) v where is_active)
         else version = $2 end
       order by id desc limit 1`,
      [id, to ?? null],
    );
    const [before] = rows;
    return before && (await activate(tx, before.id))[0];
  });
}

// Models without a series (of other programs) take each other's place on the same metric.
const VERSIONS_OF = `select v.* from models v join models chosen on chosen.id = $1
  where v.model_type = chosen.model_type and v.series_id is not distinct from chosen.series_id
    and (chosen.series_id is not null or v.metric_id is not distinct from chosen.metric_id)`;

async function activate(tx: Queryable, id: number): Promise<StoredModel[]> {
  await tx.query(
    `update models set is_active = false
     where is_active and id <> $1 and id in (select id from (${VERSIONS_OF}) m)`,
    [id],
  );
  return tx.query<StoredModel>(
    `update models set is_active = true, activated_by = 'person', in_force_from = null where id = $1 returning ${columns}`,
    [id],
  );
}
