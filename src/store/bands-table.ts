import { BlobParts } from './blob-parts.ts';
import type { Queryable } from './database.ts';
import type { SeriesDetection } from './detection.ts';
import { isoTime } from './parameters.ts';

/** Bands of one series in one hour, packed. */
export interface BandChunk {
  readonly seriesId: number;
  readonly hourMs: number;
  readonly bytes: Uint8Array;
}

/** Joins the stored chunk of an hour and a new one of the same hour. */
export type MergeBands = (stored: Uint8Array, added: Uint8Array) => Uint8Array;

/** Chunks of a series whose hour begins in [startMs, endMs), oldest first. */
export async function readBands(
  db: Queryable,
  seriesId: number,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): Promise<BandChunk[]> {
  return db.query<BandChunk>(
    `select series_id as "seriesId", hour as "hourMs", data as bytes from bands
     where series_id = $1 and hour >= $2 and hour < $3 order by hour`,
    [seriesId, isoTime(startMs), isoTime(endMs)],
  );
}

/** The same of several series, each by itself. */
export async function readBandsOfMany(
  db: Queryable,
  seriesIds: readonly number[],
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): Promise<Map<number, BandChunk[]>> {
  const chunks = await db.query<BandChunk>(
    `select series_id as "seriesId", hour as "hourMs", data as bytes from bands
     where series_id in (select id::integer from jsonb_array_elements_text($1::jsonb) as wanted(id))
       and hour >= $2 and hour < $3 order by series_id, hour`,
    [JSON.stringify(seriesIds), isoTime(startMs), isoTime(endMs)],
  );
  const bySeries = new Map(seriesIds.map((id): [number, BandChunk[]] => [id, []]));
  for (const chunk of chunks) bySeries.get(chunk.seriesId)?.push(chunk);
  return bySeries;
}

/** Writes the chunks of a run, joined with what is stored of the same hours. */
export async function writeBands(
  tx: Queryable,
  detections: readonly SeriesDetection[],
  mergeBands?: MergeBands,
): Promise<void> {
  const chunks = new Map<string, BandChunk>();
  for (const { seriesId, bands } of detections)
    for (const { hourMs, bytes } of bands)
      chunks.set(`${seriesId} ${hourMs}`, { seriesId, hourMs, bytes });
  if (chunks.size === 0) return;
  const stored = mergeBands === undefined ? [] : await chunksToJoin(tx, [...chunks.values()]);
  for (const { seriesId, hourMs, bytes } of stored) {
    const added = chunks.get(`${seriesId} ${hourMs}`);
    if (added && mergeBands)
      chunks.set(`${seriesId} ${hourMs}`, {
        seriesId,
        hourMs,
        bytes: mergeBands(bytes, added.bytes),
      });
  }
  const blobs = new BlobParts();
  const rows = [...chunks.values()].map(({ seriesId, hourMs, bytes }) => {
    const part = blobs.add(bytes);
    return { id: seriesId, hour: isoTime(hourMs), start: part.from, length: part.length };
  });
  await tx.query(
    `insert into bands (series_id, hour, data)
     select id, hour, substring($2::bytea from start for length)
     from jsonb_to_recordset($1::jsonb) as c(id integer, hour timestamptz, start integer, length integer)
     on conflict (series_id, hour) do update set data = excluded.data`,
    [JSON.stringify(rows), blobs.joined()],
  );
}

async function chunksToJoin(tx: Queryable, chunks: readonly BandChunk[]): Promise<BandChunk[]> {
  const hours = JSON.stringify(
    chunks.map(({ seriesId, hourMs }) => ({ id: seriesId, hour: isoTime(hourMs) })),
  );
  return tx.query<BandChunk>(
    `select b.series_id as "seriesId", b.hour as "hourMs", b.data as bytes
     from jsonb_to_recordset($1::jsonb) as w(id integer, hour timestamptz)
     join bands b on b.series_id = w.id and b.hour = w.hour`,
    [hours],
  );
}

/** Deletes the chunks of hours before `beforeMs`; says how many. */
export async function deleteBandsBefore(db: Queryable, beforeMs: number): Promise<number> {
  const rows = await db.query<{ deleted: number }>(
    `with gone as (delete from bands where hour < $1 returning 1) select count(*) as deleted from gone`,
    [isoTime(beforeMs)],
  );
  return rows[0]?.deleted ?? 0;
}
