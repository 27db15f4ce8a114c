import type { Profile } from '../core/correlation/profile.ts';
import { BlobParts } from './blob-parts.ts';
import type { Queryable } from './database.ts';
import { arrayText, isoTime } from './parameters.ts';

export interface SeriesProfile {
  readonly seriesId: number;
  readonly profile: Profile;
}

/** Replaces the profiles of those series. */
export async function keepProfiles(
  tx: Queryable,
  profiles: readonly SeriesProfile[],
): Promise<void> {
  if (profiles.length === 0) return;
  const blobs = new BlobParts();
  const rows = profiles.map(({ seriesId, profile: { startMs, surprises } }) => {
    const bytes = new Uint8Array(surprises.buffer, surprises.byteOffset, surprises.length);
    const part = blobs.add(bytes);
    return { id: seriesId, at: isoTime(startMs), from: part.from, length: part.length };
  });
  await tx.query(
    `insert into profiles (series_id, start_at, surprises)
     select s.id, p.at, substring($2::bytea from p."from" for p.length)
     from jsonb_to_recordset($1::jsonb) as p(id integer, at timestamptz, "from" integer, length integer)
     join series s on s.id = p.id order by s.id
     on conflict (series_id) do update set start_at = excluded.start_at, surprises = excluded.surprises`,
    [JSON.stringify(rows), blobs.joined()],
  );
}

/** The profiles of those series that have one, by series id. */
export async function loadProfiles(
  db: Queryable,
  seriesIds: readonly number[],
): Promise<Map<number, Profile>> {
  const rows = await db.query<{ seriesId: number; startMs: number; surprises: Uint8Array }>(
    `select series_id as "seriesId", start_at as "startMs", surprises from profiles
     where series_id = any($1::integer[])`,
    [arrayText(seriesIds)],
  );
  return new Map(
    rows.map(({ seriesId, startMs, surprises }) => [
      seriesId,
      { startMs, surprises: Int8Array.from(surprises) },
    ]),
  );
}
