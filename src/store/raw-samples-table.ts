import { type Labels, labelsKey } from '../core/labels.ts';
import { BlobParts } from './blob-parts.ts';
import type { Database, Queryable } from './database.ts';
import { arrayText, isoTime } from './parameters.ts';

/** A series of the embedded collector: a metric name and its labels, as scraped. */
export interface RawSeries {
  readonly id: number;
  readonly name: string;
  readonly labels: Labels;
  readonly metricType: string;
  readonly help: string;
  readonly lastSampleAtMs: number | null;
}

export interface RawSeriesDefinition {
  readonly name: string;
  readonly labels: Labels;
  readonly metricType: string;
  readonly help: string;
}

/** Samples of one raw series, compressed; times inclusive. */
export interface SampleChunk {
  readonly rawSeriesId: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly samples: number;
  readonly bytes: Uint8Array;
}

/** The samples of one scrape that are in no chunk yet. */
export interface SampleHead {
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

export interface RawMetric {
  readonly name: string;
  readonly metricType: string;
  readonly help: string;
  readonly series: number;
}

const columns = `id, name, labels, metric_type as "metricType", help, last_sample_at as "lastSampleAtMs"`;

/** Makes raw series exist, with their type and help; gives the rows in the order asked. */
export async function ensureRawSeries(
  db: Database,
  wanted: readonly RawSeriesDefinition[],
): Promise<RawSeries[]> {
  if (wanted.length === 0) return [];
  const keyed = new Map(wanted.map((one) => [keyOf(one), { ...one, key: labelsKey(one.labels) }]));
  const rowsText = JSON.stringify([...keyed.values()]);
  await db.query(
    `insert into raw_series as r (name, labels, labels_key, metric_type, help)
     select name, labels, key, "metricType", help
     from jsonb_to_recordset($1::jsonb)
       as w(name text, labels jsonb, key text, "metricType" text, help text)
     on conflict (name, labels_key) do update
       set metric_type = excluded.metric_type, help = excluded.help
       where (r.metric_type, r.help) is distinct from (excluded.metric_type, excluded.help)`,
    [rowsText],
  );
  const rows = await db.query<RawSeries>(
    `select ${columns} from raw_series where (name, labels_key) in (
       select name, key from jsonb_to_recordset($1::jsonb) as w(name text, key text))`,
    [rowsText],
  );
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return wanted.flatMap((one) => byKey.get(keyOf(one)) ?? []);
}

/** Raw series of one metric name, or all. */
export async function listRawSeries(db: Queryable, name?: string): Promise<RawSeries[]> {
  return db.query<RawSeries>(
    `select ${columns} from raw_series where $1::text is null or name = $1 order by id`,
    [name ?? null],
  );
}

/** The metric names collected, with how many series each has. */
export async function listRawMetrics(db: Queryable): Promise<RawMetric[]> {
  return db.query<RawMetric>(
    `select name, max(metric_type) as "metricType", max(help) as help, count(*) as series
     from raw_series group by name order by name`,
  );
}

/** Keeps one scrape until its samples are in chunks. A second one of the same millisecond takes its place. */
export async function appendSampleHead(db: Queryable, head: SampleHead): Promise<void> {
  await db.query(
    `insert into sample_head (at, data) values ($1, $2)
     on conflict (at) do update set data = excluded.data`,
    [isoTime(head.atMs), head.bytes],
  );
}

/** The scrapes that are in no chunk yet, oldest first. */
export async function loadSampleHeads(db: Queryable): Promise<SampleHead[]> {
  return db.query<SampleHead>('select at as "atMs", data as bytes from sample_head order by at');
}

/** Writes chunks and drops the scrapes that they cover, in one transaction. */
export async function writeSampleChunks(
  db: Database,
  chunks: readonly SampleChunk[],
  { coveredUntilMs }: { readonly coveredUntilMs: number },
): Promise<void> {
  const blobs = new BlobParts();
  const rows = chunks.map(({ rawSeriesId, startMs, endMs, samples, bytes }) => {
    const part = blobs.add(bytes);
    const times = { start_at: isoTime(startMs), end_at: isoTime(endMs) };
    return { id: rawSeriesId, ...times, samples, part_from: part.from, part_length: part.length };
  });
  await db.transaction(async (tx) => {
    await tx.query(
      `with chunks as (
         select id, start_at, end_at, samples, part_from, part_length
         from jsonb_to_recordset($1::jsonb) as c(id integer, start_at timestamptz,
           end_at timestamptz, samples integer, part_from integer, part_length integer)
       ), touched as (
         update raw_series r set last_sample_at = greatest(r.last_sample_at, c.end_at)
         from (select id, max(end_at) as end_at from chunks group by id) c where r.id = c.id
       )
       insert into sample_chunks (raw_series_id, start_at, end_at, samples, data)
       select id, start_at, end_at, samples, substring($2::bytea from part_from for part_length)
       from chunks
       on conflict (raw_series_id, start_at) do update
         set end_at = excluded.end_at, samples = excluded.samples, data = excluded.data`,
      [JSON.stringify(rows), blobs.joined()],
    );
    await tx.query('delete from sample_head where at <= $1', [isoTime(coveredUntilMs)]);
  });
}

/** Chunks of a metric that reach into [startMs, endMs], by series and time. */
export async function readSampleChunks(
  db: Queryable,
  name: string,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): Promise<SampleChunk[]> {
  return db.query<SampleChunk>(
    `select c.raw_series_id as "rawSeriesId", c.start_at as "startMs", c.end_at as "endMs", c.samples,
       c.data as bytes
     from raw_series r join sample_chunks c on c.raw_series_id = r.id
     where r.name = $1 and c.start_at <= $3 and c.end_at >= $2
     order by c.raw_series_id, c.start_at`,
    [name, isoTime(startMs), isoTime(endMs)],
  );
}

/** Chunks of these raw series that reach into [startMs, endMs], by series and time. */
export async function readSampleChunksOf(
  db: Queryable,
  rawSeriesIds: readonly number[],
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): Promise<SampleChunk[]> {
  if (rawSeriesIds.length === 0) return [];
  return db.query<SampleChunk>(
    `select raw_series_id as "rawSeriesId", start_at as "startMs", end_at as "endMs", samples,
       data as bytes
     from sample_chunks
     where raw_series_id = any($1::int[]) and start_at <= $3 and end_at >= $2
     order by raw_series_id, start_at`,
    [arrayText(rawSeriesIds), isoTime(startMs), isoTime(endMs)],
  );
}

/** Deletes chunks that ended before `beforeMs`, and raw series that are left without any; says how many chunks. */
export async function deleteSampleChunksBefore(db: Database, beforeMs: number): Promise<number> {
  return db.transaction(async (tx) => {
    const rows = await tx.query<{ deleted: number }>(
      `with gone as (delete from sample_chunks where end_at < $1 returning 1)
       select count(*) as deleted from gone`,
      [isoTime(beforeMs)],
    );
    await tx.query(
      `delete from raw_series r where last_sample_at < $1
         and not exists (select 1 from sample_chunks c where c.raw_series_id = r.id)`,
      [isoTime(beforeMs)],
    );
    return rows[0]?.deleted ?? 0;
  });
}

function keyOf({ name, labels }: { readonly name: string; readonly labels: Labels }): string {
  return `${name}${labelsKey(labels)}`;
}
