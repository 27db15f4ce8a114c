/**
 * What each entry adds to the mean of the three largest: its Shapley value in the game in which a coalition is worth the
 * mean of its three largest entries (missing ones count 0). Exact, in n log n instead of 2^n: above any height t the
 * game is min(3, entries of the coalition above t) / 3, in which the m entries above t have equal parts (symmetry), the
 * others none (dummy), and parts of heights add up (Shapley, 1953). The parts sum to the mean of the top three.
 *
 * `evidence`: n entries >= 0. Gives n entries in the same unit.
 */
export function topThreeShares(evidence: Float64Array): Float64Array {
  const descending = Array.from(evidence.keys()).toSorted((a, b) => evidence[b] - evidence[a]);
  const shares = new Float64Array(evidence.length);
  let share = 0;
  for (let above = descending.length; above > 0; above--) {
    const entry = descending[above - 1];
    const floor = above < descending.length ? evidence[descending[above]] : 0;
    share += ((evidence[entry] - floor) * Math.min(3, above)) / above / 3;
    shares[entry] = share;
  }
  return shares;
}
