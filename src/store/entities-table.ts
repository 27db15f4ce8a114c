import { type Labels, labelsKey } from '../core/labels.ts';
import { BlobParts } from './blob-parts.ts';
import type { Queryable } from './database.ts';
import type { Page, PageRequest } from './page.ts';
import { isoTime, isoTimeOrNull } from './parameters.ts';

export interface EntityMember {
  readonly seriesId: number;
  /** Part in the latest deviation, 0..1. */
  readonly share: number;
}

/** Where judging the series of an entity together stands. */
export interface EntityCheckpoint {
  readonly labels: Labels;
  /** Ids of the series, in the order that `state` has them. */
  readonly members: readonly number[];
  /** Every row up to here is judged, and learned in `state`. */
  readonly judgedUntilMs: number;
  readonly state: Uint8Array;
  /** The episode machine, as the engine wrote it. */
  readonly episode: unknown;
}

export interface EntityDraft extends EntityCheckpoint {
  /** `judgedUntilMs` of the checkpoint this run started from, null when there was none. */
  readonly judgedFromMs: number | null;
  /** Of the latest row. */
  readonly deviationRatio: number;
  readonly contributions: readonly EntityMember[];
}

/** An entity as a list shows it. */
export interface ListedEntity {
  readonly id: number;
  readonly labels: Labels;
  readonly judgedUntilMs: number;
  readonly deviationRatio: number;
  /** Largest share first. */
  readonly members: readonly (EntityMember & {
    readonly metricName: string;
    readonly labels: Labels;
  })[];
}

export async function loadEntities(db: Queryable): Promise<EntityCheckpoint[]> {
  return db.query<EntityCheckpoint>(
    `select labels, members, judged_until as "judgedUntilMs", state, episode
     from entities order by id`,
  );
}

/** Entities by their labels, with the members that are still watched. */
export async function listEntities(
  db: Queryable,
  { skip, limit }: PageRequest,
): Promise<Page<ListedEntity>> {
  const [rows, counted] = await Promise.all([
    db.query<ListedEntity>(
      `select e.id, e.labels, e.judged_until as "judgedUntilMs",
         e.deviation_ratio as "deviationRatio", coalesce(m.members, '[]') as members
       from (select * from entities order by labels_key offset $1 limit $2) e
       left join lateral (
         select jsonb_agg(jsonb_build_object('seriesId', s.id, 'metricName', q.alias,
           'labels', s.labels, 'share', coalesce(c.share, 0))
           order by c.share desc nulls last, s.id) as members
         from jsonb_array_elements(e.members) with ordinality as j(id, place)
         join series s on s.id = j.id::integer join queries q on q.id = s.query_id
         left join jsonb_to_recordset(e.contributions) as c("seriesId" integer, share double precision)
           on c."seriesId" = s.id
       ) m on true
       order by e.labels_key`,
      [skip, limit],
    ),
    db.query<{ total: number }>('select count(*) as total from entities'),
  ]);
  return { total: counted[0]?.total ?? 0, rows };
}

/**
 * Moves entities forward, each only from where its run started: of two runs that raced the second writes nothing. Gives
 * the keys of their labels that were written.
 */
export async function advanceEntities(
  tx: Queryable,
  drafts: readonly EntityDraft[],
): Promise<Set<string>> {
  const blobs = new BlobParts();
  const rows = drafts.map((draft) => {
    const part = blobs.add(draft.state);
    return {
      key: labelsKey(draft.labels),
      labels: draft.labels,
      members: draft.members,
      judged_from: isoTimeOrNull(draft.judgedFromMs),
      judged_until: isoTime(draft.judgedUntilMs),
      ratio: draft.deviationRatio,
      contributions: draft.contributions,
      episode: draft.episode,
      part_from: part.from,
      part_length: part.length,
    };
  });
  const written = await tx.query<{ key: string }>(
    `with drafts as (
       select d.*, substring($2::bytea from part_from for part_length) as state
       from jsonb_to_recordset($1::jsonb) as d(key text, labels jsonb, members jsonb,
         judged_from timestamptz, judged_until timestamptz, ratio double precision,
         contributions jsonb, episode jsonb, part_from integer, part_length integer)
     ), moved as (
       update entities e set members = d.members, judged_until = d.judged_until,
         deviation_ratio = d.ratio, contributions = d.contributions, state = d.state,
         episode = d.episode, updated_at = now()
       from drafts d
       where e.labels_key = d.key and e.judged_until = d.judged_from
       returning e.labels_key as key
     ), begun as (
       insert into entities (labels, labels_key, members, judged_until, deviation_ratio,
         contributions, state, episode)
       select labels, key, members, judged_until, ratio, contributions, state, episode from drafts
       where judged_from is null order by key
       on conflict (labels_key) do nothing
       returning labels_key as key
     )
     select key from moved union all select key from begun`,
    [JSON.stringify(rows), blobs.joined()],
  );
  return new Set(written.map(({ key }) => key));
}

/** Forgets how the series of these entities go together. */
export async function deleteEntities(db: Queryable, keys: readonly string[]): Promise<void> {
  await db.query(
    'delete from entities where labels_key in (select jsonb_array_elements_text($1::jsonb))',
    [JSON.stringify(keys)],
  );
}
