import { expect, it } from 'vitest';
import { CLEAN_SERIES } from '../backtest/clean-series.ts';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { seededRng } from '../random.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { trainSeriesModel } from './series-model.ts';

const STEP_MS = 60_000;
const HOUR = HOUR_MS / STEP_MS;

/** Episodes of a series of a clean kind that has been watched for some days, and then is `up` higher for so many samples. */
function raised(kind: string, { days, up, samples }: Record<'days' | 'up' | 'samples', number>) {
  const signal = CLEAN_SERIES[kind]?.(seededRng(5), STEP_MS) ?? (() => Number.NaN);
  const learned = (days * DAY_MS) / STEP_MS;
  const times = Float64Array.from({ length: learned }, (_, i) => i * STEP_MS);
  const values = times.map((timeMs) => signal(timeMs / DAY_MS));
  const model = trainSeriesModel({ ...DEFAULT_POLICY, stepMs: STEP_MS }, { times, values }, 1);
  for (let i = 0; i < samples + HOUR; i++) {
    const timeMs = (learned + i) * STEP_MS;
    model.observe(timeMs, signal(timeMs / DAY_MS) + (i < samples ? up : 0));
  }
  return model.drainEpisodes().map(({ openedAtMs, endedAtMs }) => ({
    opened: openedAtMs / STEP_MS - learned,
    ended: endedAtMs / STEP_MS - learned,
  }));
}

it('frequent spikes hide nothing of their size that lasts five samples', () => {
  const [episode, ...others] = raised('bursty', { days: 12, up: 25, samples: HOUR });
  expect(episode?.opened).toBeLessThan(5);
  expect(episode?.ended).toBe(HOUR);
  expect(others).toEqual([]);
});

it('two samples of it are one more spike', () => {
  expect(raised('bursty', { days: 12, up: 25, samples: 2 })).toEqual([]);
});

it('a small shift is found within minutes, and goes on until it ends, although single samples are no farther off than others were', () => {
  const [episode, ...others] = raised('Gaussian', { days: 8, up: 20, samples: HOUR });
  expect(episode?.opened).toBeLessThan(10);
  expect(Math.abs((episode?.ended ?? 0) - HOUR)).toBeLessThan(3);
  expect(others).toEqual([]);
});
