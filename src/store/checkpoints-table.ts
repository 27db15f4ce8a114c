import { BlobParts } from './blob-parts.ts';
import type { Queryable } from './database.ts';
import { arrayText, isoTime, isoTimeOrNull } from './parameters.ts';

/** Where detection of a series stands. */
export interface Checkpoint {
  readonly seriesId: number;
  /** Every sample up to here is scored. */
  readonly scoredUntilMs: number;
  /** Learned state of the model; null when it was never stored, or was not asked for. */
  readonly state: Uint8Array | null;
  /** Sample time up to which `state` had learned. */
  readonly stateUntilMs: number | null;
  /** The episode machine at `scoredUntilMs`, as the engine wrote it. */
  readonly episode: unknown;
}

export interface CheckpointDraft {
  readonly seriesId: number;
  /** `scoredUntilMs` of the checkpoint this run started from, null when there was none. */
  readonly scoredFromMs: number | null;
  readonly scoredUntilMs: number;
  /** Left as it stands when absent. */
  readonly state?: { readonly bytes: Uint8Array; readonly untilMs: number };
  readonly episode?: unknown;
}

/** Checkpoints of those series that have one; without `withState` the blobs stay in the database. */
export async function loadCheckpoints(
  db: Queryable,
  seriesIds: readonly number[],
  { withState }: { readonly withState: boolean },
): Promise<Checkpoint[]> {
  return db.query<Checkpoint>(
    `select series_id as "seriesId", scored_until as "scoredUntilMs",
       ${withState ? 'state' : 'null::bytea as state'}, state_until as "stateUntilMs", episode
     from checkpoints where series_id = any($1::integer[])`,
    [arrayText(seriesIds)],
  );
}

/**
 * Moves checkpoints forward, each only from where its run started: of two runs that raced the second
 * writes nothing. Gives the ids of the series written. Rows stay locked until the transaction ends.
 */
export async function advanceCheckpoints(
  tx: Queryable,
  drafts: readonly CheckpointDraft[],
): Promise<Set<number>> {
  const blobs = new BlobParts();
  const rows = drafts.map((draft) => {
    const part = draft.state && blobs.add(draft.state.bytes);
    return {
      id: draft.seriesId,
      scored_from: isoTimeOrNull(draft.scoredFromMs),
      scored_until: isoTime(draft.scoredUntilMs),
      state_until: isoTimeOrNull(draft.state?.untilMs),
      part_from: part?.from,
      part_length: part?.length,
      episode: draft.episode ?? null,
    };
  });
  const written = await tx.query<{ id: number }>(
    `with drafts as (
       select d.id, scored_from, scored_until, state_until, nullif(episode, 'null') as episode,
         substring($2::bytea from part_from for part_length) as state
       from jsonb_to_recordset($1::jsonb) as d(id integer, scored_from timestamptz,
         scored_until timestamptz, state_until timestamptz, part_from integer, part_length integer,
         episode jsonb)
       join series s on s.id = d.id
     ), moved as (
       update checkpoints c set scored_until = d.scored_until, episode = d.episode,
         state = coalesce(d.state, c.state), state_until = coalesce(d.state_until, c.state_until),
         updated_at = now()
       from drafts d
       where c.series_id = d.id and c.scored_until = d.scored_from
       returning c.series_id as id
     ), begun as (
       insert into checkpoints (series_id, scored_until, state, state_until, episode)
       select id, scored_until, state, state_until, episode from drafts
       where scored_from is null order by id
       on conflict (series_id) do nothing
       returning series_id as id
     )
     select id from moved union all select id from begun`,
    [JSON.stringify(rows), blobs.joined()],
  );
  return new Set(written.map((row) => row.id));
}

/** Forgets where detection of a series stands, so that the next run starts from its history. */
export async function deleteCheckpoints(
  db: Queryable,
  seriesIds: readonly number[],
): Promise<void> {
  await db.query('delete from checkpoints where series_id = any($1::integer[])', [
    arrayText(seriesIds),
  ]);
}

/** Learned state of a series from which versions are compared. */
export interface TrialState {
  readonly seriesId: number;
  readonly bytes: Uint8Array;
  /** Sample time up to which it had learned. */
  readonly untilMs: number;
}

/** Replaces what versions to come are compared from. */
export async function keepTrialStates(tx: Queryable, states: readonly TrialState[]): Promise<void> {
  if (states.length === 0) return;
  const blobs = new BlobParts();
  const rows = states.map(({ seriesId, bytes, untilMs }) => {
    const part = blobs.add(bytes);
    return { id: seriesId, until: isoTime(untilMs), start: part.from, length: part.length };
  });
  await tx.query(
    `update checkpoints c set trial_from = d.until,
       trial_state = substring($2::bytea from d.start for d.length)
     from jsonb_to_recordset($1::jsonb) as d(id integer, until timestamptz, start integer, length integer)
     where c.series_id = d.id`,
    [JSON.stringify(rows), blobs.joined()],
  );
}

/** What versions of those series are compared from, where anything is kept. */
export async function loadTrialStates(
  db: Queryable,
  seriesIds: readonly number[],
): Promise<TrialState[]> {
  return db.query<TrialState>(
    `select series_id as "seriesId", trial_state as bytes, trial_from as "untilMs" from checkpoints
     where trial_state is not null and series_id = any($1::integer[])`,
    [arrayText(seriesIds)],
  );
}
