import type { Profile } from '../core/correlation/profile.ts';
import { BlobParts } from './blob-parts.ts';
import { advanceCheckpoints, type CheckpointDraft, keepTrialStates } from './checkpoints-table.ts';
import type { Database, Queryable } from './database.ts';
import type { ActiveModel } from './models-table.ts';
import { arrayText, isoTime, isoTimeOrNull } from './parameters.ts';
import { keepProfiles } from './profiles-table.ts';
import { completeTrainingJobs } from './training-jobs-table.ts';

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
    readonly metrics: Readonly<Record<string, unknown>>;
  }[];
  /** Whether these versions take the place of those in force. */
  readonly wins: boolean;
  /** Learned state from which versions to come are compared; the one kept before stays without it. */
  readonly trial?: { readonly bytes: Uint8Array; readonly untilMs: number };
  /** How the series moved in the past week; the one kept before stays without it. */
  readonly profile?: Profile;
  /** Where detection goes on from, when the training observed the history: the first one. */
  readonly checkpoint?: CheckpointDraft;
  /** The job that this completes. */
  readonly job?: {
    readonly id: number;
    readonly metrics: Readonly<Record<string, unknown>>;
    readonly logs?: string;
  };
}

/**
 * Writes trainings in one transaction: a new version of every detector, in force where it wins,
 * the checkpoint, the finished job; of each detector the newest `keep` versions that were in force stay (the one that is in
 * any case), and as many that were not.
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
    const trials = trainings.flatMap(({ seriesId, trial }) =>
      trial ? [{ seriesId, ...trial }] : [],
    );
    await keepTrialStates(tx, trials);
    const profiles = trainings.flatMap(({ seriesId, profile }) =>
      profile ? [{ seriesId, profile }] : [],
    );
    await keepProfiles(tx, profiles);
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
  const rows = trainings.flatMap(({ seriesId, trainedAtMs, inForceFromMs, detectors, wins }) =>
    detectors.map(({ kind, snapshot, config, metrics }) => {
      const part = blobs.add(snapshot);
      const trained = isoTime(trainedAtMs);
      return {
        series: seriesId,
        kind,
        config,
        metrics,
        wins,
        trained,
        in_force_from: isoTimeOrNull(inForceFromMs),
        start: part.from,
        length: part.length,
      };
    }),
  );
  if (rows.length === 0) return [];
  const rowsText = JSON.stringify(rows);
  await tx.query(
    `update models m set is_active = false
     from jsonb_to_recordset($1::jsonb) as n(series integer, kind text, wins boolean)
     where m.series_id = n.series and m.model_type = n.kind and m.is_active and n.wins`,
    [rowsText],
  );
  return tx.query<ActiveModel>(INSERT_VERSIONS, [rowsText, blobs.joined()]);
}

// A version is the day (UTC) and a running number within it: '2026-11-22.1'.
const INSERT_VERSIONS = `
  insert into models (series_id, metric_id, name, version, model_type, config, performance_metrics,
    snapshot, is_active, activated_by, trained_at, in_force_from)
  select s.id, s.query_id, s.name, s.day || '.' || coalesce((
      select max(split_part(version, '.', 2)::integer) from models
      where name = s.name and version ~ ('^' || s.day || '\\.[0-9]{1,9}$')), 0) + 1,
    s.kind, s.config, s.metrics, substring($2::bytea from s.start for s.length), s.wins,
    case when s.wins then 'training' end, s.trained, s.in_force_from
  from (
    select series.id, query_id, q.alias || labels_key || ' ' || kind as name,
      to_char(trained at time zone 'utc', 'YYYY-MM-DD') as day, n.*
    from jsonb_to_recordset($1::jsonb) as n(series integer, kind text, config jsonb, metrics jsonb,
      wins boolean, trained timestamptz, in_force_from timestamptz, start integer, length integer)
    join series on series.id = n.series join queries q on q.id = series.query_id
    order by series.id, kind
  ) s
  returning id, series_id as "seriesId", model_type as "modelType", version,
    in_force_from as "inForceFromMs"`;

const PRUNE = `
  delete from models where id in (
    select id from (
      select id, is_active, row_number() over (
        partition by series_id, model_type, activated_by is null order by id desc) as age
      from models where series_id = any($1::integer[])
    ) aged
    where age > $2 and not is_active)`;
