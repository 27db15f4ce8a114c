import { availableParallelism } from 'node:os';
import type { Config } from '../app/config/config-schema.ts';
import { isTimeZone } from '../app/config/fields.ts';
import { budgetOf, policyOf, timeOfDayMs } from '../app/engine-settings.ts';
import { parseDuration } from '../base/duration.ts';
import type { BacktestOptions } from '../core/backtest/backtest.ts';
import type { AlertBudget } from '../core/calibration/alert-budget.ts';
import { DAY_MS, HOUR_MS } from '../core/civil-time.ts';
import { UsageError } from './failure.ts';

/** The options of a backtest that detects as the configuration has it. */
export function backtestSettings(config: Config, zone: string): Omit<BacktestOptions, 'learnRows'> {
  if (!isTimeZone(zone)) {
    throw new UsageError(
      `Cannot use --tz ${zone}: expected a time zone such as Europe/Berlin or UTC`,
    );
  }
  const { schedulers, context } = config;
  const budget = budgetOf(config);
  return {
    policy: { ...policyOf(config), zone },
    fitAtMs: timeOfDayMs(schedulers.start_from),
    fitEveryDays: parseDuration(schedulers.fit_every) / DAY_MS,
    fitWindowMs: parseDuration(schedulers.fit_window),
    afterEventsMs: parseDuration(context.events.exclude_from_training),
    ...(budget && { alertBudget: budget }),
  };
}

/** An alert budget as the command line has it: `2/7d`. */
export function alertBudgetOf(text: string): AlertBudget {
  const [, max, every] = /^(\d+(?:\.\d+)?)\/((?:\d+(?:\.\d+)?(?:m?s|[mhdw]))+)$/.exec(text) ?? [];
  const everyMs = parseDuration(every ?? '0s');
  if (max === undefined || everyMs < HOUR_MS) {
    throw new UsageError(
      `Cannot use --alert-budget ${text}: expected anomalies and a time of at least 1h, such as 2/7d`,
    );
  }
  return { max: Number(max), everyMs };
}

/** How many rows are learned first. */
export function learnRowsOf(text: string): number {
  const rows = Number(text);
  if (!Number.isInteger(rows) || rows < 1) {
    throw new UsageError(`Cannot use --learn-rows ${text}: expected a whole number of at least 1`);
  }
  return rows;
}

const MOST_LEARNED = 10_000;

/** Of how many rows are learned where nobody has to say: half, for a start. Some are left to be judged. */
export function rowsToLearn(
  rows: number,
  { file, asked }: { readonly file: string; readonly asked: string | undefined },
): number {
  const learned =
    asked === undefined ? Math.min(Math.floor(rows / 2), MOST_LEARNED) : learnRowsOf(asked);
  if (learned >= 1 && learned < rows) return learned;
  throw new UsageError(
    `Cannot detect in ${file}: it has ${rows} rows of which ${learned} would be learned, expected rows beyond these`,
  );
}

/** A duration as the command line has it. */
export function durationOf(text: string, option: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new UsageError(`Cannot use ${option} ${text}: expected a duration such as 1h`, {
      cause: error,
    });
  }
}

/** How many threads judge. */
export function workerCount(text: string | undefined): number {
  if (text === undefined) return availableParallelism();
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new UsageError(`Cannot use --workers ${text}: expected a whole number of at least 1`);
  }
  return count;
}
