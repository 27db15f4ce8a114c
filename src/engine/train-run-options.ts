import type { DetectRunOptions } from './detect-run.ts';
import type { LiveHub } from './live-events.ts';
import type { Roster } from './roster.ts';
import type { TrainingWorkers } from './workers/training-workers.ts';

/** What every step of a training takes part of. */
export interface TrainRunOptions extends DetectRunOptions {
  readonly workers: TrainingWorkers;
  readonly hub: LiveHub;
  readonly rosters: () => readonly Roster[];
  /** Called after every step that changed the state of series. */
  readonly onProgress: () => Promise<void>;
}
