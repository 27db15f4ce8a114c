import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { labelsKey } from '../core/labels.ts';
import { mergeBandChunks } from '../core/model/band-chunk.ts';
import type { Database } from '../store/database.ts';
import type { SavedEpisode, SeriesDetection, SeriesFindings } from '../store/detection.ts';
import { StoreError } from '../store/errors.ts';
import { saveDetection } from '../store/save-detection.ts';
import { type EntityDetection, saveEntities } from '../store/save-entities.ts';
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

/** Writes in one transaction; gives those of which another process was first. */
type Once<Detection> = (some: readonly Detection[]) => Promise<Detection[]>;

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** Writes what runs found, and tells of it. What the models have learned is ahead of the database by one write at most. */
export class DetectionWriter {
  readonly #options: DetectionWriterOptions;

  constructor(options: DetectionWriterOptions) {
    this.#options = options;
  }

  /** Writes what was found of series. Gives the ids of those that were not written and must be read again. */
  async write(detections: readonly SeriesDetection[], signal: AbortSignal): Promise<Set<number>> {
    const unwritten = await this.#persist(detections, { once: (some) => this.#save(some), signal });
    return new Set(unwritten.map(({ seriesId }) => seriesId));
  }

  /** The same, tried once. */
  async writeOnce(detections: readonly SeriesDetection[]): Promise<void> {
    await this.#save(detections);
  }

  /** Writes what was found of entities; gives those that were not written. */
  async writeEntities(
    detections: readonly EntityDetection[],
    signal: AbortSignal,
  ): Promise<EntityDetection[]> {
    const once = async (some: readonly EntityDetection[]): Promise<EntityDetection[]> => {
      const saved = await saveEntities(this.#options.database, some);
      this.#tell(
        some.flatMap(({ findings }) => findings),
        saved.episodes,
      );
      return some.filter(({ labels }) => !saved.savedKeys.has(labelsKey(labels)));
    };
    return this.#persist(detections, { once, signal });
  }

  /**
   * Writes detections in one transaction, and waits for a database that is away: nothing is lost and nothing doubled, for
   * checkpoints move with the rows. Gives those that were not written.
   */
  async #persist<Detection>(
    detections: readonly Detection[],
    { once, signal }: { readonly once: Once<Detection>; readonly signal: AbortSignal },
  ): Promise<Detection[]> {
    if (detections.length === 0) return [];
    const { clock, trouble } = this.#options;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
      signal.throwIfAborted();
      try {
        const unwritten = await once(detections);
        trouble.ends('database');
        return unwritten;
      } catch (error) {
        if (!isPassing(error)) return this.#writeApart(detections, { once, error });
        trouble.begins(
          'database',
          `${messageOf(error)}; detections are kept and written when it is back`,
        );
        await clock.sleep(waitMs, signal);
      }
    }
  }

  /** One row that the database refuses must not hold up the others. */
  async #writeApart<Detection>(
    detections: readonly Detection[],
    { once, error }: { readonly once: Once<Detection>; readonly error: unknown },
  ): Promise<Detection[]> {
    if (detections.length === 1) {
      this.#options.logger.error(
        { err: error },
        `Cannot write one detection: ${messageOf(error)}; what it is of is read again`,
      );
      return [...detections];
    }
    const unwritten: Detection[] = [];
    for (const detection of detections) {
      try {
        unwritten.push(...(await once([detection])));
      } catch (alone) {
        unwritten.push(...(await this.#writeApart([detection], { once, error: alone })));
      }
    }
    return unwritten;
  }

  async #save(detections: readonly SeriesDetection[]): Promise<SeriesDetection[]> {
    const saved = await saveDetection(this.#options.database, detections, {
      mergeBands: mergeBandChunks,
    });
    this.#tell(detections, saved.episodes);
    return detections.filter(({ seriesId }) => !saved.savedSeriesIds.has(seriesId));
  }

  #tell(found: readonly SeriesFindings[], saved: readonly SavedEpisode[]): void {
    const { hub, telemetry, logger } = this.#options;
    const drafts = new Map(
      found.flatMap(({ seriesId, episodes }) =>
        episodes.map((draft) => [`${seriesId} ${draft.kind} ${draft.openedAtMs}`, draft] as const),
      ),
    );
    for (const { id, seriesId, kind, openedAtMs, isNew, open, quieted } of saved) {
      const draft = drafts.get(`${seriesId} ${kind} ${openedAtMs}`);
      if (isNew && draft) {
        telemetry.anomaliesDetected.inc({ severity: draft.severity });
        logger.info(
          { anomalyId: id, severity: draft.severity, score: draft.score },
          `Anomaly ${quieted ? 'kept quiet' : 'opened'}: ${draft.explanation}`,
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
  return (
    error instanceof StoreError && ['unreachable', 'opening', 'locked', 'full'].includes(error.code)
  );
}
