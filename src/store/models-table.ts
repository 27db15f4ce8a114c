import { BlobParts } from './blob-parts.ts';
import { advanceCheckpoints, type CheckpointDraft } from './checkpoints-table.ts';
import type { Database, Queryable } from './database.ts';
import { only } from './only.ts';
import type { Page, PageRequest } from './page.ts';
import { arrayText, isoTime } from './parameters.ts';
import { completeTrainingJobs } from './training-jobs-table.ts';

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
  readonly trainedAtMs: number;
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

/** What a training of one series gave. */
export interface SeriesTraining {
  readonly seriesId: number;
  readonly trainedAtMs: number;
  /** Time of the first sample that the versions judge; null or absent: any. */
  readonly inForceFromMs?: number | null;
  readonly detectors: readonly {
    readonly kind: string;
    readonly snapshot: Uint8Array;
    readonly config: Readonly<Record<string, unknown>>;
    readonly metrics: Readonly<Record<string, number>>;
  }[];
  /** Where detection goes on from, when the training observed the history: the first one. */
  readonly checkpoint?: CheckpointDraft;
  /** The job that this completes. */
  readonly job?: {
    readonly id: number;
    readonly metrics: Readonly<Record<string, unknown>>;
    readonly logs?: string;
  };
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
  file_path as "filePath", is_active as "isActive", trained_at as "trainedAtMs",
  created_at as "createdAtMs"`;

/**
 * Writes trainings in one transaction: a new active version of every detector, the checkpoint, the
 * finished job; of each detector the newest `keep` versions stay, and the active one in any case.
 */
export async function saveTrainings(
  db: Database,
  trainings: readonly SeriesTraining[],
  { keep = 5 }: { readonly keep?: number } = {},
): Promise<{ models: ActiveModel[]; checkpointedSeriesIds: ReadonlySet<number> }> {
  const seriesIds = arrayText(trainings.map((training) => training.seriesId));
  return db.transaction(async (tx) => {
    // Two processes that train the same series take turns, so that version numbers do not clash.
    await tx.query('select id from series where id = any($1::integer[]) order by id for update', [
      seriesIds,
    ]);
    const models = await insertVersions(tx, trainings);
    await tx.query(PRUNE, [seriesIds, keep]);
    const checkpoints = trainings.flatMap((training) => training.checkpoint ?? []);
    const checkpointedSeriesIds =
      checkpoints.length === 0 ? new Set<number>() : await advanceCheckpoints(tx, checkpoints);
    await completeTrainingJobs(tx, finishedJobs(trainings, models));
    return { models, checkpointedSeriesIds };
  });
}

function finishedJobs(trainings: readonly SeriesTraining[], models: readonly ActiveModel[]) {
  return trainings.flatMap(({ seriesId, job }) => {
    if (job === undefined) return [];
    const modelId = models.find((model) => model.seriesId === seriesId)?.id ?? null;
    return [{ ...job, modelId }];
  });
}

async function insertVersions(
  tx: Queryable,
  trainings: readonly SeriesTraining[],
): Promise<ActiveModel[]> {
  const blobs = new BlobParts();
  const rows = trainings.flatMap(({ seriesId, trainedAtMs, inForceFromMs = null, detectors }) =>
    detectors.map(({ kind, snapshot, config, metrics }) => {
      const part = blobs.add(snapshot);
      const trained = isoTime(trainedAtMs);
      const from = inForceFromMs === null ? null : isoTime(inForceFromMs);
      return {
        series: seriesId,
        kind,
        config,
        metrics,
        trained,
        in_force_from: from,
        start: part.from,
        length: part.length,
      };
    }),
  );
  if (rows.length === 0) return [];
  const rowsText = JSON.stringify(rows);
  await tx.query(
    `update models m set is_active = false
     from jsonb_to_recordset($1::jsonb) as n(series integer, kind text)
     where m.series_id = n.series and m.model_type = n.kind and m.is_active`,
    [rowsText],
  );
  return tx.query<ActiveModel>(INSERT_VERSIONS, [rowsText, blobs.joined()]);
}

// A version is the day (UTC) and a running number within it: '2026-11-22.1'.
const INSERT_VERSIONS = `
  insert into models (series_id, metric_id, name, version, model_type, config, performance_metrics,
    snapshot, is_active, trained_at, in_force_from)
  select s.id, s.query_id, s.name, s.day || '.' || coalesce((
      select max(split_part(version, '.', 2)::integer) from models
      where name = s.name and version ~ ('^' || s.day || '\\.[0-9]{1,9}$')), 0) + 1,
    s.kind, s.config, s.metrics, substring($2::bytea from s.start for s.length), true, s.trained,
    s.in_force_from
  from (
    select series.id, query_id, q.alias || labels_key || ' ' || kind as name,
      to_char(trained at time zone 'utc', 'YYYY-MM-DD') as day, n.*
    from jsonb_to_recordset($1::jsonb) as n(series integer, kind text, config jsonb, metrics jsonb,
      trained timestamptz, in_force_from timestamptz, start integer, length integer)
    join series on series.id = n.series join queries q on q.id = series.query_id
    order by series.id, kind
  ) s
  returning id, series_id as "seriesId", model_type as "modelType", version,
    in_force_from as "inForceFromMs"`;

const PRUNE = `
  delete from models where id in (
    select id from (
      select id, is_active, row_number() over (partition by series_id, model_type order by id desc) as age
      from models where series_id = any($1::integer[])
    ) aged
    where age > $2 and not is_active)`;

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

export async function listModels(
  db: Queryable,
  { activeOnly, skip, limit }: PageRequest & { readonly activeOnly: boolean },
): Promise<Page<StoredModel>> {
  const [rows, counted] = await Promise.all([
    db.query<StoredModel>(
      `select ${columns} from models ${activeOnly ? 'where is_active' : ''}
       order by id desc offset $1 limit $2`,
      [skip, limit],
    ),
    db.query<{ total: number }>(
      `select count(*) as total from models ${activeOnly ? 'where is_active' : ''}`,
    ),
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

// Models without a series (of other programs) take each other's place on the same metric.
async function activate(tx: Queryable, id: number): Promise<StoredModel[]> {
  await tx.query(
    `update models m set is_active = false from models chosen
     where chosen.id = $1 and m.id <> chosen.id and m.is_active and m.model_type = chosen.model_type
       and m.series_id is not distinct from chosen.series_id
       and (chosen.series_id is not null or m.metric_id is not distinct from chosen.metric_id)`,
    [id],
  );
  return tx.query<StoredModel>(
    `update models set is_active = true, in_force_from = null where id = $1 returning ${columns}`,
    [id],
  );
}
