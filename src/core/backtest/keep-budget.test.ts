import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../civil-time.ts';
import type { Frame } from '../frame.ts';
import { gaussian, seededRng } from '../random.ts';
import { backtest, replay } from './backtest.ts';
import { type BacktestDay, keepBudget } from './keep-budget.ts';

const STEP = 600_000;
const WEEK_MS = 7 * DAY_MS;
const LEARNED = WEEK_MS / STEP;
const DAYS = 35;

describe('an alert budget in a backtest', () => {
  it('holds for four noisy series together over four weeks, within a factor of one and a half', () => {
    const frames = [9, 10, 11, 12].map(odd);
    const without = frames.reduce((sum, frame) => sum + raisedAlone(frame), 0);
    const raised = raisedTogether(frames, 3);
    expect(without).toBeGreaterThan(1.5 * 4 * 3);
    expect(raised).toBeLessThanOrEqual(1.5 * 4 * 3);
    expect(raised).toBeGreaterThan(0);
  });

  it('is the same for one series as for one among others that share it', () => {
    const frame = odd(5);
    const alertBudget = { max: 1, everyMs: WEEK_MS };
    const alone = backtest(frame, { learnRows: LEARNED, alertBudget }).episodes;
    expect(alone).toHaveLength(raisedTogether([frame], 1));
    for (const { peak } of alone) expect(peak.ratio).toBeGreaterThanOrEqual(1);
  });
});

function raisedAlone(frame: Frame): number {
  return backtest(frame, { learnRows: LEARNED }).episodes.length;
}

function raisedTogether(frames: readonly Frame[], max: number): number {
  const runs = frames.map((frame) => replay(frame, { learnRows: LEARNED }));
  for (;;) {
    const steps = runs.map((run) => run.next());
    const ended = steps.map(({ done, value }) => (done ? value.episodes.length : 0));
    if (steps.every(({ done }) => done)) return ended.reduce((sum, one) => sum + one, 0);
    const days = steps.flatMap(({ done, value }): BacktestDay[] => (done ? [] : [value]));
    keepBudget(days, { max, everyMs: WEEK_MS });
  }
}

/** A daily rhythm with noise, and about every day half an hour of anything between nothing much and a lot. */
function odd(seed: number): Frame {
  const rng = seededRng(seed);
  const times = Float64Array.from({ length: (DAYS * DAY_MS) / STEP }, (_, i) => i * STEP);
  let until = 0;
  let height = 0;
  const values = times.map((timeMs, i) => {
    if (i >= until && rng() < 1 / 120) {
      until = i + 3;
      height = 9 - 40 * Math.log(1 - rng());
    }
    const usual = 100 + 20 * Math.sin((2 * Math.PI * timeMs) / DAY_MS) + 3 * gaussian(rng);
    return usual + (i < until ? height : 0);
  });
  return { times, names: ['value'], columns: [values] };
}
