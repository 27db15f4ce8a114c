import type { Queryable } from './database.ts';

export type Verdict = 'confirmed' | 'false_positive' | 'none';

export interface StoredVerdict {
  readonly verdict: Verdict;
  readonly comment: string;
  readonly user: string;
  readonly atMs: number;
}

export interface GivenVerdict {
  /** Null takes back what was said before. */
  readonly confirmed: boolean | null;
  readonly user: string;
  readonly comment?: string;
}

/** Keeps what a person said of an anomaly, beside all that was said before; undefined when there is no such anomaly. */
export async function confirmAnomaly(
  db: Queryable,
  id: number,
  { confirmed, user, comment = '' }: GivenVerdict,
): Promise<{ id: number; isConfirmed: boolean | null } | undefined> {
  const rows = await db.query<{ id: number; isConfirmed: boolean | null }>(
    `with judged as (
       update anomalies set is_confirmed = $2::boolean, updated_at = now(),
         confirmed_by = case when $2::boolean is null then null else $3::text end,
         confirmed_at = case when $2::boolean is null then null else now() end
       where id = $1 returning id, is_confirmed
     ), kept as (
       insert into verdicts (anomaly_id, verdict, comment, by_user)
       select id, $5, $4, $3 from judged
     )
     select id, is_confirmed as "isConfirmed" from judged`,
    [id, confirmed, user, comment, wordOf(confirmed)],
  );
  return rows[0];
}

/** All that was said of an anomaly, newest first. */
export async function listVerdicts(db: Queryable, anomalyId: number): Promise<StoredVerdict[]> {
  return db.query<StoredVerdict>(
    `select verdict, comment, by_user as "user", at as "atMs" from verdicts
     where anomaly_id = $1 order by id desc limit 1000`,
    [anomalyId],
  );
}

function wordOf(confirmed: boolean | null): Verdict {
  if (confirmed === null) return 'none';
  return confirmed ? 'confirmed' : 'false_positive';
}
