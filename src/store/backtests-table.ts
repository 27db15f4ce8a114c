import type { EpisodeKind } from '../core/anomalies/episode.ts';
import type { Severity } from '../core/anomalies/severity.ts';
import type { Labels } from '../core/labels.ts';
import type { Database, Queryable } from './database.ts';
import { only } from './only.ts';
import type { Page, PageRequest } from './page.ts';
import { arrayText, isoTime } from './parameters.ts';

export type BacktestStatus = 'queued' | 'running' | 'completed' | 'failed';

/** An anomaly that would have been raised. */
export interface WouldBeAnomaly {
  readonly kind: EpisodeKind;
  readonly severity: Severity;
  readonly score: number;
  /** Deviation ratio of its peak. */
  readonly ratio: number;
  readonly startedAtMs: number;
  readonly openedAtMs: number;
  /** Its last abnormal sample. */
  readonly lastAtMs: number;
  /** Null while it goes on at the end of the span. */
  readonly endedAtMs: number | null;
  readonly peakAtMs: number;
  readonly value: number;
  readonly expected: number;
  readonly sentence: string;
  /** Title of the planned work in which it opened, for which it would have alerted nobody. */
  readonly planned: string | null;
  /** The accepted rule that would have kept it quiet as it ended. */
  readonly quietedBy: { readonly ruleId: number; readonly reason: string } | null;
}

/** What came of one series, or of one column of a file. */
export interface BacktestPart {
  readonly name: string;
  /** Null of a file. */
  readonly seriesId: number | null;
  readonly labels: Labels;
  readonly unit: string;
  readonly learnedRows: number;
  readonly judgedRows: number;
  readonly flaggedRows: number;
  readonly stepMs: number;
  /** Accepted rules about it; null where they were left aside, as they are of a file. */
  readonly rules: number | null;
  readonly startMs: number;
  readonly endMs: number;
  /** Anomalies that were really raised in the span; null of a file. */
  readonly recorded: number | null;
  readonly anomalies: readonly WouldBeAnomaly[];
}

export interface StoredBacktest {
  readonly id: number;
  readonly name: string;
  readonly status: BacktestStatus;
  readonly request: Readonly<Record<string, unknown>>;
  readonly progress: number;
  readonly parts: readonly BacktestPart[];
  readonly error: string | null;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
}

const columns = `id, name, status, request, progress, parts, error, created_at as "createdAtMs",
  started_at as "startedAtMs", ended_at as "endedAtMs"`;

export async function addBacktest(
  db: Queryable,
  { name, request }: Pick<StoredBacktest, 'name' | 'request'>,
  nowMs: number,
): Promise<number> {
  const rows = await db.query<{ id: number }>(
    `insert into backtests (name, status, request, created_at, beat_at)
     values ($1, 'queued', $2::jsonb, $3, $3) returning id`,
    [name, JSON.stringify(request), isoTime(nowMs)],
  );
  return only(rows).id;
}

export async function findBacktest(db: Queryable, id: number): Promise<StoredBacktest | undefined> {
  const rows = await db.query<StoredBacktest>(`select ${columns} from backtests where id = $1`, [
    id,
  ]);
  return rows[0];
}

export async function listBacktests(
  db: Queryable,
  { skip, limit }: PageRequest,
): Promise<Page<StoredBacktest>> {
  const [rows, counted] = await Promise.all([
    db.query<StoredBacktest>(
      `select ${columns} from backtests order by id desc offset $1 limit $2`,
      [skip, limit],
    ),
    db.query<{ total: number }>('select count(*) as total from backtests'),
  ]);
  return { total: counted[0]?.total ?? 0, rows };
}

export async function countUnfinishedBacktests(db: Queryable): Promise<number> {
  const rows = await db.query<{ found: number }>(
    `select count(*) as found from backtests where status in ('queued', 'running')`,
  );
  return rows[0]?.found ?? 0;
}

/** Says how far it is; false when it was deleted meanwhile, or given up as abandoned. */
export async function beatBacktest(
  db: Queryable,
  id: number,
  {
    status,
    progress,
    nowMs,
  }: { readonly status: BacktestStatus; readonly progress: number; readonly nowMs: number },
): Promise<boolean> {
  const rows = await db.query(
    `update backtests set status = $2, progress = $3, beat_at = $4,
       started_at = coalesce(started_at, case when $2 = 'running' then $4::timestamptz end)
     where id = $1 and status in ('queued', 'running') returning id`,
    [id, status, progress, isoTime(nowMs)],
  );
  return rows.length > 0;
}

