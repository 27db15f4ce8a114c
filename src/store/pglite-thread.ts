import { Worker } from 'node:worker_threads';
import { StoreError } from './errors.ts';
import type { PgliteEngine, PgliteOptions } from './pglite-engine.ts';

type Wish =
  | { readonly kind: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly kind: 'exec'; readonly sql: string }
  | { readonly kind: 'dump' }
  | { readonly kind: 'close' };

export type WorkerQuestion = Wish & { readonly id: number };

/** Answers carry the id of their question; 0 is the word that the database is open. */
export type WorkerAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: object };

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

// Under a test runner this file is the .ts source, and a .ts worker cannot start on Node 20.
const BUILT = import.meta.url.endsWith('.ts') ? '../../dist/store/' : './';
export const PGLITE_WORKER = new URL(`${BUILT}pglite-worker.js`, import.meta.url);

/** PGlite in a thread of its own, so that a slow question does not stop the event loop. */
export async function startPgliteThread(
  options: PgliteOptions,
  workerUrl: URL = PGLITE_WORKER,
): Promise<PgliteEngine> {
  // Node's own flags are the caller's: some of them a thread refuses.
  const worker = new Worker(workerUrl, { workerData: options, execArgv: [] });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let ended: StoreError | undefined;

  const end = (cause: unknown): void => {
    ended ??= new StoreError('failed', 'Cannot ask the embedded database: its thread has ended', {
      cause,
    });
    for (const one of waiting.values()) one.reject(ended);
    waiting.clear();
  };
  worker.on('message', (answer: WorkerAnswer) => {
    const one = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) one?.reject(answer.error);
    else one?.resolve(answer.value);
  });
  worker.on('error', end);
  worker.on('exit', (code) => end(new Error(`Exit code ${code}`)));

  const answerOf = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (ended === undefined) waiting.set(id, { resolve, reject });
      else reject(ended);
    });
  const ask = (wish: Wish): Promise<unknown> => {
    lastId += 1;
    const answered = answerOf(lastId);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    if (ended === undefined) worker.postMessage({ ...wish, id: lastId });
    return answered;
  };

  await answerOf(0);
  return {
    async query(sql, parameters) {
      const rows = await ask({ kind: 'query', sql, parameters });
      return Array.isArray(rows) ? rows : [];
    },
    async exec(sql) {
      await ask({ kind: 'exec', sql });
    },
    async dump() {
      const bytes = await ask({ kind: 'dump' });
      return bytes instanceof Uint8Array ? bytes : new Uint8Array();
    },
    async close() {
      if (ended === undefined) await ask({ kind: 'close' });
      await worker.terminate();
    },
  };
}
