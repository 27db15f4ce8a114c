import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { mergeBandChunks } from '../core/model/band-chunk.ts';
import type { Database } from '../store/database.ts';
import type { SavedDetection, SeriesDetection } from '../store/detection.ts';
import { StoreError } from '../store/errors.ts';
import { saveDetection } from '../store/save-detection.ts';
import type { LiveHub } from './live-events.ts';
import type { Telemetry } from './telemetry.ts';
import { messageOf, type Trouble } from './trouble.ts';

export interface DetectionWriterOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly trouble: Trouble;
  readonly hub: LiveHub;
  readonly telemetry: Telemetry;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** Writes what runs found, and tells of it. What the models have learned is ahead of the database by one write at most. */
export class DetectionWriter {
  readonly #options: DetectionWriterOptions;

  constructor(options: DetectionWriterOptions) {
    this.#options = options;
  }

  /**
   * Writes detections in one transaction, and waits for a database that is away: nothing is lost and nothing doubled, for
   * checkpoints move with the rows. Gives the ids of series that were not written and must be read again.
   */
  async write(detections: readonly SeriesDetection[], signal: AbortSignal): Promise<Set<number>> {
    if (detections.length === 0) return new Set();
    const { clock, trouble } = this.#options;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
      signal.throwIfAborted();
      try {
        const unwritten = await this.writeOnce(detections);
        trouble.ends('database');
        return unwritten;
      } catch (error) {
        if (!isPassing(error)) return this.#writeApart(detections, error);
        trouble.begins(
          'database',
          `${messageOf(error)}; detections are kept and written when it is back`,
        );
        await clock.sleep(waitMs, signal);
      }
    }
  }

  /** One row that the database refuses must not hold up the others. */
  async #writeApart(detections: readonly SeriesDetection[], error: unknown): Promise<Set<number>> {
    const { logger } = this.#options;
    const [only] = detections;
    if (detections.length === 1 && only !== undefined) {
      logger.error(
        { err: error, seriesId: only.seriesId },
        `Cannot write the detection of one series: ${messageOf(error)}; it is read again`,
      );
      return new Set([only.seriesId]);
    }
    const unwritten = new Set<number>();
    for (const detection of detections) {
      try {
        for (const id of await this.writeOnce([detection])) unwritten.add(id);
      } catch (alone) {
        for (const id of await this.#writeApart([detection], alone)) unwritten.add(id);
      }
    }
    return unwritten;
  }

  /** The same, tried once. */
  async writeOnce(detections: readonly SeriesDetection[]): Promise<Set<number>> {
    const saved = await saveDetection(this.#options.database, detections, {
      mergeBands: mergeBandChunks,
    });
    this.#tell(detections, saved);
    const all = detections.map(({ seriesId }) => seriesId);
    return new Set(all.filter((id) => !saved.savedSeriesIds.has(id)));
  }

  #tell(detections: readonly SeriesDetection[], saved: SavedDetection): void {
    const { hub, telemetry, logger } = this.#options;
    const drafts = new Map(
      detections.flatMap(({ seriesId, episodes }) =>
        episodes.map((draft) => [`${seriesId} ${draft.kind} ${draft.openedAtMs}`, draft] as const),
      ),
    );
    for (const { id, seriesId, kind, openedAtMs, isNew, open } of saved.episodes) {
      const draft = drafts.get(`${seriesId} ${kind} ${openedAtMs}`);
      if (isNew && draft) {
        telemetry.anomaliesDetected.inc({ severity: draft.severity });
        logger.info(
          { anomalyId: id, severity: draft.severity, score: draft.score },
          `Anomaly opened: ${draft.explanation}`,
        );
      }
      if (isNew) hub.publish({ kind: 'anomaly', change: 'opened', anomalyId: id });
      else if (open) hub.publish({ kind: 'anomaly', change: 'updated', anomalyId: id });
      if (!open) hub.publish({ kind: 'anomaly', change: 'closed', anomalyId: id });
    }
  }
}

/** Whether asking the database again may help. */
function isPassing(error: unknown): boolean {
  return error instanceof StoreError && ['unreachable', 'locked', 'full'].includes(error.code);
}
