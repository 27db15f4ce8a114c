import type { Queryable } from './database.ts';
import type { Page, PageRequest } from './page.ts';
import { isoTime } from './parameters.ts';

export type TrainingJobStatus = 'queued' | 'running' | 'completed' | 'failed';

export interface StoredTrainingJob {
  readonly id: number;
  readonly modelId: number | null;
  readonly metricId: number | null;
  readonly seriesId: number | null;
  /** Why it was asked for: 'first', 'night 2026-11-22', 'request …'. Once per series. */
  readonly occasion: string;
  readonly status: TrainingJobStatus;
  readonly config: Readonly<Record<string, unknown>>;
  readonly startTimeMs: number | null;
  readonly endTimeMs: number | null;
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly errorMessage: string | null;
  readonly logs: string | null;
  /** How often it was started. */
  readonly attempts: number;
  readonly createdAtMs: number;
}

export interface TrainingWish {
  readonly seriesId: number;
  readonly occasion: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

const columns = `id, model_id as "modelId", metric_id as "metricId", series_id as "seriesId", occasion,
  status, config, start_time as "startTimeMs", end_time as "endTimeMs", metrics,
  error_message as "errorMessage", logs, attempts, created_at as "createdAtMs"`;

/** Queues trainings; one that was asked for on the same occasion before is not queued again. Gives the new ones. */
export async function enqueueTrainingJobs(
  db: Queryable,
  wishes: readonly TrainingWish[],
): Promise<StoredTrainingJob[]> {
  if (wishes.length === 0) return [];
  return db.query<StoredTrainingJob>(
    `insert into training_jobs (series_id, metric_id, occasion, config)
     select s.id, s.query_id, w.occasion, coalesce(w.config, '{}')
     from jsonb_to_recordset($1::jsonb) as w("seriesId" integer, occasion text, config jsonb)
     join series s on s.id = w."seriesId"
     on conflict (series_id, occasion) do nothing
     returning ${columns}`,
    [JSON.stringify(wishes)],
  );
}

/** Queues a training that somebody asked for; asked again within the minute it is the same one. */
export async function requestTraining(
  db: Queryable,
  seriesId: number,
  nowMs: number,
): Promise<void> {
  const occasion = `request ${isoTime(nowMs).slice(0, 16)}`;
  await enqueueTrainingJobs(db, [{ seriesId, occasion }]);
}

/** Takes the oldest queued jobs; no other process gets the same ones. */
export async function claimTrainingJobs(
  db: Queryable,
  limit: number,
): Promise<StoredTrainingJob[]> {
  const rows = await db.query<StoredTrainingJob>(
    `update training_jobs set status = 'running', start_time = now(), end_time = null,
       error_message = null, attempts = attempts + 1
     where id in (
       select id from training_jobs where status = 'queued' order by id limit $1
       for update skip locked)
     returning ${columns}`,
    [limit],
  );
  return rows.toSorted((one, other) => one.id - other.id);
}

/** Marks jobs as done with their figures. */
export async function completeTrainingJobs(
  db: Queryable,
  jobs: readonly {
    readonly id: number;
    readonly modelId: number | null;
    readonly metrics: Readonly<Record<string, unknown>>;
    readonly logs?: string;
  }[],
): Promise<void> {
  if (jobs.length === 0) return;
  await db.query(
    `update training_jobs j set status = 'completed', end_time = now(), model_id = d."modelId",
       metrics = d.metrics, logs = d.logs, error_message = null
     from jsonb_to_recordset($1::jsonb) as d(id integer, "modelId" integer, metrics jsonb, logs text)
     where j.id = d.id`,
    [JSON.stringify(jobs)],
  );
}

/** Marks a job as failed, and why. */
export async function failTrainingJob(
  db: Queryable,
  id: number,
  { errorMessage, logs }: { readonly errorMessage: string; readonly logs?: string },
): Promise<void> {
  await db.query(
    `update training_jobs set status = 'failed', end_time = now(), error_message = $2, logs = $3
     where id = $1`,
    [id, errorMessage, logs ?? null],
  );
}

/** Puts a running job back, as when the world failed and not the training. */
export async function requeueTrainingJob(db: Queryable, id: number): Promise<void> {
  await db.query(
    `update training_jobs set status = 'queued', start_time = null where id = $1 and status = 'running'`,
    [id],
  );
}

/**
 * Queues again the jobs that a dead process left running, started before `startedBeforeMs`; one that was
 * started `maxAttempts` times is failed, for it may be what kills the process. Gives how many were requeued.
 */
export async function requeueAbandonedJobs(
  db: Queryable,
  {
    startedBeforeMs,
    maxAttempts = 3,
  }: { readonly startedBeforeMs: number; readonly maxAttempts?: number },
): Promise<number> {
  const rows = await db.query<{ status: TrainingJobStatus }>(
    `update training_jobs set
       status = case when attempts < $2 then 'queued' else 'failed' end,
       start_time = case when attempts < $2 then null else start_time end,
       end_time = case when attempts < $2 then null else now() end,
       error_message = case when attempts < $2 then null
         else 'The process ended during this training ' || attempts || ' times' end
     where status = 'running' and start_time <= $1
     returning status`,
    [isoTime(startedBeforeMs), maxAttempts],
  );
  return rows.filter((row) => row.status === 'queued').length;
}

export async function findTrainingJob(
  db: Queryable,
  id: number,
): Promise<StoredTrainingJob | undefined> {
  const rows = await db.query<StoredTrainingJob>(
    `select ${columns} from training_jobs where id = $1`,
    [id],
  );
  return rows[0];
}

export async function listTrainingJobs(
  db: Queryable,
  { status, skip, limit }: PageRequest & { readonly status?: TrainingJobStatus | undefined },
): Promise<Page<StoredTrainingJob>> {
  const chosen = 'where ($1::text is null or status = $1)';
  const [rows, counted] = await Promise.all([
    db.query<StoredTrainingJob>(
      `select ${columns} from training_jobs ${chosen} order by id desc offset $2 limit $3`,
      [status ?? null, skip, limit],
    ),
    db.query<{ total: number }>(`select count(*) as total from training_jobs ${chosen}`, [
      status ?? null,
    ]),
  ]);
  return { total: counted[0]?.total ?? 0, rows };
}

/** How many jobs are in each status. */
export async function countTrainingJobs(
  db: Queryable,
): Promise<{ status: TrainingJobStatus; jobs: number }[]> {
  return db.query('select status, count(*) as jobs from training_jobs group by status');
}

/** Deletes finished jobs that ended before `beforeMs`; says how many. */
export async function deleteTrainingJobsBefore(db: Queryable, beforeMs: number): Promise<number> {
  const rows = await db.query<{ deleted: number }>(
    `with gone as (delete from training_jobs
       where end_time < $1 and status in ('completed', 'failed') returning 1)
     select count(*) as deleted from gone`,
    [isoTime(beforeMs)],
  );
  return rows[0]?.deleted ?? 0;
}
