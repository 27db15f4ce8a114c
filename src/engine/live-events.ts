import type { Logger } from '../base/logger.ts';
import type { SeriesState } from '../store/series-table.ts';
import type { TrainingJobStatus } from '../store/training-jobs-table.ts';

/** What happened in the engine, by row id: whoever wants more reads the row. */
export type LiveEvent =
  | {
      readonly kind: 'anomaly';
      readonly change: 'opened' | 'updated' | 'closed';
      readonly anomalyId: number;
    }
  | {
      readonly kind: 'series';
      readonly seriesId: number;
      readonly state: SeriesState;
      readonly reason: string;
    }
  | {
      readonly kind: 'training';
      readonly jobId: number;
      readonly seriesId: number | null;
      readonly status: TrainingJobStatus;
    };

export type LiveListener = (event: LiveEvent) => void;

const MOST_LISTENERS = 1000;

/** Passes events on, at once and in order; a listener that throws is dropped, the others go on. */
export class LiveHub {
  readonly #listeners = new Set<LiveListener>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Calls `listener` for every event from now on; the answer ends it. RangeError when there are too many. */
  subscribe(listener: LiveListener): () => void {
    if (this.#listeners.size >= MOST_LISTENERS) {
      throw new RangeError(
        `Cannot listen to live events: ${MOST_LISTENERS} listeners are there already, end one first`,
      );
    }
    // A function of its own per call, so that the same listener may subscribe twice.
    const entry: LiveListener = (event) => listener(event);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  publish(event: LiveEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#listeners.delete(listener);
        this.#logger.warn({ err: error }, 'A listener of live events failed and was dropped');
      }
    }
  }
}
