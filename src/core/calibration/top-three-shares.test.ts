import { array, assert as assertProperty, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combine, combinedShares, topThree } from './evidence.ts';
import { topThreeShares } from './top-three-shares.ts';

/** Shapley values by their definition: every coalition of the others, weighted. */
function byEnumeration(evidence: readonly number[]): number[] {
  const n = evidence.length;
  const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1));
  const worth = (coalition: number): number =>
    topThree(Float64Array.from(evidence, (value, i) => ((coalition >> i) & 1 ? value : 0)));
  return evidence.map((_, i) => {
    let sum = 0;
    for (let coalition = 0; coalition < 1 << n; coalition++) {
      if ((coalition >> i) & 1) continue;
      let size = 0;
      for (let rest = coalition; rest > 0; rest >>= 1) size += rest & 1;
      const weight = (factorial(size) * factorial(n - size - 1)) / factorial(n);
      sum += weight * (worth(coalition | (1 << i)) - worth(coalition));
    }
    return sum;
  });
}

const evidence = array(double({ min: 0, max: 20, noNaN: true }), { minLength: 1, maxLength: 7 });

describe('topThreeShares()', () => {
  it('gives what the definition gives, coalition by coalition', () => {
    assertProperty(
      property(evidence, (values) => {
        const shares = topThreeShares(Float64Array.from(values));
        byEnumeration(values).forEach((exact, i) => expect(shares[i]).toBeCloseTo(exact, 9));
      }),
      { numRuns: 60 },
    );
  });
  it('sums to the mean of the top three, gives equals the same and silence nothing', () => {
    // What lies above 3 is of entries of the top three; the three parts below go to five entries.
    const shares = topThreeShares(Float64Array.of(3, 9, 0, 3, 6, 3));
    expect(shares[1]).toBeCloseTo((9 - 6) / 3 + (6 - 3) / 3 + (3 * 3) / 5 / 3, 12);
    expect([shares[0], shares[3], shares[5]]).toEqual([0.6, 0.6, 0.6]);
    expect(shares[2]).toBe(0);
    expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo((9 + 6 + 3) / 3, 12);
  });
  it('adds the forest with its weight, so that all sum to the combined evidence', () => {
    const views = Float64Array.of(1, 4, 2, 8);
    const shares = combinedShares(views, 5);
    expect(shares[4]).toBeCloseTo(3, 12);
    expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(combine(views, 5), 12);
  });
});
