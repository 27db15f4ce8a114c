import { assert as assertProperty, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CivilTime, DAY_MS, HOUR_MS } from '../civil-time.ts';
import { gaussian, seededRng } from '../random.ts';
import { RecentWindow } from '../stats/recent-window.ts';
import type { Detector, Observation } from './detector.ts';
import { findPeriod } from './period.ts';
import { SeasonalBaseline } from './seasonal-baseline.ts';
import { SmoothHistory } from './smooth-history.ts';
import { ZScore } from './zscore.ts';

const MINUTE = 60_000;
const UTC = new CivilTime('UTC');
/** A Monday, midnight. */
const MONDAY = Date.UTC(2026, 10, 2);

function observe(
  detector: Detector,
  timeMs: number,
  value: number,
  expected = Number.NaN,
): Float64Array {
  const observation: Observation = { timeMs, localMs: timeMs, value, expected };
  const out = new Float64Array(detector.columns);
  detector.scoreOne(observation, out, 0);
  detector.learnOne(observation);
  return out;
}

function baselineAfter(days: number, value: (timeMs: number) => number): SeasonalBaseline {
  const baseline = new SeasonalBaseline(MINUTE, { civil: UTC, residuals: new RecentWindow() });
  for (let timeMs = MONDAY; timeMs < MONDAY + days * DAY_MS; timeMs += MINUTE) {
    observe(baseline, timeMs, value(timeMs), baseline.expect(timeMs));
  }
  return baseline;
}

describe('SmoothHistory', () => {
  it('keeps the median within a quarter of an hour of every five minutes', () => {
    const history = new SmoothHistory(MINUTE);
    for (let minute = 0; minute < 200; minute++)
      history.learn(minute * MINUTE, minute % 20 === 0 ? 1e9 : minute);
    expect(Math.abs(history.at(20) - 102)).toBeLessThanOrEqual(1);
    expect(history.at(39)).toBeNaN();
    expect(history.at(-1)).toBeNaN();
  });
  it('has nothing for the hours of a gap', () => {
    const history = new SmoothHistory(MINUTE);
    for (let minute = 0; minute < 600; minute++)
      if (minute < 200 || minute > 400) history.learn(minute * MINUTE, 5);
    expect(history.at(30)).toBe(5);
    expect(history.at(60)).toBeNaN();
    expect(history.at(100)).toBe(5);
  });
  it('forgets after four weeks and survives a pause of years', () => {
    const history = new SmoothHistory(HOUR_MS);
    for (let hour = 0; hour < 24 * 40; hour++) history.learn(hour * HOUR_MS, hour);
    expect(history.at(24 * 5)).toBeNaN();
    expect(history.at(24 * 20)).toBeCloseTo(24 * 20, 3);
    history.learn(24 * 4000 * HOUR_MS, 1);
    history.learn((24 * 4000 + 1) * HOUR_MS, 1);
    expect(history.at(24 * 20)).toBeNaN();
    expect(history.at(24 * 4000)).toBe(1);
  });
});

function lunch(timeMs: number): number {
  const hour = (timeMs % DAY_MS) / HOUR_MS;
  return hour >= 12 && hour < 13 ? 200 : 50;
}