/** Keeps what came of it; nothing when it was deleted meanwhile. */
export async function completeBacktest(
  db: Database,
  id: number,
  {
    parts,
    packed,
    nowMs,
  }: {
    readonly parts: readonly BacktestPart[];
    /** The judged rows of each part. */
    readonly packed: readonly Uint8Array[];
    readonly nowMs: number;
  },
): Promise<void> {
  await db.transaction(async (tx) => {
    const rows = await tx.query(
      `update backtests set status = 'completed', progress = 1, parts = $2::jsonb, ended_at = $3
       where id = $1 and status in ('queued', 'running') returning id`,
      [id, JSON.stringify(parts), isoTime(nowMs)],
    );
    if (rows.length === 0) return;
    for (const [part, bytes] of packed.entries())
      await tx.query('insert into backtest_columns (backtest_id, part, data) values ($1, $2, $3)', [
        id,
        part,
        bytes,
      ]);
  });
}

export async function failBacktest(
  db: Queryable,
  id: number,
  { error, nowMs }: { readonly error: string; readonly nowMs: number },
): Promise<void> {
  await db.query(
    `update backtests set status = 'failed', error = $2, ended_at = $3
     where id = $1 and status in ('queued', 'running')`,
    [id, error, isoTime(nowMs)],
  );
}

/** Fails those whose process was not heard of since `beforeMs`; a process that lives tells every second. */
export async function failAbandonedBacktests(
  db: Queryable,
  { beforeMs, nowMs }: { readonly beforeMs: number; readonly nowMs: number },
): Promise<void> {
  await db.query(
    `update backtests set status = 'failed', ended_at = $2,
       error = 'SAIMon was stopped while it ran: run it again'
     where status in ('queued', 'running') and beat_at < $1`,
    [isoTime(beforeMs), isoTime(nowMs)],
  );
}

/** Deletes those that ended before `beforeMs`, and the oldest of more than `most` or of more bytes than `mostBytes`. */
export async function pruneBacktests(
  db: Queryable,
  {
    beforeMs,
    most,
    mostBytes,
  }: { readonly beforeMs: number; readonly most: number; readonly mostBytes: number },
): Promise<void> {
  await db.query(
    `delete from backtests where id in (
       select id from (
         select b.id, b.ended_at, row_number() over newest as place,
           sum(coalesce(c.bytes, 0)) over newest as bytes
         from backtests b left join (
           select backtest_id, sum(octet_length(data)) as bytes from backtest_columns group by 1
         ) c on c.backtest_id = b.id
         where b.status in ('completed', 'failed')
         window newest as (order by b.id desc)
       ) kept where ended_at < $1 or place > $2 or bytes > $3)`,
    [isoTime(beforeMs), most, mostBytes],
  );
}

export async function deleteBacktest(db: Queryable, id: number): Promise<boolean> {
  const rows = await db.query('delete from backtests where id = $1 returning id', [id]);
  return rows.length > 0;
}

/** The judged rows of every part, packed, in their order. */
export async function readBacktestColumns(db: Queryable, id: number): Promise<Uint8Array[]> {
  const rows = await db.query<{ bytes: Uint8Array }>(
    'select data as bytes from backtest_columns where backtest_id = $1 order by part',
    [id],
  );
  return rows.map(({ bytes }) => bytes);
}

/** How many anomalies of each series were really raised from `startMs` to `endMs`. */
export async function countRecorded(
  db: Queryable,
  seriesIds: readonly number[],
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): Promise<Map<number, number>> {
  const rows = await db.query<{ seriesId: number; found: number }>(
    `select series_id as "seriesId", count(*) as found from anomalies
     where series_id = any($1::integer[]) and opened_at >= $2 and opened_at <= $3 group by series_id`,
    [arrayText(seriesIds), isoTime(startMs), isoTime(endMs)],
  );
  return new Map(rows.map(({ seriesId, found }) => [seriesId, found]));
}
