import { expect, test } from 'vitest';
import { HOUR_MS } from '../civil-time.ts';
import { StateReader, StateWriter } from '../state.ts';
import { DEFAULT_LEVEL, HourlyPeaks, LEVELS } from './hourly-peaks.ts';

test('level 1 is among the levels, and the boundary itself reaches it', () => {
  expect(LEVELS[DEFAULT_LEVEL]).toBe(1);
  expect(LEVELS[0]).toBeCloseTo(0.749, 3);
  expect(LEVELS.at(-1)).toBeCloseTo(12.34, 2);
  expect(counted(grown([1]))[DEFAULT_LEVEL]).toBe(1);
  expect(counted(grown([0.999]))[DEFAULT_LEVEL]).toBe(0);
});

test('neighbouring hours are one anomaly, a calmer hour or an unjudged one between makes two', () => {
  expect(counted(grown([1.2, 1.5, 1.1]))[DEFAULT_LEVEL]).toBe(1);
  expect(counted(grown([1.2, 0.8, 1.1]))[DEFAULT_LEVEL]).toBe(2);
  expect(counted(grown([1.2, 0.8, 1.1]))[0]).toBe(1);
  expect(counted(grown([1.2, undefined, 1.1]))[DEFAULT_LEVEL]).toBe(2);
});

test('the highest of an hour counts, whatever its place, and a wild one reaches every level', () => {
  const peaks = grown([]);
  for (const ratio of [0.5, 1e9, 2]) peaks.learn(GROWN * HOUR_MS, ratio);
  expect([...counted(peaks)]).toEqual(Array.from(LEVELS, () => 1));
});

test('a look back ends before its time and begins 14 days earlier, a gap forgets as many hours as it has', () => {
  const peaks = grown([1.2]);
  peaks.learn((GROWN + 335) * HOUR_MS, 0);
  expect(judged(peaks, GROWN)).toEqual({ hours: 0, anomalies: 0 });
  expect(judged(peaks, GROWN + 335)).toEqual({ hours: 1, anomalies: 1 });
  expect(judged(peaks, GROWN + 336)).toEqual({ hours: 2, anomalies: 1 });
  expect(judged(peaks, GROWN + 337)).toEqual({ hours: 1, anomalies: 0 });
  peaks.learn(9999 * HOUR_MS, 1);
  expect(judged(peaks, 10_000)).toEqual({ hours: 1, anomalies: 1 });
  expect(judged(peaks, 11_000)).toEqual({ hours: 0, anomalies: 0 });
});

test('what has been learned since does not change a look back that ended within a day', () => {
  const peaks = grown([1.2, 0.8, 3]);
  for (let hour = 3; hour < 336; hour++) peaks.learn((GROWN + hour) * HOUR_MS, 0.1);
  const then = counted(peaks, GROWN + 336);
  for (let hour = 336; hour < 360; hour++) peaks.learn((GROWN + hour) * HOUR_MS, 5);
  expect(counted(peaks, GROWN + 336)).toEqual(then);
});

test('hours of planned work are as if they had not been judged', () => {
  const peaks = grown([1.2, 1.5, 3, 1.1]);
  const counts = new Float64Array(LEVELS.length);
  const startMs = (GROWN + 1) * HOUR_MS;
  const planned = [{ startMs, endMs: startMs + 1.5 * HOUR_MS }];
  expect(peaks.countRuns(counts, { untilMs: (GROWN + 72) * HOUR_MS, planned })).toBe(2);
  // 1.2 and 1.1 are two, with the hours between them cut out.
  expect(counts[DEFAULT_LEVEL]).toBe(2);
  expect(counts.findLastIndex((count) => count > 0)).toBe(DEFAULT_LEVEL + 6);
});

test('the first three days of a series are not looked at, of a younger one the first half', () => {
  const peaks = new HourlyPeaks();
  for (let hour = 0; hour < 200; hour++) peaks.learn(hour * HOUR_MS, 0.1);
  expect([1, 2, 100, 144, 145, 200].map((hour) => judged(peaks, hour).hours)).toEqual([
    0, 1, 50, 72, 73, 128,
  ]);
});

test('none judged, none counted; a ratio that is not a number judges an hour and reaches nothing', () => {
  expect(judged(new HourlyPeaks())).toEqual({ hours: 0, anomalies: 0 });
  expect(judged(grown([Number.NaN]))).toEqual({ hours: 1, anomalies: 0 });
});

test('restored peaks count as before and go on', () => {
  const peaks = grown([1.2, 0.8, 3]);
  const state = new StateWriter('TEST', 1);
  peaks.save(state);
  const again = new HourlyPeaks();
  again.load(new StateReader(state.finish(), 'TEST', 1));
  for (const one of [peaks, again]) one.learn((GROWN + 4) * HOUR_MS, 2);
  expect(counted(again)).toEqual(counted(peaks));
});

/** Hours after the first one at which a series is looked at in full. */
const GROWN = 72;

/** The peaks of a series three days old, one ratio an hour; `undefined` is an hour without a judgement. */
function grown(ratios: readonly (number | undefined)[]): HourlyPeaks {
  const peaks = new HourlyPeaks();
  peaks.learn(0, 9);
  ratios.forEach((ratio, hour) => {
    if (ratio !== undefined) peaks.learn((GROWN + hour) * HOUR_MS, ratio);
  });
  return peaks;
}

function counted(peaks: HourlyPeaks, untilHour = 300): Float64Array {
  const counts = new Float64Array(LEVELS.length);
  peaks.countRuns(counts, { untilMs: untilHour * HOUR_MS });
  return counts;
}

function judged(peaks: HourlyPeaks, untilHour = 300): { hours: number; anomalies: number } {
  const counts = new Float64Array(LEVELS.length);
  const hours = peaks.countRuns(counts, { untilMs: untilHour * HOUR_MS });
  return { hours, anomalies: counts[DEFAULT_LEVEL] ?? 0 };
}
