import { afterEach, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../core/model/policy.ts';
import { noise } from '../test-engine.ts';
import { WorkerPool } from './pool.ts';
import { trainOnHistory } from './training-task.ts';
import { createTrainingWorkers } from './training-workers.ts';

/** A worker in plain JavaScript: doubles numbers, ends itself, fails, or takes for ever. */
const script = `
import { parentPort } from 'node:worker_threads';
parentPort.on('message', (task) => {
  if (task === 'end') process.exit(3);
  if (task === 'hang') return parentPort.postMessage({ kind: 'progress', progress: 'hanging' });
  if (task === 'fail') return parentPort.postMessage({ kind: 'failed', code: 'RangeError', message: 'Too much' });
  parentPort.postMessage({ kind: 'done', outcome: task * 2 });
});`;
const url = new URL(`data:text/javascript,${encodeURIComponent(script)}`);

const pools: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});
function poolOf(size: number) {
  const pool = new WorkerPool<number | string, number, string>({ url, size });
  pools.push(pool);
  return pool;
}

const taskOf = () => ({
  policy: { ...DEFAULT_POLICY, stepMs: 60_000, trees: 10 },
  history: {
    startMs: 0,
    stepMs: 60_000,
    values: Float64Array.from({ length: 1200 }, (_, i) => noise(i * 60_000)),
  },
  seed: 1,
  fitWindowMs: 86_400_000,
  without: [],
});

test('a pool does more tasks than it has threads', async () => {
  const pool = poolOf(2);
  const outcomes = await Promise.all([1, 2, 3, 4, 5].map((task) => pool.run(task)));
  expect(outcomes).toEqual([2, 4, 6, 8, 10]);
});

test('a task that fails, or ends its thread, fails alone', async () => {
  const pool = poolOf(1);
  const outcomes = await Promise.allSettled(['fail', 'end', 7].map((task) => pool.run(task)));
  expect(outcomes).toMatchObject([
    { reason: { name: 'WorkerError', code: 'RangeError', message: 'Too much' } },
    { reason: { code: 'crashed', message: 'A worker thread ended with code 3' } },
    { value: 14 },
  ]);
});

test('a task can be aborted while it runs and while it waits', async () => {
  const pool = poolOf(1);
  const controller = new AbortController();
  const { signal } = controller;
  const heard: string[] = [];
  const onProgress = (progress: string) => {
    heard.push(progress);
    controller.abort(new Error('Not wanted any more'));
  };
  const outcomes = await Promise.allSettled([
    pool.run('hang', { signal, onProgress }),
    pool.run(1, { signal }),
    pool.run(2),
  ]);
  expect(heard).toEqual(['hanging']);
  expect(outcomes).toMatchObject([
    { reason: { message: 'Not wanted any more' } },
    { reason: { message: 'Not wanted any more' } },
    { value: 4 },
  ]);
  await expect(pool.run(1, { signal })).rejects.toThrow('Not wanted any more');
});

test('a closed pool fails what is under way and takes nothing new', async () => {
  const pool = poolOf(1);
  const outcomes = Promise.allSettled([pool.run('hang'), pool.run(1)]);
  await pool.close();
  expect(await outcomes).toMatchObject([
    { reason: { code: 'closed' } },
    { reason: { code: 'closed' } },
  ]);
  await expect(pool.run(1)).rejects.toThrow('closed');
});

test('the built training worker gives what training on this thread gives', async () => {
  const workers = createTrainingWorkers({
    url: new URL('../../../dist/engine/workers/train-worker.js', import.meta.url),
    size: 1,
  });
  pools.push(workers);
  const { durationMs: _, ...there } = await workers.train(taskOf());
  const { durationMs: __, ...here } = trainOnHistory(taskOf());
  expect(there).toEqual(here);
  const empty = { ...taskOf(), history: { startMs: 0, stepMs: 1, values: new Float64Array(0) } };
  await expect(workers.train(empty)).rejects.toThrow('its history holds no sample');
});
