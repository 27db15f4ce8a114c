import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { RollingMoments } from './rolling-moments.ts';

/** Mean and deviation of the last `window` values by the definition, in two passes. */
function byDefinition(
  values: readonly number[],
  window: number,
): { mean: number; deviation: number } {
  const recent = values.slice(-window);
  const mean = recent.reduce((sum, value) => sum + value, 0) / recent.length;
  const squares = recent.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / recent.length) };
}

test('windows of 2 and 4 over 1, 3, 5, NaN, 7 hold 5, 7 and all four', () => {
  const moments = new RollingMoments([2, 4]);
  for (const value of [1, 3, 5, Number.NaN]) moments.push(value);
  const measured = new Float64Array(4);
  moments.measure(7, measured);
  expect([...measured.subarray(0, 3)]).toEqual([6, 1, 4]);
  expect(measured[3]).toBeCloseTo(Math.sqrt(5), 12);
});

test('every window agrees with the definition, at any offset and scale', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 90 }),
      fc.constantFrom(0, 1e6, -1e9),
      fc.constantFrom(1, 1e-3, 1e6),
      (raw, offset, scale) => {
        const values = raw.map((value) => offset + value * scale);
        const moments = new RollingMoments([5, 10, 30]);
        for (const value of values.slice(0, -1)) moments.push(value);
        const measured = new Float64Array(6);
        moments.measure(values.at(-1) ?? 0, measured);
        for (const [index, window] of [5, 10, 30].entries()) {
          const { mean, deviation } = byDefinition(values, window);
          const slack = 1e-12 * (Math.abs(offset) + 100 * scale);
          expect(Math.abs((measured[2 * index] ?? 0) - mean)).toBeLessThanOrEqual(slack);
          expect(Math.abs((measured[2 * index + 1] ?? 0) - deviation)).toBeLessThanOrEqual(
            // The square root of a rounded variance: half the digits where all values are equal.
            slack + 1e-7 * deviation + 1e-12 * Math.abs(offset),
          );
        }
      },
    ),
  );
});

test('a huge value that left the window leaves no trace', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
      fc.constantFrom(1e12, -1e12, 1e200),
      (values, huge) => {
        const clean = new RollingMoments([5]);
        const struck = new RollingMoments([5]);
        for (const value of [0, huge, huge]) struck.push(value);
        for (const value of values) {
          clean.push(value);
          struck.push(value);
        }
        const [cleanly, stricken] = [new Float64Array(2), new Float64Array(2)];
        clean.measure(0.25, cleanly);
        struck.measure(0.25, stricken);
        expect(stricken).toEqual(cleanly);
      },
    ),
  );
});
