import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gaussian, seededRng } from '../../random.ts';
import { fitForest } from './fit-forest.ts';
import { restoreForest, snapshotForest } from './forest-snapshot.ts';
import { averagePathLength } from './path-length.ts';
import { scoreForest, scoreForestRows } from './score-forest.ts';

function gaussianRows(count: number, features: number, seed: number): Float32Array {
  const rng = seededRng(seed);
  return Float32Array.from({ length: count * features }, () => gaussian(rng));
}

const shapes = fc.record({
  count: fc.integer({ min: 2, max: 300 }),
  features: fc.integer({ min: 1, max: 9 }),
  trees: fc.integer({ min: 1, max: 12 }),
  sampleSize: fc.integer({ min: 2, max: 300 }),
  seed: fc.integer(),
  /** Few different values make ties and features that do not vary. */
  step: fc.constantFrom(0, 0.5, 3),
});

function grown(shape: {
  count: number;
  features: number;
  trees: number;
  sampleSize: number;
  seed: number;
  step: number;
}) {
  const { count, features, trees, sampleSize, seed, step } = shape;
  const rows = gaussianRows(count, features, seed).map((value, at) => {
    if (at % 17 === 3) return Number.NaN;
    return step > 0 ? Math.round(value / step) * step : value;
  });
  const forest = fitForest(rows, features, { trees, sampleSize, rng: seededRng(seed) });
  return { rows, forest };
}

describe('isolation forest', () => {
  test('averagePathLength() is the published c(n)', () => {
    expect(averagePathLength(1)).toBe(0);
    expect(averagePathLength(2)).toBe(1);
    expect(averagePathLength(256)).toBeCloseTo(10.2448, 4);
  });

  test('one split of two rows gives both the score 2^-1', () => {
    const forest = fitForest(Float64Array.of(0, 1), 1, { trees: 3, rng: seededRng(1) });
    // A tree of one inner node takes two slots.
    expect(forest.nodes.length).toBe(6);
    expect(scoreForest(forest, Float64Array.of(0))).toBeCloseTo(0.5, 12);
    expect(scoreForest(forest, Float64Array.of(1))).toBeCloseTo(0.5, 12);
  });

  test('a lone outlier scores above everything else', () => {
    const rows = gaussianRows(1000, 3, 5);
    rows.set([9, -9, 9], 300);
    const forest = fitForest(rows, 3, { rng: seededRng(7) });
    const scores = scoreForestRows(forest, rows, new Float64Array(1000));
    const outlier = scores[100] ?? 0;
    expect(outlier).toBeGreaterThan(0.75);
    expect(scores.filter((score) => score >= outlier)).toHaveLength(1);
  });

  test('equal rows all score 0.5, also rows unlike them', () => {
    const forest = fitForest(new Float32Array(600).fill(4), 2, { rng: seededRng(1) });
    expect(scoreForest(forest, Float32Array.of(4, 4))).toBeCloseTo(0.5, 2);
    expect(scoreForest(forest, Float32Array.of(-1e30, Number.NaN))).toBeCloseTo(0.5, 2);
  });

  test('a huge outlier in training leaves the order of ordinary rows as it is', () => {
    const rows = gaussianRows(2000, 1, 3);
    const plain = fitForest(rows, 1, { rng: seededRng(1) });
    const spoilt = fitForest(rows.with(77, 1e30), 1, { rng: seededRng(1) });
    const forests = [plain, spoilt];
    for (const forest of forests) {
      const [centre = 1, edge = 0] = [0, 3.2].map((x) => scoreForest(forest, Float32Array.of(x)));
      expect(edge - centre).toBeGreaterThan(0.2);
    }
  });

  test('a missing feature counts as its median', () => {
    const rows = gaussianRows(501, 2, 9);
    const forest = fitForest(rows, 2, { rng: seededRng(2) });
    const median = (feature: number) =>
      rows.filter((_, at) => at % 2 === feature).toSorted()[250] ?? Number.NaN;
    expect(scoreForest(forest, Float32Array.of(Number.NaN, 2))).toBe(
      scoreForest(forest, Float32Array.of(median(0), 2)),
    );
  });

  test('rows scored together score as each alone, bit by bit', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { rows, forest } = grown(shape);
        const together = scoreForestRows(forest, rows, new Float64Array(shape.count));
        for (let row = 0; row < shape.count; row++) {
          const alone = rows.slice(row * shape.features, (row + 1) * shape.features);
          expect(scoreForest(forest, alone)).toBe(together[row]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('more rows than a block score as each alone', () => {
    const rows = gaussianRows(9001, 2, 4);
    const forest = fitForest(rows, 2, { trees: 5, rng: seededRng(4) });
    const together = scoreForestRows(forest, rows, new Float64Array(9001));
    for (const row of [0, 4095, 4096, 8191, 8192, 9000]) {
      expect(scoreForest(forest, rows.slice(2 * row, 2 * row + 2))).toBe(together[row]);
    }
  });

  test('a restored snapshot scores identically', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { rows, forest } = grown(shape);
        const restored = restoreForest(snapshotForest(forest));
        expect(scoreForestRows(restored, rows, new Float64Array(shape.count))).toEqual(
          scoreForestRows(forest, rows, new Float64Array(shape.count)),
        );
      }),
      { numRuns: 40 },
    );
  });

  test('garbage is refused with a RangeError, or restored to a forest that scores', () => {
    const snapshot = snapshotForest(
      grown({ count: 90, features: 3, trees: 2, sampleSize: 64, seed: 1, step: 0 }).forest,
    );
    const row = Float32Array.of(1, 2, 3);
    fc.assert(
      fc.property(fc.nat(snapshot.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = snapshot.slice();
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        try {
          expect(scoreForest(restoreForest(damaged), row)).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 300 },
    );
    for (const length of [0, 3, 20, snapshot.length - 1]) {
      expect(() => restoreForest(snapshot.slice(0, length))).toThrow(RangeError);
    }
  });

  test('a snapshot of another version is refused', () => {
    const snapshot = snapshotForest(fitForest(Float32Array.of(1, 2), 1, { rng: seededRng(1) }));
    expect(() => restoreForest(snapshot.with(4, 1))).toThrow(/version 1/);
  });

  test('100 trees of 256 rows of 12 features take at most 20,500 bytes', () => {
    const forest = fitForest(gaussianRows(1000, 12, 1), 12, { rng: seededRng(1) });
    expect(snapshotForest(forest).length).toBeLessThan(20_500);
  });

  test('the same seed grows the same forest', () => {
    const rows = gaussianRows(400, 2, 1);
    const bytes = [3, 3, 4].map((seed) =>
      snapshotForest(fitForest(rows, 2, { rng: seededRng(seed) })),
    );
    expect(bytes[0]).toEqual(bytes[1]);
    expect(bytes[0]).not.toEqual(bytes[2]);
  });

  test('what cannot be fitted is refused', () => {
    const rng = seededRng(1);
    expect(() => fitForest(new Float32Array(3), 3, { rng })).toThrow(RangeError);
    expect(() => fitForest(new Float32Array(7), 3, { rng })).toThrow(RangeError);
    expect(() => fitForest(new Float32Array(34), 17, { rng })).toThrow(RangeError);
    expect(() => fitForest(new Float32Array(6), 3, { trees: 0, rng })).toThrow(RangeError);
    expect(() => fitForest(new Float32Array(6), 3, { sampleSize: 1025, rng })).toThrow(RangeError);
  });
});
