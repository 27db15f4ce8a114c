import { formatDuration } from '../base/duration.ts';
import { timeOfDay } from '../core/anomalies/spoken-time.ts';
import { HOUR_MS } from '../core/civil-time.ts';
import { afterEvent } from '../core/context/after-event.ts';
import { eventsBefore } from '../core/context/declared-event.ts';
import { plannedWork } from '../core/context/maintenance.ts';
import type { SeriesState } from '../store/series-table.ts';
import type { LiveSeries } from './live-series.ts';
import { maintenanceOf } from './planned-work.ts';

const STALE_STEPS = 10;
const STALE_MS = 900_000;

/** Whether a series has vanished: no sample although its query was read up to `readUntilMs`. */
export function isStale(series: LiveSeries, readUntilMs: number): boolean {
  const patienceMs = Math.max(STALE_STEPS * series.query.stepMs, STALE_MS);
  return Number.isFinite(series.lastSampleMs) && readUntilMs - series.lastSampleMs > patienceMs;
}

/** The state of a series and why, for people. */
export function describeState(
  series: LiveSeries,
  { readUntilMs, minSamples }: { readonly readUntilMs: number; readonly minSamples: number },
): { state: SeriesState; reason: string } {
  if (isStale(series, readUntilMs)) {
    const since = new Date(series.lastSampleMs).toISOString().slice(0, 16).replace('T', ' ');
    return { state: 'stale', reason: `No samples since ${since} UTC` };
  }
  if (series.problem !== undefined) return { state: series.state, reason: series.problem };
  if (!series.opened) return { state: 'warm-up', reason: 'Its history is yet to be read' };
  if (series.trained) {
    const kinds = [...series.models.keys()].toSorted();
    return {
      state: 'ready',
      reason: [
        `Every sample is judged by ${kinds.length} models: ${kinds.join(', ')}`,
        ...excuses(series, readUntilMs),
      ].join('; '),
    };
  }
  const seen = series.samplesSeen;
  if (seen >= minSamples) {
    const failed = 'Its first training failed and is tried again within the hour';
    return { state: 'learning', reason: series.firstFailed ? failed : 'Its first training is due' };
  }
  const left = formatDuration(Math.max(60_000, roundUp((minSamples - seen) * series.query.stepMs)));
  return {
    state: 'learning',
    reason: `${seen} of ${minSamples} samples seen, about ${left} until its model is trusted`,
  };
}

/** What keeps a deviation from being an anomaly or an alert at present. */
function excuses(series: LiveSeries, nowMs: number): string[] {
  const { excused, surroundings, query } = series;
  const { zone } = query.policy;
  const said: string[] = [];
  if (excused !== undefined && nowMs - excused.timeMs < HOUR_MS) {
    const { kind, timeMs } = excused;
    const events = eventsBefore(surroundings.events, timeMs, HOUR_MS).filter(
      (event) => event.kind === kind,
    );
    const after = afterEvent(events.slice(-1), { timeMs, zone }) ?? `after ${kind}`;
    said.push(`what it did at ${timeOfDay(timeMs, zone)}, ${after}, is what usually follows one`);
  }
  const planned = maintenanceOf(series, nowMs);
  if (planned !== undefined) {
    const end = timeOfDay(planned.span.endMs, zone);
    said.push(`${plannedWork(planned.window.title)} until ${end} lets it alert nobody`);
  }
  return said;
}

/** Whole minutes. */
function roundUp(ms: number): number {
  return Math.ceil(ms / 60_000) * 60_000;
}
