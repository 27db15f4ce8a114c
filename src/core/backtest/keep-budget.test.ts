import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../civil-time.ts';
import type { Frame } from '../frame.ts';
import { gaussian, seededRng } from '../random.ts';
import { backtest, backtestTogether } from './backtest.ts';

const STEP = 600_000;
const WEEK_MS = 7 * DAY_MS;
const LEARNED = WEEK_MS / STEP;
const DAYS = 35;
const OPTIONS = { learnRows: LEARNED, policy: { trees: 10, treeSampleSize: 64 } };

describe('an alert budget in a backtest', () => {
  it('holds for four noisy series together over four weeks, within a quarter more', () => {
    const frames = [1, 2, 3, 4].map(odd);
    const without = frames.reduce((sum, frame) => sum + raisedAlone(frame), 0);
    const raised = raisedTogether(frames, 3);
    expect(without).toBeGreaterThan(1.25 * 4 * 3);
    expect(raised).toBeLessThanOrEqual(1.25 * 4 * 3);
    expect(raised).toBeGreaterThan(0);
  });

  it('is shared by those whose days are the same: one that was a year before is judged as if it were alone', () => {
    const frame = odd(5);
    const before = { ...odd(6), times: frame.times.map((timeMs) => timeMs - 365 * DAY_MS) };
    const options = { ...OPTIONS, alertBudget: { max: 1, everyMs: WEEK_MS } };
    const [together] = backtestTogether([before, frame], options);
    const alone = backtest(before, options);
    expect(together?.episodes).toEqual(alone.episodes);
    for (const { peak } of alone.episodes) expect(peak.ratio).toBeGreaterThanOrEqual(1);
  });

  it('changes nothing of what is learned: with and without one the same boundary comes of it', () => {
    const frame = odd(7);
    const strict = backtest(frame, {
      ...OPTIONS,
      alertBudget: { max: 0, everyMs: WEEK_MS },
    });
    const usual = backtest(frame, { ...OPTIONS });
    expect(strict.rows.expected.slice(0, 130)).toEqual(usual.rows.expected.slice(0, 130));
    expect(strict.episodes.length).toBeLessThan(usual.episodes.length);
    const widths = [strict, usual].map(
      ({ rows }) => (rows.upper[100] ?? 0) - (rows.lower[100] ?? 0),
    );
    expect(widths[0]).toBeGreaterThan(2 * (widths[1] ?? 0));
  });
});

function raisedAlone(frame: Frame): number {
  return backtest(frame, { ...OPTIONS }).episodes.length;
}

function raisedTogether(frames: readonly Frame[], max: number): number {
  const options = { ...OPTIONS, alertBudget: { max, everyMs: WEEK_MS } };
  return backtestTogether(frames, options).reduce((sum, { episodes }) => sum + episodes.length, 0);
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
