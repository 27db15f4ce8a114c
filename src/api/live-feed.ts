import type { Logger } from '../base/logger.ts';
import type { AnomalyEvent, SeriesEvent, TrainingEvent } from '../contract/stream-event.ts';
import type { LiveEvent, LiveListener } from '../engine/live-events.ts';
import { findAnomaly } from '../store/anomalies-table.ts';
import type { Database } from '../store/database.ts';
import { anomalyOf } from './wire/anomaly.ts';

export type WireEvent =
  | { readonly name: 'anomaly'; readonly payload: AnomalyEvent }
  | { readonly name: 'series'; readonly payload: SeriesEvent }
  | { readonly name: 'training'; readonly payload: TrainingEvent };

/** Events waiting for their row to be read; beyond this the oldest are skipped: clients reload lists anyway. */
const MOST_WAITING = 1000;

/** Turns the engine's events into what clients read, in order, reading each anomaly once for all clients. */
export function createLiveFeed(
  { database, logger }: { readonly database: Database; readonly logger: Logger },
  publish: (event: WireEvent) => void,
): LiveListener {
  const waiting: LiveEvent[] = [];
  let working = false;

  async function work(): Promise<void> {
    working = true;
    for (let event = waiting.shift(); event; event = waiting.shift()) {
      try {
        const wire = await wireEvent(database, event);
        if (wire) publish(wire);
      } catch (error) {
        logger.warn({ err: error }, 'Live event skipped: its row could not be read');
      }
    }
    working = false;
  }

  return (event) => {
    if (waiting.length >= MOST_WAITING) waiting.shift();
    waiting.push(event);
    if (!working) void work();
  };
}

async function wireEvent(database: Database, event: LiveEvent): Promise<WireEvent | undefined> {
  if (event.kind === 'series') {
    const { seriesId, state, reason } = event;
    return { name: 'series', payload: { series_id: seriesId, state, reason } };
  }
  if (event.kind === 'training') {
    const { jobId, seriesId, status } = event;
    return { name: 'training', payload: { job_id: jobId, series_id: seriesId, status } };
  }
  const row = await findAnomaly(database, event.anomalyId);
  return row && { name: 'anomaly', payload: { change: event.change, anomaly: anomalyOf(row) } };
}
