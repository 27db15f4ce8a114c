import {
  type BacktestOptions,
  type BacktestResult,
  backtestTogether,
} from '../core/backtest/backtest.ts';
import type { Frame } from '../core/frame.ts';
import { WorkerPool } from './workers/pool.ts';

export interface BacktestTask {
  /** They share the alert budget of the options, if there is one. */
  readonly frames: readonly Frame[];
  readonly options: BacktestOptions;
}

type Results = readonly [BacktestResult, ...BacktestResult[]];

export interface BacktestRunOptions {
  readonly signal?: AbortSignal;
  /** Rows judged so far. */
  readonly onProgress?: (rowsDone: number) => void;
}

/** Backtests on worker threads, one thread each. */
export interface BacktestRuns {
  /** How many run side by side. */
  readonly size: number;
  /** One result a frame, in their order; there is at least one frame. */
  run(task: BacktestTask, options?: BacktestRunOptions): Promise<Results>;
  close(): Promise<void>;
}

export interface BacktestRunsOptions {
  /** Built worker script; defaults to the one beside this file. */
  readonly url?: URL;
  readonly size?: number;
}

export function createBacktestRuns({
  url = new URL('./workers/backtest-worker.js', import.meta.url),
  ...rest
}: BacktestRunsOptions = {}): BacktestRuns {
  const pool = new WorkerPool<BacktestTask, Results, number>({ url, ...rest });
  return {
    size: pool.size,
    run: (task, options) => pool.run(task, options),
    close: () => pool.close(),
  };
}

/** Backtests on the calling thread: for tests and where no thread can be had. */
export function createInlineBacktests(): BacktestRuns {
  return {
    size: 1,
    async run({ frames, options }, { signal, onProgress } = {}) {
      signal?.throwIfAborted();
      const [first, ...others] = backtestTogether(frames, options, onProgress);
      if (!first) throw new RangeError('Cannot run a backtest: it has no frame');
      return [first, ...others];
    },
    close: async () => {},
  };
}
