import { describe, expect, it } from 'vitest';
import { gaussian, seededRng } from '../../random.ts';
import { fitForest } from './fit-forest.ts';
import { attributePath } from './path-attribution.ts';
import { averagePathLength } from './path-length.ts';
import { scoreForest } from './score-forest.ts';

const FEATURES = 5;

function grown(seed: number, rows = 1000) {
  const rng = seededRng(seed);
  const values = Float32Array.from({ length: rows * FEATURES }, () => gaussian(rng));
  return fitForest(values, FEATURES, { rng });
}

/** Mean path length of a row, from its score. */
function pathOf(forest: ReturnType<typeof grown>, row: Float32Array): number {
  return -Math.log2(scoreForest(forest, row)) * averagePathLength(forest.sampleSize);
}

describe('attributePath()', () => {
  it('credits the one feature that is odd with nearly all of a short path', () => {
    for (const odd of [0, 2, 4]) {
      const row = new Float32Array(FEATURES);
      row[odd] = 9;
      const edges = attributePath(grown(odd + 1), row);
      const credited = edges.map((edge) => Math.max(0, edge));
      const all = credited.reduce((sum, edge) => sum + edge);
      expect((credited[odd] ?? 0) / all).toBeGreaterThan(0.9);
    }
  });
  it('sums to what the path lacks against the mean of the rows, whatever the row', () => {
    const forest = grown(7);
    const [usual, odd, missing] = [
      new Float32Array(FEATURES),
      Float32Array.of(9, 0, -9, 0, 0),
      new Float32Array(FEATURES).fill(Number.NaN),
    ].map((row) => {
      const sum = attributePath(forest, row).reduce((edges, edge) => edges + edge);
      return sum + pathOf(forest, row);
    });
    expect(odd).toBeCloseTo(usual ?? Number.NaN, 6);
    expect(missing).toBeCloseTo(usual ?? Number.NaN, 6);
  });
  it('credits nothing where all rows are equal', () => {
    const forest = fitForest(new Float32Array(40).fill(3), 2, { rng: seededRng(1) });
    expect([...attributePath(forest, Float32Array.of(3, 9))]).toEqual([0, 0]);
  });
});
