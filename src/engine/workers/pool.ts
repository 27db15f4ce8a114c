import { availableParallelism } from 'node:os';
import { type Transferable, Worker } from 'node:worker_threads';
import type { WorkerReply } from './serve-tasks.ts';

const IDLE_MS = 30_000;

export interface WorkerPoolOptions {
  /** Built script of the worker: a thread cannot run TypeScript. */
  readonly url: URL;
  /** Threads at most; default one less than there are processors. */
  readonly size?: number;
}

export interface TaskOptions<Progress> {
  /** Moved to the worker instead of copied. */
  readonly transfer?: readonly Transferable[];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: Progress) => void;
}

/** A task failed in its worker; `code` is the name of the error there. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

interface Job<Task, Outcome, Progress> {
  readonly task: Task;
  readonly options: TaskOptions<Progress>;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
  readonly abort: () => void;
}

interface Thread<Task, Outcome, Progress> {
  readonly worker: Worker;
  job: Job<Task, Outcome, Progress> | undefined;
  idle: NodeJS.Timeout | undefined;
}

/** Worker threads that do one task each at a time. They start when needed and end when idle. */
export class WorkerPool<Task, Outcome, Progress = never> {
  readonly size: number;
  readonly #url: URL;
  readonly #threads = new Set<Thread<Task, Outcome, Progress>>();
  readonly #queue: Job<Task, Outcome, Progress>[] = [];
  #closed = false;

  constructor({ url, size = Math.max(1, availableParallelism() - 1) }: WorkerPoolOptions) {
    this.#url = url;
    this.size = size;
  }

  /** The outcome of the task. WorkerError when it failed there or its thread ended; the signal's reason on abort. */
  run(task: Task, options: TaskOptions<Progress> = {}): Promise<Outcome> {
    const { signal } = options;
    if (this.#closed) return Promise.reject(closedError());
    if (signal?.aborted) return Promise.reject(reasonOf(signal));
    return new Promise((resolve, reject) => {
      const job: Job<Task, Outcome, Progress> = {
        task,
        options,
        resolve,
        reject,
        abort: () => this.#abort(job),
      };
      signal?.addEventListener('abort', job.abort, { once: true });
      this.#queue.push(job);
      this.#next();
    });
  }

  /** Ends every thread; tasks under way fail. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.splice(0)) this.#settle(job, () => job.reject(closedError()));
    await Promise.all([...this.#threads].map((thread) => this.#drop(thread, closedError())));
  }

  #next(): void {
    while (this.#queue.length > 0) {
      const thread =
        [...this.#threads].find((candidate) => candidate.job === undefined) ?? this.#grow();
      const job = thread && this.#queue.shift();
      if (thread === undefined || job === undefined) return;
      clearTimeout(thread.idle);
      thread.worker.ref();
      thread.job = job;
      try {
        thread.worker.postMessage(job.task, job.options.transfer ?? []);
      } catch (error) {
        thread.job = undefined;
        this.#settle(job, () => job.reject(asError(error)));
      }
    }
  }

  #grow(): Thread<Task, Outcome, Progress> | undefined {
    if (this.#threads.size >= this.size) return undefined;
    const worker = new Worker(this.#url);
    const thread: Thread<Task, Outcome, Progress> = { worker, job: undefined, idle: undefined };
    worker.on('message', (reply: WorkerReply<Outcome, Progress>) => this.#hear(thread, reply));
    worker.on('error', (error) => {
      const cause = error instanceof Error ? error.message : String(error);
      void this.#drop(thread, new WorkerError('crashed', `A worker thread ended: ${cause}`));
    });
    worker.on('exit', (code) => {
      void this.#drop(
        thread,
        new WorkerError('crashed', `A worker thread ended with code ${code}`),
      );
    });
    this.#threads.add(thread);
    return thread;
  }

  #hear(thread: Thread<Task, Outcome, Progress>, reply: WorkerReply<Outcome, Progress>): void {
    const { job } = thread;
    if (job === undefined) return;
    if (reply.kind === 'progress') {
      job.options.onProgress?.(reply.progress);
      return;
    }
    thread.job = undefined;
    if (reply.kind === 'done') this.#settle(job, () => job.resolve(reply.outcome));
    else this.#settle(job, () => job.reject(new WorkerError(reply.code, reply.message)));
    this.#next();
    if (thread.job !== undefined) return;
    // Idle threads neither keep the process alive nor memory for long.
    thread.worker.unref();
    thread.idle = setTimeout(() => void this.#drop(thread, closedError()), IDLE_MS).unref();
  }

  #abort(job: Job<Task, Outcome, Progress>): void {
    const reason = job.options.signal ? reasonOf(job.options.signal) : closedError();
    const waiting = this.#queue.indexOf(job);
    if (waiting >= 0) {
      this.#queue.splice(waiting, 1);
      this.#settle(job, () => job.reject(reason));
      return;
    }
    const thread = [...this.#threads].find((candidate) => candidate.job === job);
    if (thread) void this.#drop(thread, reason);
  }

  async #drop(thread: Thread<Task, Outcome, Progress>, error: Error): Promise<void> {
    if (!this.#threads.delete(thread)) return;
    clearTimeout(thread.idle);
    const { job } = thread;
    thread.job = undefined;
    if (job) this.#settle(job, () => job.reject(error));
    await thread.worker.terminate();
    if (!this.#closed) this.#next();
  }

  #settle(job: Job<Task, Outcome, Progress>, end: () => void): void {
    job.options.signal?.removeEventListener('abort', job.abort);
    end();
  }
}

function closedError(): WorkerError {
  return new WorkerError('closed', 'The worker pool is closed');
}

function reasonOf(signal: AbortSignal): Error {
  return asError(signal.reason);
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
