import type { Queryable } from './database.ts';

export interface StoredCosts {
  readonly series: number;
  readonly models: number;
  readonly modelBytes: number;
  readonly stateBytes: number;
}

/** How many bytes are kept of the models in force and of what series have learned. Lengths are read without the bytes. */
export async function readCosts(db: Queryable): Promise<StoredCosts> {
  const rows = await db.query<StoredCosts>(
    `select (select count(*) from series) as series, m.models, m."modelBytes",
       (select coalesce(sum(octet_length(state)), 0)::bigint from checkpoints)
         + (select coalesce(sum(octet_length(surprises)), 0)::bigint from profiles) as "stateBytes"
     from (select count(*) as models, coalesce(sum(octet_length(snapshot)), 0)::bigint as "modelBytes"
       from models where is_active and series_id is not null) m`,
  );
  return rows[0] ?? { series: 0, models: 0, modelBytes: 0, stateBytes: 0 };
}
