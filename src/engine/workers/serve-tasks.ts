import { parentPort } from 'node:worker_threads';

/** What a worker thread says of its task. */
export type WorkerReply<Outcome, Progress> =
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'progress'; readonly progress: Progress };

/** Makes this thread a worker of a pool: answers every message that `isTask` knows with the outcome of `work`. */
export function serveTasks<Task>(
  isTask: (message: unknown) => message is Task,
  work: (task: Task, onProgress: (progress: unknown) => void) => unknown,
): void {
  const port = parentPort;
  if (port === null) {
    throw new TypeError('Cannot serve tasks: this is the main thread, start it as a worker');
  }
  const reply = (message: WorkerReply<unknown, unknown>): void => port.postMessage(message);
  const answer = async (task: unknown): Promise<void> => {
    try {
      if (!isTask(task))
        throw new TypeError('Cannot work on a message: it is no task of this worker');
      const outcome = await work(task, (progress) => reply({ kind: 'progress', progress }));
      reply({ kind: 'done', outcome });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const code = error instanceof Error ? error.name : 'Error';
      reply({ kind: 'failed', code, message });
    }
  };
  port.on('message', (task: unknown) => void answer(task));
}