describe('SeasonalBaseline', () => {
  it('expects the lunch peak at lunch and not at 3 AM', () => {
    const baseline = baselineAfter(5, lunch);
    expect(baseline.expect(MONDAY + 5 * DAY_MS + 12.5 * HOUR_MS)).toBeCloseTo(200, 5);
    expect(baseline.expect(MONDAY + 5 * DAY_MS + 3 * HOUR_MS)).toBe(50);
  });
  it('knows weekends from weekdays after two weeks', () => {
    const office = (timeMs: number): number => (((timeMs - MONDAY) / DAY_MS) % 7 < 5 ? 100 : 10);
    const baseline = baselineAfter(19, office);
    expect(baseline.expect(MONDAY + 19 * DAY_MS + 12 * HOUR_MS)).toBeCloseTo(10, 6);
  });
  it('follows the level of a series that has no calendar', () => {
    const rng = seededRng(2);
    let level = 1000;
    const baseline = baselineAfter(4, () => {
      level += gaussian(rng) * 3;
      return level;
    });
    expect(baseline.predictor).toBe('level');
    expect(Math.abs(baseline.expect(MONDAY + 4 * DAY_MS) - level)).toBeLessThan(100);
  });
  it('takes the pattern of other days to the level that the series has grown to', () => {
    const growing = (timeMs: number): number =>
      (12 * (timeMs - MONDAY)) / DAY_MS + 40 * Math.sin((2 * Math.PI * timeMs) / DAY_MS);
    const baseline = baselineAfter(9, growing);
    expect(baseline.predictor).not.toBe('level');
    const nextMs = MONDAY + 9 * DAY_MS;
    expect(Math.abs(baseline.expect(nextMs) - growing(nextMs))).toBeLessThan(6);
    const laterMs = nextMs + 6 * HOUR_MS;
    expect(Math.abs(baseline.forecast(laterMs, () => 0) - growing(laterMs))).toBeLessThan(8);
  });
  it('follows civil time over the end of summer time', () => {
    const berlin = new CivilTime('Europe/Berlin');
    const baseline = new SeasonalBaseline(5 * MINUTE, {
      civil: berlin,
      residuals: new RecentWindow(),
    });
    const sunday = Date.UTC(2026, 9, 25);
    for (let timeMs = sunday - 5 * DAY_MS; timeMs < sunday + 12 * HOUR_MS; timeMs += 5 * MINUTE) {
      const localMs = berlin.toLocal(timeMs);
      const value = (localMs % DAY_MS) / HOUR_MS >= 9 ? 90 : 10;
      const observation = { timeMs, localMs, value, expected: baseline.expect(localMs) };
      baseline.learnOne(observation);
    }
    expect(baseline.expect(berlin.toLocal(Date.UTC(2026, 9, 26, 7, 30)))).toBeCloseTo(10, 3);
    expect(baseline.expect(berlin.toLocal(Date.UTC(2026, 9, 26, 8, 30)))).toBe(90);
  });
});

describe('findPeriod()', () => {
  it('finds a cycle of seven hours that no clock explains', () => {
    const history = new SmoothHistory(MINUTE);
    const rng = seededRng(3);
    for (let t = 0; t < 7 * DAY_MS; t += MINUTE) {
      history.learn(t, 100 + 30 * Math.sin((2 * Math.PI * t) / (7 * HOUR_MS)) + 5 * gaussian(rng));
    }
    expect(Math.abs(findPeriod(history) - 7 * HOUR_MS)).toBeLessThanOrEqual(10 * MINUTE);
  });
  it('finds none in noise, in a random walk and in a daily rhythm', () => {
    const rng = seededRng(4);
    let level = 0;
    const shapes: ((t: number) => number)[] = [
      () => gaussian(rng),
      () => (level += gaussian(rng)),
      (t) => Math.sin((2 * Math.PI * t) / DAY_MS) + 0.1 * gaussian(rng),
      () => 7,
    ];
    for (const shape of shapes) {
      const history = new SmoothHistory(MINUTE);
      for (let t = 0; t < 7 * DAY_MS; t += MINUTE) history.learn(t, shape(t));
      expect(findPeriod(history)).toBe(0);
    }
  });
});

describe('ZScore', () => {
  it('measures a jump from every view of the short past', () => {
    const zscore = new ZScore();
    for (let i = 0; i < 200; i++) observe(zscore, i * MINUTE, 10);
    expect(
      [...observe(zscore, 200 * MINUTE, 25)].map((figure) => Math.round(figure * 1e6) / 1e6),
    ).toEqual([15, 15, 15, 3, 1]);
  });
  it('does not call a jump what the season explains', () => {
    const zscore = new ZScore();
    for (let i = 0; i < 200; i++) observe(zscore, i * MINUTE, 10, 10);
    expect(Math.max(...observe(zscore, 200 * MINUTE, 25, 25).map(Math.abs))).toBe(0);
  });
  it('comes back from its snapshot as it was and refuses anything else', () => {
    const zscore = new ZScore();
    zscore.fit({ times: Float64Array.of(1, 2, 3), values: Float64Array.of(4, 6, 9) }, 1);
    const copy = new ZScore();
    copy.restore(zscore.snapshot() ?? new Uint8Array());
    expect(copy.describe()).toEqual(zscore.describe());
    expect(copy.center).toBe(6);
    assertProperty(
      property(uint8Array({ maxLength: 60 }), (bytes) => {
        expect(() => copy.restore(bytes)).toThrow(RangeError);
      }),
    );
  });
});
