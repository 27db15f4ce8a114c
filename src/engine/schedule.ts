import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { DAY_MS } from '../core/civil-time.ts';
import type { EngineRuns } from './engine-runs.ts';
import type { Telemetry } from './telemetry.ts';
import { messageOf } from './trouble.ts';

export interface ScheduleOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** Ends the schedule; its owner wakes the runs when it aborts. */
  readonly signal: AbortSignal;
}

const TRAIN_EVERY_MS = 60_000;

/** Detects at every multiple of the interval, trains what is due, sends what was decided, tidies once a day; until the signal aborts. */
export async function runSchedule(runs: EngineRuns, options: ScheduleOptions): Promise<void> {
  await Promise.all([
    guard(options, 'detection', () => detectForever(runs, options)),
    guard(options, 'training', () => trainForever(runs, options)),
    guard(options, 'notification', () => runs.dispatcher.run(options.signal)),
  ]);
}

async function detectForever(
  runs: EngineRuns,
  { clock, telemetry, signal }: ScheduleOptions,
): Promise<void> {
  let dueMs = clock.now();
  while (!signal.aborted) {
    telemetry.schedulerLag.set(Math.max(0, clock.now() - dueMs) / 1000);
    await runs.detect();
    const { inferEveryMs, settleMs } = runs.options;
    const now = clock.now();
    const missed = Math.max(0, Math.floor((now - dueMs) / inferEveryMs));
    if (missed > 0) telemetry.modelRunsSkipped.inc({ reason: 'slow' }, missed);
    dueMs = (Math.floor((now - settleMs) / inferEveryMs) + 1) * inferEveryMs + settleMs;
    await clock.sleep(dueMs - now, runs.detectionWanted);
    // Woken before its time, it is late for nothing.
    dueMs = Math.min(dueMs, clock.now());
  }
}

async function trainForever(runs: EngineRuns, options: ScheduleOptions): Promise<void> {
  const { clock, logger, signal } = options;
  let tidiedMs = clock.now();
  // The first detection says which series there are.
  await runs.detect();
  while (!signal.aborted) {
    await runs.train();
    if (clock.now() - tidiedMs >= DAY_MS) {
      tidiedMs = clock.now();
      try {
        await runs.tidy();
      } catch (error) {
        logger.warn({ err: error }, `Cannot tidy: ${messageOf(error)}; tried again tomorrow`);
      }
    }
    await clock.sleep(TRAIN_EVERY_MS, runs.trainingWanted);
  }
}

/** A loop that ends by a mistake of ours is begun again, and says so. */
async function guard(
  { clock, logger, signal }: ScheduleOptions,
  what: string,
  loop: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await loop();
    } catch (error) {
      if (signal.aborted) return;
      logger.error(
        { err: error },
        `The ${what} loop failed: ${messageOf(error)}; it goes on in a minute`,
      );
      await clock.sleep(60_000, signal);
    }
  }
}
