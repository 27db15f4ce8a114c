import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gaussian, seededRng } from '../../random.ts';
import { FEATURE_NAMES, FEATURES, FeatureWindow, featureRows, robustScaling } from './features.ts';

const HOUR_MS = 3_600_000;
const PLAIN = { location: 0, scale: 1 };

function feature(row: Float32Array, name: string): number {
  return row[FEATURE_NAMES.indexOf(name)] ?? Number.NaN;
}

describe('features', () => {
  test('a row holds value, moments at three scales and the hour of the day', () => {
    const window = new FeatureWindow({ location: 10, scale: 2 });
    for (const value of [10, 12, 14, 16]) window.learn(value);
    const row = window.peek(18, 6 * HOUR_MS);
    expect(row).toHaveLength(FEATURES);
    expect(feature(row, 'value')).toBe(4);
    expect(feature(row, 'mean of 5')).toBe(2);
    expect(feature(row, 'scatter of 30')).toBeCloseTo(Math.SQRT2, 6);
    expect(feature(row, 'distance from the mean of 10')).toBe(2);
    expect(feature(row, 'time of day, sine')).toBe(1);
    expect(feature(row, 'time of day, cosine')).toBeCloseTo(0, 6);
  });

  test('a series in other units has the same features', () => {
    const rng = seededRng(3);
    const values = Float64Array.from({ length: 200 }, () => gaussian(rng));
    const larger = values.map((value) => 5e9 + 1e6 * value);
    const times = new Float64Array(200);
    const rows = featureRows(values, times, robustScaling(values));
    const others = featureRows(larger, times, robustScaling(larger));
    for (const [at, value] of rows.entries()) expect(others[at]).toBeCloseTo(value, 4);
  });

  test('streaming gives what the batch gives, also across a hand-over of the recent values', () => {
    const value = fc.oneof(
      { weight: 9, arbitrary: fc.double({ min: -20, max: 20, noNaN: true }) },
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e12, -1e300),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 80 }), fc.nat(79), (raw, cut) => {
        const values = Float64Array.from(raw);
        const times = values.map((_, at) => (at * HOUR_MS) % (24 * HOUR_MS));
        const rows = featureRows(values, times, PLAIN);
        const window = new FeatureWindow(PLAIN);
        for (let at = 0; at < values.length; at++) {
          if (at === cut) window.restart(PLAIN, window.recent());
          const row = window.peek(values[at] ?? 0, times[at] ?? 0);
          expect(row).toEqual(rows.slice(at * FEATURES, (at + 1) * FEATURES));
          window.learn(values[at] ?? 0);
        }
      }),
    );
  });

  test('beyond 10 deviations larger stays larger, but little, and always finite', () => {
    const window = new FeatureWindow(PLAIN);
    const [ten, hundred, most] = [10, 100, Number.POSITIVE_INFINITY].map((value) =>
      feature(window.peek(value, 0), 'value'),
    );
    expect(ten).toBe(10);
    expect(hundred).toBeCloseTo(10 + 10 * Math.log(10), 4);
    expect(most).toBeLessThan(1e4);
  });

  test('robustScaling() is median and MAD, and never zero wide', () => {
    expect(robustScaling(Float64Array.of(1, 2, 3, 4, 100))).toEqual({ location: 3, scale: 1.4826 });
    expect(robustScaling(Float64Array.of(5, 5, 5, 5, 9)).scale).toBeCloseTo(3.84, 12);
    expect(robustScaling(Float64Array.of(5, 5, Number.NaN))).toEqual({ location: 5, scale: 5 });
    expect(robustScaling(new Float64Array(0))).toEqual({ location: 0, scale: 1 });
  });
});
