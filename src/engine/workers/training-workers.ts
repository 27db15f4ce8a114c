import { WorkerPool } from './pool.ts';
import { type TrainingOutcome, type TrainingTask, trainOnHistory } from './training-task.ts';

/** Where trainings run. */
export interface TrainingWorkers {
  /** How many run side by side. */
  readonly size: number;
  /** The outcome of one training; takes the memory of its history. */
  train(task: TrainingTask, signal?: AbortSignal): Promise<TrainingOutcome>;
  close(): Promise<void>;
}

export interface TrainingWorkersOptions {
  /** Built worker script; defaults to the one beside this file. */
  readonly url?: URL;
  readonly size?: number;
}

/** Trainings on worker threads. */
export function createTrainingWorkers({
  url = new URL('./train-worker.js', import.meta.url),
  ...rest
}: TrainingWorkersOptions = {}): TrainingWorkers {
  const pool = new WorkerPool<TrainingTask, TrainingOutcome>({ url, ...rest });
  return {
    size: pool.size,
    train: (task, signal) => {
      const { buffer } = task.history.values;
      const transfer = buffer instanceof ArrayBuffer ? [buffer] : [];
      return pool.run(task, { transfer, signal });
    },
    close: () => pool.close(),
  };
}

/** Trainings on the calling thread: for tests and where no thread can be had. */
export function createInlineTraining(): TrainingWorkers {
  return {
    size: 1,
    train: async (task) => trainOnHistory(task),
    close: async () => {},
  };
}
