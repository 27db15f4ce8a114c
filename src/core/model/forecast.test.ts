import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { gaussian, seededRng } from '../random.ts';
import type { Samples } from '../series.ts';
import { DEFAULT_POLICY, type SeriesPolicy } from './policy.ts';
import { SeriesModel, trainSeriesModel } from './series-model.ts';

const STEP = 900_000;
const START = Date.UTC(2026, 10, 2);
const POLICY: SeriesPolicy = { ...DEFAULT_POLICY, stepMs: STEP, trees: 5, dataRange: [0, 100] };

function pattern(day: number): number {
  return 50 + 10 * Math.sin(2 * Math.PI * day);
}

function historyOf(days: number, level: (day: number) => number): Samples {
  const rng = seededRng(5);
  const times = Float64Array.from({ length: (days * DAY_MS) / STEP }, (_, i) => START + i * STEP);
  const values = times.map((timeMs) => {
    const day = (timeMs - START) / DAY_MS;
    return pattern(day) + level(day) + gaussian(rng);
  });
  return { times, values };
}

function modelOf(days: number, level: (day: number) => number): SeriesModel {
  return trainSeriesModel(POLICY, historyOf(days, level), 1);
}

function dayOf(timeMs: number): number {
  return (timeMs - START) / DAY_MS;
}

describe('forecast()', () => {
  it('carries the pattern of the day on, within an interval that grows', () => {
    const { times, expected, lower, upper, trend } = modelOf(10, () => 0).forecast({
      horizonMs: 10 * DAY_MS,
      stepMs: 6 * HOUR_MS,
    });
    expect(times).toHaveLength(40);
    expect(trend).toBeUndefined();
    let before = 0;
    expected.forEach((value, i) => {
      expect(Math.abs(value - pattern(dayOf(times[i] ?? 0)))).toBeLessThan(1.5);
      const width = (upper[i] ?? 0) - (lower[i] ?? 0);
      expect(width).toBeGreaterThan(before);
      before = width;
    });
    // 90 % of samples: 1.645 standard deviations to either side.
    expect((upper[0] ?? 0) - (lower[0] ?? 0)).toBeGreaterThan(3);
    expect((upper[0] ?? 0) - (lower[0] ?? 0)).toBeLessThan(5);
  });

  it('adds the drift that goes on and says when the daily peak meets the limit', () => {
    const model = modelOf(20, (day) => 2 * Math.max(0, day - 15));
    const { times, expected, trend, reaches } = model.forecast({
      horizonMs: 5 * DAY_MS,
      stepMs: 6 * HOUR_MS,
    });
    expect(trend?.perDay).toBeGreaterThan(1.7);
    expect(trend?.perDay).toBeLessThan(2.3);
    expect(dayOf(trend?.sinceMs ?? 0)).toBeGreaterThan(14.3);
    expect(dayOf(trend?.sinceMs ?? 0)).toBeLessThan(15.7);
    expected.forEach((value, i) => {
      const day = dayOf(times[i] ?? 0);
      expect(Math.abs(value - pattern(day) - 2 * (day - 15))).toBeLessThan(3);
    });
    // 50 + 10 + 2 (day - 15) = 100 on day 35.
    expect(reaches?.limit).toBe(100);
    expect(dayOf(reaches?.earliestMs ?? 0)).toBeLessThan(35.5);
    expect(dayOf(reaches?.latestMs ?? 0)).toBeGreaterThan(34.5);
    expect(Math.abs(dayOf(reaches?.atMs ?? 0) - 35)).toBeLessThan(3);
  });

  it('carries on growth that always was, to a limit that is asked for', () => {
    const model = modelOf(12, (day) => day);
    const request = { horizonMs: 2 * DAY_MS, stepMs: HOUR_MS, limits: [80] };
    const { reaches, trend } = model.forecast(request);
    expect(trend?.perDay).toBeCloseTo(1, 1);
    // 50 + 10 + day = 80 on day 20; the highest three hours of a day are a little below the peak.
    expect(Math.abs(dayOf(reaches?.atMs ?? 0) - 20)).toBeLessThan(1);
    expect(reaches?.earliestMs).toBeLessThanOrEqual(reaches?.atMs ?? 0);
  });

  it('stays within the range of the metric and knows nothing before it has learned', () => {
    const rising = modelOf(12, (day) => 3 * day);
    const { upper, expected } = rising.forecast({ horizonMs: 20 * DAY_MS, stepMs: DAY_MS });
    expect(Math.max(...upper)).toBe(100);
    expect(Math.max(...expected)).toBe(100);
    const young = new SeriesModel(POLICY).forecast({ horizonMs: DAY_MS, stepMs: HOUR_MS });
    expect(young.expected.every(Number.isNaN)).toBe(true);
  });

  it('is the same after a rest as bytes', () => {
    const model = modelOf(20, (day) => 2 * Math.max(0, day - 15));
    const rested = new SeriesModel(POLICY);
    for (const { kind, snapshot } of model.fittedDetectors()) rested.adopt(kind, snapshot);
    rested.restore(model.snapshot());
    const request = { horizonMs: 3 * DAY_MS, stepMs: HOUR_MS };
    expect(rested.forecast(request)).toEqual(model.forecast(request));
  });
});
