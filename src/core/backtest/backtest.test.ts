import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../civil-time.ts';
import type { Frame } from '../frame.ts';
import { gaussian, seededRng } from '../random.ts';
import { type BacktestResult, backtest } from './backtest.ts';

const STEP = 300_000;
const START = Date.UTC(2026, 10, 2);

function frameOf(days: number, columns: readonly ((timeMs: number) => number)[]): Frame {
  const times = Float64Array.from({ length: (days * DAY_MS) / STEP }, (_, i) => START + i * STEP);
  return {
    times,
    names: columns.map((_, i) => `m${i}`),
    columns: columns.map((column) => times.map(column)),
  };
}

function noise(seed: number): (timeMs: number) => number {
  const rng = seededRng(seed);
  return (timeMs) => 100 + 20 * Math.sin((2 * Math.PI * timeMs) / DAY_MS) + 3 * gaussian(rng);
}

function flagged({ rows }: BacktestResult): number {
  return rows.flag.reduce((sum, flag) => sum + flag, 0);
}

describe('backtest()', () => {
  it('gives one row for every row after the learned ones, whatever they are like', () => {
    const frame = frameOf(10, [noise(1)]);
    const [values] = frame.columns;
    values?.fill(Number.NaN, 2100, 2110);
    frame.times[2200] = frame.times[2199] ?? 0;
    frame.times[2300] = START;
    const { rows } = backtest(frame, { learnRows: 2000 });
    expect(rows.score).toHaveLength(880);
    expect(rows.score.slice(100, 110)).toEqual(new Float64Array(10));
    expect(rows.score.every((score) => score >= 0 && score <= 1)).toBe(true);
  });

  it('is causal: rows to come do not change a verdict', () => {
    const frame = frameOf(12, [noise(2)]);
    const shorter = {
      ...frame,
      times: frame.times.slice(0, 3000),
      columns: frame.columns.map((c) => c.slice(0, 3000)),
    };
    const whole = backtest(frame, { learnRows: 2016 });
    const part = backtest(shorter, { learnRows: 2016, policy: { stepMs: STEP } });
    expect(part.rows.score).toEqual(whole.rows.score.slice(0, 984));
  });

  it('flags from the row at which the episode opened to its close', () => {
    const frame = frameOf(12, [noise(3)]);
    const [values] = frame.columns;
    for (let row = 2500; row < 2512; row++) if (values) values[row] = 400;
    const result = backtest(frame, { learnRows: 2016 });
    const [episode] = result.episodes;
    expect(result.episodes).toHaveLength(1);
    expect(result.rows.flag[2500 - 2016 - 1]).toBe(0);
    expect(result.rows.flag[2500 - 2016]).toBe(1);
    expect(episode?.openedAtMs).toBe(frame.times[2500]);
    expect(flagged(result)).toBeGreaterThanOrEqual(12);
  });

  it('gives several columns one verdict and names the one that deviates most', () => {
    const frame = frameOf(12, [noise(4), noise(5), noise(6)]);
    const second = frame.columns[1];
    for (let row = 2500; row < 2530; row++) if (second) second[row] = (second[row] ?? 0) + 200;
    const { rows, episodes } = backtest(frame, { learnRows: 2016 });
    expect(episodes.length).toBeGreaterThanOrEqual(1);
    expect(rows.topColumn?.[2505 - 2016]).toBe(1);
    expect(rows.value[2505 - 2016]).toBe(second?.[2505]);
  });

  it('runs without a learned row and on a single row', () => {
    expect(backtest(frameOf(1, [noise(7)]), { learnRows: 0 }).rows.score).toHaveLength(288);
    const single = { times: Float64Array.of(START), names: ['a'], columns: [Float64Array.of(1)] };
    expect(backtest(single, { learnRows: 0 }).rows.flag).toHaveLength(1);
  });
});

describe('a week of a clean series judged after a week of learning', () => {
  const kinds: Record<string, (seed: number) => (timeMs: number) => number> = {
    'Gaussian noise': (seed) => {
      const rng = seededRng(seed);
      return () => 50 + 5 * gaussian(rng);
    },
    'a daily sine': noise,
    'a constant': () => () => 42,
    'noise of a tiny scale': (seed) => {
      const rng = seededRng(seed);
      return () => 5e-12 + 1e-13 * gaussian(rng);
    },
    'noise of a huge scale': (seed) => {
      const rng = seededRng(seed);
      return () => 4e18 + 3e17 * gaussian(rng);
    },
    'small integers': (seed) => {
      const rng = seededRng(seed);
      return () => Math.floor(4 * rng());
    },
    'a nearly constant series': (seed) => {
      const rng = seededRng(seed);
      return () => 100 + (rng() < 0.3 ? 1e-9 : 0);
    },
    'noise with gaps': (seed) => {
      const rng = seededRng(seed);
      return (timeMs) =>
        (timeMs / STEP) % 301 < 40 || rng() < 0.02 ? Number.NaN : 20 + gaussian(rng);
    },
    "a counter's rate": (seed) => {
      const rng = seededRng(seed);
      return () => Math.floor(20 + 10 * rng() + 10 * rng()) / 300;
    },
  };
  it.each(Object.keys(kinds))('%s raises nothing in three weeks', (kind) => {
    for (let seed = 1; seed <= 3; seed++) {
      const { episodes } = backtest(frameOf(14, [kinds[kind]?.(seed) ?? noise(1)]), {
        learnRows: 2016,
      });
      expect(episodes).toEqual([]);
    }
  });
});
