import { parentPort, workerData } from 'node:worker_threads';
import { type PgliteOptions, startPglite } from './pglite-engine.ts';
import type { WorkerAnswer, WorkerQuestion } from './pglite-thread.ts';

/** Bytes of this size and more are handed over, smaller ones are cheaper to copy. */
const TRANSFER_BYTES = 16_384;

const port = parentPort;
if (port === null) throw new TypeError('Cannot run the database worker: expected to be a thread');
const options: PgliteOptions = workerData;

const engine = await startPglite(options);
port.on('message', (question: WorkerQuestion) => void answer(question));
port.postMessage({ id: 0, value: undefined } satisfies WorkerAnswer);

async function answer(question: WorkerQuestion): Promise<void> {
  const { id } = question;
  try {
    const value = await act(question);
    port?.postMessage({ id, value } satisfies WorkerAnswer, largeBuffers(value));
  } catch (error) {
    const { code, message, constraint } = Object(error);
    port?.postMessage({ id, error: { code, message, constraint } } satisfies WorkerAnswer);
  }
  if (question.kind === 'close') port?.close();
}

async function act(question: WorkerQuestion): Promise<unknown> {
  if (question.kind === 'query') return engine.query(question.sql, question.parameters);
  if (question.kind === 'exec') return engine.exec(question.sql);
  return question.kind === 'dump' ? engine.dump() : engine.close();
}

function largeBuffers(value: unknown): ArrayBuffer[] {
  if (!Array.isArray(value)) return [];
  const buffers: ArrayBuffer[] = [];
  for (const row of value)
    for (const column of Object.values(Object(row)))
      if (
        column instanceof Uint8Array &&
        column.byteLength >= TRANSFER_BYTES &&
        column.buffer instanceof ArrayBuffer
      )
        buffers.push(column.buffer);
  return buffers;
}
