import { type JointTask, learnTogether } from './joint-task.ts';
import { WorkerPool } from './pool.ts';
import { type TrainingOutcome, type TrainingTask, trainOnHistory } from './training-task.ts';

/** Where trainings run. */
export interface TrainingWorkers {
  /** How many run side by side. */
  readonly size: number;
  /** The outcome of one training; takes the memory of its history. */
  train(task: TrainingTask, signal?: AbortSignal): Promise<TrainingOutcome>;
  /** Snapshot of the joint model of an entity; takes the memory of its members' histories. */
  learnTogether(task: JointTask, signal?: AbortSignal): Promise<Uint8Array>;
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
  const pool = new WorkerPool<TrainingTask | JointTask, TrainingOutcome | Uint8Array>({
    url,
    ...rest,
  });
  return {
    size: pool.size,
    train: async (task, signal) => {
      const outcome = await pool.run(task, { transfer: memoryOf([task]), signal });
      if (outcome instanceof Uint8Array) throw ofOtherTask();
      return outcome;
    },
    learnTogether: async (task, signal) => {
      const outcome = await pool.run(task, { transfer: memoryOf(task.members), signal });
      if (!(outcome instanceof Uint8Array)) throw ofOtherTask();
      return outcome;
    },
    close: () => pool.close(),
  };
}

/** Trainings on the calling thread: for tests and where no thread can be had. */
export function createInlineTraining(): TrainingWorkers {
  return {
    size: 1,
    train: async (task) => trainOnHistory(task),
    learnTogether: async (task) => learnTogether(task),
    close: async () => {},
  };
}

function ofOtherTask(): TypeError {
  return new TypeError('Cannot read what a worker gave: it is of another task');
}

function memoryOf(tasks: readonly Pick<TrainingTask, 'history'>[]): ArrayBuffer[] {
  return tasks.flatMap(({ history: { values } }) =>
    values.buffer instanceof ArrayBuffer ? [values.buffer] : [],
  );
}
