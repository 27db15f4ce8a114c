import { array, assert as assertProperty, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussian, seededRng } from '../random.ts';
import { StateReader, StateWriter } from '../state.ts';
import { DecayedHistogram } from './decayed-histogram.ts';
import { quantile, sortedDistances } from './quantile.ts';
import { QuantileTracker, quantileTarget } from './quantile-tracker.ts';
import { RecentWindow } from './recent-window.ts';
import { smallMedian } from './small-median.ts';
import { SortedWindow } from './sorted-window.ts';

const number = double({ noNaN: true, min: -1e12, max: 1e12 });

describe('quantile()', () => {
  it('is linear between order statistics', () => {
    expect(quantile(Float64Array.of(4, 1, 3, 2), 0.5)).toBe(2.5);
    expect(quantile(Float64Array.of(10, 20), 0.25)).toBe(12.5);
  });
  it('leaves missing and infinite values out', () => {
    expect(quantile(Float64Array.of(Number.NaN, 7, Number.POSITIVE_INFINITY), 1)).toBe(7);
    expect(quantile(Float64Array.of(), 0.5)).toBeNaN();
  });
});

describe('sortedDistances()', () => {
  it('are those from the centre, in order', () => {
    assertProperty(
      property(array(number, { minLength: 1, maxLength: 40 }), (values) => {
        const sorted = Float64Array.from(values).toSorted();
        const center = quantile(sorted, 0.5);
        const expected = sorted.map((value) => Math.abs(value - center)).toSorted();
        expect(sortedDistances(sorted, center)).toEqual(expected);
      }),
    );
  });
});

describe('SortedWindow', () => {
  it('gives the median of the last values, whatever came before', () => {
    assertProperty(
      property(array(number, { minLength: 1, maxLength: 40 }), (values) => {
        const window = new SortedWindow(7);
        for (const value of values) window.push(value);
        const last = Float64Array.from(values.slice(-7));
        expect(window.median()).toBe(smallMedian(last, last.length));
      }),
    );
  });
});

describe('RecentWindow', () => {
  it('continues a parabola exactly', () => {
    const window = new RecentWindow();
    for (let t = 0; t < 200; t++) window.push(3 * t * t - 5 * t + 7);
    expect(window.quadraticForecast() / (3 * 200 * 200 - 5 * 200 + 7)).toBeCloseTo(1, 9);
  });
  it('sums and medians what lies where it is asked', () => {
    const window = new RecentWindow();
    for (let value = 1; value <= 300; value++) window.push(value);
    expect(window.sum(3)).toBe(300 + 299 + 298);
    // Means of the blocks of 5 before the newest 4, of 15 before the newest 14: their middle.
    expect(window.levelOf30()).toBe(281.5);
    expect(window.levelOf120()).toBe(226.5);
    expect(window.medianOf5()).toBe(298);
    expect(window.medianOf30()).toBe(285.5);
    expect(window.deviationWith(300, 1)).toBe(0);
  });
  it('says of any stream what its last values say, also after a restart', () => {
    const integers = array(integer({ min: -99, max: 99 }), { minLength: 135, maxLength: 300 });
    assertProperty(
      property(integers, (values) => {
        const window = new RecentWindow();
        for (const value of values) window.push(value);
        const out = new StateWriter('TEST', 1);
        window.save(out);
        const restored = new RecentWindow();
        restored.load(new StateReader(out.finish(), 'TEST', 1));
        const last = (count: number, before = 0) =>
          Float64Array.from(values.slice(values.length - before - count, values.length - before));
        const level = (blocks: number, length: number) =>
          quantile(
            Float64Array.from({ length: blocks }, (_, i) =>
              mean(last(length, length - 1 + i * length)),
            ),
            0.5,
          );
        for (const one of [window, restored]) {
          expect(one.sum(60)).toBeCloseTo(60 * mean(last(60)), 9);
          expect(one.medianOf5()).toBe(quantile(last(5), 0.5));
          expect(one.medianOf30()).toBe(quantile(last(30), 0.5));
          expect(one.medianOf7With(7)).toBe(quantile(Float64Array.of(...last(6), 7), 0.5));
          expect(one.levelOf30()).toBeCloseTo(level(6, 5), 9);
          expect(one.levelOf120()).toBeCloseTo(level(8, 15), 9);
        }
        expect(restored.quadraticForecast()).toBe(window.quadraticForecast());
      }),
    );
  });
  it('cannot say anything from too few values', () => {
    const window = new RecentWindow();
    window.push(1);
    expect([
      window.quadraticForecast(),
      window.medianOf5(),
      window.medianOf30(),
      window.sum(2),
    ]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe('QuantileTracker', () => {
  it.each([1e-9, 1, 1e9])('settles near the quantile of a stream at scale %d', (scale) => {
    const rng = seededRng(1);
    const tracker = new QuantileTracker([quantileTarget(0.9, 4000)]);
    for (let i = 0; i < 20_000; i++) tracker.push(Math.abs(gaussian(rng)) * scale, 1e-15);
    expect(tracker.estimate(0) / scale).toBeGreaterThan(1.645 * 0.9);
    expect(tracker.estimate(0) / scale).toBeLessThan(1.645 * 1.1);
  });
});

describe('DecayedHistogram', () => {
  const range = { lowest: -3, octaves: 6, bits: 3 };
  it('puts every value between the edges of its bucket', () => {
    const histogram = new DecayedHistogram(range, 100);
    assertProperty(
      property(double({ min: 0, max: 7.99, noNaN: true }), (value) => {
        const bucket = histogram.buckets.of(value);
        expect(histogram.buckets.edge(bucket)).toBeLessThanOrEqual(value);
        expect(histogram.buckets.edge(bucket + 1)).toBeGreaterThan(value);
      }),
    );
  });
  it('lets a value count half after its half-life', () => {
    const histogram = new DecayedHistogram(range, 100);
    histogram.push(1);
    for (let i = 0; i < 100; i++) histogram.push(2);
    expect(weightAt(histogram, 1) / weightAt(histogram, 2)).toBeCloseTo(0.5 / 72.4, 2);
  });
  it('keeps its proportions over more values than a float can count', () => {
    const histogram = new DecayedHistogram(range, 50);
    for (let i = 0; i < 5000; i++) histogram.push(i % 4 === 0 ? 0.3 : 3);
    expect(weightAt(histogram, 0.3) / weightAt(histogram, 3)).toBeCloseTo(1 / 3, 1);
  });
  it('comes back from its bytes as it was', () => {
    const histogram = new DecayedHistogram(range, 50);
    for (let i = 0; i < 500; i++) histogram.push(i / 100);
    const out = new StateWriter('TEST', 1);
    histogram.save(out);
    const copy = new DecayedHistogram(range, 50);
    copy.load(new StateReader(out.finish(), 'TEST', 1));
    for (let bucket = 0; bucket < histogram.buckets.count; bucket++)
      expect(copy.weight(bucket)).toBe(histogram.weight(bucket));
  });
});

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function weightAt(histogram: DecayedHistogram, value: number): number {
  return histogram.weight(histogram.buckets.of(value));
}
