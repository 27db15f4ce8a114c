import { backtest } from '../../core/backtest/backtest.ts';
import type { BacktestTask } from '../backtest-run.ts';
import { serveTasks } from './serve-tasks.ts';

serveTasks(isBacktestTask, ({ frame, options }, onProgress) =>
  backtest(frame, options, onProgress),
);

function isBacktestTask(message: unknown): message is BacktestTask {
  return (
    typeof message === 'object' && message !== null && 'frame' in message && 'options' in message
  );
}
