import type { BacktestOptions, BacktestResult } from '../core/backtest/backtest.ts';
import type { Frame } from '../core/frame.ts';
import { WorkerPool } from './workers/pool.ts';

export interface BacktestTask {
  readonly frame: Frame;
  readonly options: BacktestOptions;
}

export interface BacktestRunOptions {
  readonly signal?: AbortSignal;
  /** Rows judged so far. */
  readonly onProgress?: (rowsDone: number) => void;
}

/** Backtests on worker threads, one thread each. */
export interface BacktestRuns {
  /** How many run side by side. */
  readonly size: number;
  run(task: BacktestTask, options?: BacktestRunOptions): Promise<BacktestResult>;
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
  const pool = new WorkerPool<BacktestTask, BacktestResult, number>({ url, ...rest });
  return {
    size: pool.size,
    run: (task, options) => pool.run(task, options),
    close: () => pool.close(),
  };
}
