import { type BacktestResult, backtest } from '../../core/backtest/backtest.ts';
import type { BacktestTask } from '../backtest-run.ts';
import { serveTasks } from './serve-tasks.ts';

serveTasks<BacktestTask, BacktestResult, number>(({ frame, options }, onProgress) =>
  backtest(frame, options, onProgress),
);
