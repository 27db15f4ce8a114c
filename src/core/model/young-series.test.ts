import { describe, expect, it } from 'vitest';
import { CLEAN_SERIES } from '../backtest/clean-series.ts';
import { play } from '../backtest/scenario.ts';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { gaussian, seededRng } from '../random.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { trainSeriesModel } from './series-model.ts';

const LEARNED = 1000;
const BURSTY = Object.entries(CLEAN_SERIES).filter(([kind]) => kind === 'bursty');

describe('a series of 1000 samples', () => {
  it.each([1, 5, 15, 60, 300])(
    'at a step of %d s is flagged with the first sample of a jump of 20 sigma',
    (seconds) => {
      const stepMs = 1000 * seconds;
      const rng = seededRng(seconds);
      const times = Float64Array.from({ length: LEARNED }, (_, i) => i * stepMs);
      const values = times.map(() => 50 + 5 * gaussian(rng));
      const model = trainSeriesModel({ ...DEFAULT_POLICY, stepMs }, { times, values }, 1);
      const flags = [0, 0, 0, 100, 100].map((jump, i) => {
        model.observe((LEARNED + i) * stepMs, 50 + 5 * gaussian(rng) + jump);
        return model.last.flagged;
      });
      expect(flags).toEqual([false, false, false, true, true]);
    },
  );

  it('raises two a day at most of the bursts that it has shown before', () => {
    const stepMs = 15_000;
    const learnDays = (LEARNED * stepMs) / DAY_MS;
    const raised = BURSTY.flatMap(([, clean]) =>
      [1, 2, 3, 4].flatMap((seed) =>
        play(
          {
            stepMs,
            learnDays,
            days: learnDays + 1,
            signal: (rng) => clean(rng, stepMs),
            fault: () => undefined,
          },
          seed,
        ),
      ),
    );
    expect(raised.length).toBeLessThanOrEqual(8);
  });
});

it.each([15, 60])(
  'frequent spikes at a step of %d s hide no level of twice their size',
  (seconds) => {
    const stepMs = 1000 * seconds;
    const samples = (8 * DAY_MS) / stepMs;
    for (const [, bursty] of BURSTY) {
      const signal = bursty(seededRng(5), stepMs);
      const times = Float64Array.from({ length: samples }, (_, i) => i * stepMs);
      const values = times.map((timeMs) => signal(timeMs / DAY_MS));
      const model = trainSeriesModel({ ...DEFAULT_POLICY, stepMs }, { times, values }, 1);
      const flags = Array.from({ length: 60 }, (_, i) => {
        const timeMs = (samples + i) * stepMs;
        model.observe(timeMs, signal(timeMs / DAY_MS) + 60);
        return model.last.flagged;
      });
      expect(flags).toContain(true);
    }
  },
);

it('a history that begins shortly before the hour has a band as soon as another one', () => {
  const rng = seededRng(3);
  const startMs = 55 * 60_000;
  const times = Float64Array.from({ length: 3600 }, (_, i) => startMs + i * 1000);
  const values = times.map(() => 50 + 5 * gaussian(rng));
  const model = trainSeriesModel({ ...DEFAULT_POLICY, stepMs: 1000 }, { times, values }, 1);
  model.observe(startMs + 3_600_000, 50);
  expect(model.last.upper).toBeGreaterThan(50);
  expect(model.last.upper).toBeLessThan(200);
});

it('a week of hourly samples is enough to flag a jump of 20 sigma with its first sample', () => {
  const rng = seededRng(7);
  const stepMs = HOUR_MS;
  const times = Float64Array.from({ length: 168 }, (_, i) => i * stepMs);
  const values = times.map(() => 50 + 5 * gaussian(rng));
  const model = trainSeriesModel({ ...DEFAULT_POLICY, stepMs }, { times, values }, 1);
  model.observe(168 * stepMs, 50 + 5 * gaussian(rng));
  expect(model.last.flagged).toBe(false);
  model.observe(169 * stepMs, 150);
  expect(model.last.flagged).toBe(true);
});
