import { backtestTogether } from '../../core/backtest/backtest.ts';
import type { BacktestTask } from '../backtest-run.ts';
import { serveTasks } from './serve-tasks.ts';

serveTasks(isBacktestTask, ({ frames, options }, onProgress) =>
  backtestTogether(frames, options, onProgress),
);

function isBacktestTask(message: unknown): message is BacktestTask {
  return (
    typeof message === 'object' && message !== null && 'frames' in message && 'options' in message
  );
}
