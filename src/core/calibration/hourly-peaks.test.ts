import { expect, test } from 'vitest';
import { HOUR_MS } from '../civil-time.ts';
import { StateReader, StateWriter } from '../state.ts';
import { DEFAULT_LEVEL, HourlyPeaks, LEVELS } from './hourly-peaks.ts';

test('level 1 is among the levels, and the boundary itself reaches it', () => {
  expect(LEVELS[DEFAULT_LEVEL]).toBe(1);
  expect(LEVELS[0]).toBeCloseTo(0.749, 3);
  expect(LEVELS.at(-1)).toBeCloseTo(12.34, 2);
  expect(counted(peaksOf([1]))[DEFAULT_LEVEL]).toBe(1);
  expect(counted(peaksOf([0.999]))[DEFAULT_LEVEL]).toBe(0);
});

test('neighbouring hours are one anomaly, a calmer hour or an unjudged one between makes two', () => {
  expect(counted(peaksOf([1.2, 1.5, 1.1]))[DEFAULT_LEVEL]).toBe(1);
  expect(counted(peaksOf([1.2, 0.8, 1.1]))[DEFAULT_LEVEL]).toBe(2);
  expect(counted(peaksOf([1.2, 0.8, 1.1]))[0]).toBe(1);
  expect(counted(peaksOf([1.2, Number.NaN, 1.1]))[DEFAULT_LEVEL]).toBe(2);
});

test('the highest of an hour counts, whatever its place, and a wild one reaches every level', () => {
  const peaks = new HourlyPeaks();
  for (const ratio of [0.5, 1e9, 2]) peaks.learn(7 * HOUR_MS, ratio);
  expect([...counted(peaks)]).toEqual(Array.from(LEVELS, () => 1));
});

test('hours are forgotten after 28 days, and a gap forgets as many as it has', () => {
  const peaks = peaksOf([1.2]);
  peaks.learn(671 * HOUR_MS, 0);
  expect(judged(peaks)).toEqual({ hours: 2, anomalies: 1 });
  peaks.learn(672 * HOUR_MS, 0);
  expect(judged(peaks)).toEqual({ hours: 2, anomalies: 0 });
  peaks.learn(9999 * HOUR_MS, 1);
  expect(judged(peaks)).toEqual({ hours: 1, anomalies: 1 });
});

test('none judged, none counted; a ratio that is not a number judges an hour and reaches nothing', () => {
  expect(judged(new HourlyPeaks())).toEqual({ hours: 0, anomalies: 0 });
  const peaks = new HourlyPeaks();
  peaks.learn(0, Number.NaN);
  expect(judged(peaks)).toEqual({ hours: 1, anomalies: 0 });
});

test('restored peaks count as before and go on', () => {
  const peaks = peaksOf([1.2, 0.8, 3]);
  const state = new StateWriter('TEST', 1);
  peaks.save(state);
  const again = new HourlyPeaks();
  again.load(new StateReader(state.finish(), 'TEST', 1));
  for (const one of [peaks, again]) one.learn(4 * HOUR_MS, 2);
  expect(counted(again)).toEqual(counted(peaks));
});

/** One ratio an hour; NaN is an hour without a judgement. */
function peaksOf(ratios: readonly number[]): HourlyPeaks {
  const peaks = new HourlyPeaks();
  ratios.forEach((ratio, hour) => {
    if (!Number.isNaN(ratio)) peaks.learn(hour * HOUR_MS, ratio);
  });
  return peaks;
}

function counted(peaks: HourlyPeaks): Float64Array {
  const counts = new Float64Array(LEVELS.length);
  peaks.countRuns(counts);
  return counts;
}

function judged(peaks: HourlyPeaks): { hours: number; anomalies: number } {
  const counts = new Float64Array(LEVELS.length);
  const hours = peaks.countRuns(counts);
  return { hours, anomalies: counts[DEFAULT_LEVEL] ?? 0 };
}
