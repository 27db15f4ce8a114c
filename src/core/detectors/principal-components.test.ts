import { describe, expect, it } from 'vitest';
import { gaussian, seededRng } from '../random.ts';
import { StateReader, StateWriter } from '../state.ts';
import { symmetricEigen } from '../stats/symmetric-eigen.ts';
import { PrincipalComponents } from './principal-components.ts';

const STEP_MS = 60_000;

describe('symmetricEigen()', () => {
  it('gives 3 and 1 for the matrix 2 1, 1 2, with the diagonals as vectors', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    expect(values[0]).toBeCloseTo(3, 12);
    expect(values[1]).toBeCloseTo(1, 12);
    const [a = 0, b = 0, c = 0, d = 0] = vectors;
    expect(Math.abs(a)).toBeCloseTo(Math.SQRT1_2, 12);
    expect(a).toBeCloseTo(c, 12);
    expect(b).toBeCloseTo(-d, 12);
  });
});

/** Two series that move together, and a third that does not. */
function trained(): PrincipalComponents {
  const components = new PrincipalComponents(3, STEP_MS);
  const random = seededRng(3);
  for (let i = 0; i < 2000; i++) {
    const shared = gaussian(random);
    const noise = (): number => 0.1 * gaussian(random);
    components.learn(Float64Array.of(shared + noise(), shared + noise(), gaussian(random)));
  }
  components.refit();
  return components;
}

describe('PrincipalComponents', () => {
  it('measures how far a row lies from how the series usually move together', () => {
    const components = trained();
    const together = components.distance(Float64Array.of(3, 3, 0));
    expect(together).toBeLessThan(0.2);
    const apart = components.distance(Float64Array.of(3, -3, 0));
    expect(apart).toBeCloseTo(3 * Math.SQRT2, 0);
  });

  it('measures from the usual middle of each series', () => {
    const components = new PrincipalComponents(2, STEP_MS);
    const random = seededRng(5);
    for (let i = 0; i < 500; i++) {
      const shared = gaussian(random);
      components.learn(Float64Array.of(5 + shared, -5 - shared));
    }
    components.refit();
    expect(components.distance(Float64Array.of(5, -5))).toBeLessThan(0.2);
    expect(components.distance(Float64Array.of(5, 5))).toBeGreaterThan(5);
  });

  it('says nothing before it has seen 200 rows', () => {
    const components = new PrincipalComponents(2, STEP_MS);
    for (let i = 0; i < 199; i++) components.learn(Float64Array.of(i % 3, i % 5));
    components.refit();
    expect(components.distance(Float64Array.of(1, 1))).toBeNaN();
  });

  it('takes a series without a value to be where the others let expect it', () => {
    const components = trained();
    expect(components.distance(Float64Array.of(3, Number.NaN, 0))).toBeLessThan(0.2);
    expect(components.distance(Float64Array.of(Number.NaN, Number.NaN, Number.NaN))).toBe(0);
  });

  it('gives the largest part to the series that goes against the others', () => {
    const components = new PrincipalComponents(3, STEP_MS);
    const random = seededRng(4);
    for (let i = 0; i < 2000; i++) {
      const shared = gaussian(random);
      const noise = (): number => 0.1 * gaussian(random);
      components.learn(Float64Array.of(shared + noise(), shared + noise(), shared + noise()));
    }
    components.refit();
    components.distance(Float64Array.of(1, 1, -1));
    const [first = 0, second = 0, third = 0] = components.parts();
    // Alone, the third would set everything right; either of the others only a quarter of it.
    expect(third / (first + second + third)).toBeCloseTo(2 / 3, 1);
    expect(first / second).toBeCloseTo(1, 1);
  });

  it('keeps what it knows when series come and go', () => {
    const components = trained();
    const apart = components.distance(Float64Array.of(1.5, -1, 0.3));
    const grown = components.regrouped([2, -1, 0, 1]);
    // Nothing is known of the new one, so that nothing is unusual about it.
    expect(grown.distance(Float64Array.of(0.3, 7, 1.5, -1))).toBeCloseTo(apart, 6);
    expect(components.regrouped([0, 1]).distance(Float64Array.of(2, 2))).toBeLessThan(0.2);
  });

  it('goes on where it was saved', () => {
    const components = trained();
    const out = new StateWriter('TEST', 1);
    components.save(out);
    const copy = new PrincipalComponents(3, STEP_MS);
    copy.load(new StateReader(out.finish(), 'TEST', 1));
    const row = Float64Array.of(1, -2, 4);
    expect(copy.distance(row)).toBe(components.distance(row));
  });
});
