import type { Database } from '../store/database.ts';
import { type SeriesState, type SeriesUpdate, updateSeries } from '../store/series-table.ts';
import type { LiveHub } from './live-events.ts';
import type { LiveSeries } from './live-series.ts';
import type { Roster } from './roster.ts';
import { describeState } from './series-state.ts';

/** People watch a series learn; of a ready one the row is only a memory, renewed every dozen runs or every minute. */
const LEARNING_EVERY_MS = 5000;
const OTHERS_EVERY_RUNS = 12;
const OTHERS_EVERY_MS = 60_000;

/** Writes state and progress of all series whose row is out of date, in bulk, and tells of changed states. */
export async function writeSeriesRows(
  rosters: Iterable<Roster>,
  {
    database,
    hub,
    minSamples,
    inferEveryMs,
    nowMs,
  }: {
    readonly database: Database;
    readonly hub: LiveHub;
    readonly minSamples: number;
    readonly inferEveryMs: number;
    readonly nowMs: number;
  },
): Promise<void> {
  const othersEveryMs = Math.min(OTHERS_EVERY_MS, OTHERS_EVERY_RUNS * inferEveryMs);
  const changed: LiveSeries[] = [];
  const updates: SeriesUpdate[] = [];
  for (const roster of rosters) {
    // Before the first answer nothing is known of a series but what its row says.
    if (!Number.isFinite(roster.readUntilMs)) continue;
    for (const series of roster.all()) {
      const { readUntilMs } = roster;
      const { state, reason } = describeState(series, { readUntilMs, minSamples });
      const isOther = state !== series.state;
      const everyMs = state === 'learning' ? LEARNING_EVERY_MS : othersEveryMs;
      const isOld = nowMs - series.writtenAtMs >= everyMs;
      if (!isOther && !(isOld && (state !== 'stale' || reason !== series.reason))) continue;
      const { lastSampleMs, samplesSeen, id } = series;
      updates.push({
        id,
        state,
        reason,
        samplesSeen,
        ...(Number.isFinite(lastSampleMs) && { lastSampleAtMs: lastSampleMs }),
      });
      series.state = state;
      series.reason = reason;
      series.writtenAtMs = Number.NEGATIVE_INFINITY;
      if (isOther) changed.push(series);
    }
  }
  await updateSeries(database, updates);
  const written = new Set(updates.map(({ id }) => id));
  for (const roster of rosters) {
    for (const series of roster.all()) if (written.has(series.id)) series.writtenAtMs = nowMs;
  }
  for (const { id, state, reason } of changed) {
    hub.publish({ kind: 'series', seriesId: id, state, reason });
  }
}

/** How many series are in each state. */
export function countStates(rosters: Iterable<Roster>): Record<SeriesState, number> {
  const counts: Record<SeriesState, number> = { 'warm-up': 0, learning: 0, ready: 0, stale: 0 };
  for (const roster of rosters) for (const { state } of roster.all()) counts[state]++;
  return counts;
}
