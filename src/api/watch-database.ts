import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { LiveEvent, LiveListener } from '../engine/live-events.ts';
import type { Database } from '../store/database.ts';
import {
  jobStatuses,
  type LiveRows,
  latestAnomalyId,
  readLiveRows,
} from '../store/live-changes.ts';

export interface WatchOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly everyMs?: number;
}

/**
 * Live events of an engine in another process, seen in the database once a second: the `subscribe` of a
 * process that only serves the API. The answer ends it.
 */
export function watchDatabase(options: WatchOptions, listener: LiveListener): () => void {
  const ending = new AbortController();
  void watch(options, { listener, signal: ending.signal });
  return () => ending.abort();
}

async function watch(
  { database, clock, logger, everyMs = 1000 }: WatchOptions,
  { listener, signal }: { readonly listener: LiveListener; readonly signal: AbortSignal },
): Promise<void> {
  let before: LiveRows | undefined;
  let newestId: number | undefined;
  while (!signal.aborted) {
    try {
      newestId ??= await latestAnomalyId(database);
      const after: LiveRows = await readLiveRows(database, newestId);
      if (before) {
        const events = [
          ...anomalyEvents(before, after, newestId),
          ...seriesEvents(before, after),
          ...(await trainingEvents(before, after, database)),
        ];
        if (!signal.aborted) for (const event of events) listener(event);
      }
      before = after;
      newestId = Math.max(newestId, after.anomalies.at(-1)?.id ?? 0);
    } catch (error) {
      logger.warn({ err: error }, 'Cannot look for live events: trying again');
    }
    await clock.sleep(everyMs, signal);
  }
}

function anomalyEvents(before: LiveRows, after: LiveRows, newestId: number): LiveEvent[] {
  const known = new Map(before.anomalies.filter(({ open }) => open).map((row) => [row.id, row]));
  const events: LiveEvent[] = [];
  const say = (change: 'opened' | 'updated' | 'closed', anomalyId: number): void => {
    events.push({ kind: 'anomaly', change, anomalyId });
  };
  for (const { id, open, updatedAtMs } of after.anomalies) {
    const former = known.get(id);
    if (open) known.delete(id);
    if (id > newestId) say('opened', id);
    else if (open && former?.updatedAtMs !== updatedAtMs) say('updated', id);
    if (!open && id > newestId) say('closed', id);
  }
  for (const id of known.keys()) say('closed', id);
  return events;
}

function seriesEvents(before: LiveRows, after: LiveRows): LiveEvent[] {
  if (!before.unready || !after.unready) return [];
  const known = new Map(before.unready.map((row) => [row.id, row.state]));
  const events: LiveEvent[] = [];
  for (const { id, state, reason } of after.unready) {
    if (known.get(id) !== state) events.push({ kind: 'series', seriesId: id, state, reason });
    known.delete(id);
  }
  for (const seriesId of known.keys())
    events.push({ kind: 'series', seriesId, state: 'ready', reason: '' });
  return events;
}

async function trainingEvents(
  before: LiveRows,
  after: LiveRows,
  database: Database,
): Promise<LiveEvent[]> {
  const known = new Set(before.running.map(({ id }) => id));
  const begun = after.running.filter(({ id }) => !known.delete(id));
  const ended = await jobStatuses(database, [...known]);
  return [...begun.map((job) => ({ ...job, status: 'running' as const })), ...ended].map(
    ({ id, seriesId, status }) => ({ kind: 'training', jobId: id, seriesId, status }),
  );
}
