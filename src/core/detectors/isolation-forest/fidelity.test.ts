import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { seededRng } from '../../random.ts';
import { fitForest } from './fit-forest.ts';
import { scoreForestRows } from './score-forest.ts';

/** Written by bench/forest-fixtures.py. */
interface Fixture {
  readonly features: number;
  readonly rows: readonly number[];
  readonly labels: readonly number[];
  /** scikit-learn's scores, the mean over five of its seeds. */
  readonly scores: readonly number[];
  readonly auc: number;
  readonly spearmanBetweenSeeds: number;
}

const FOLDER = new URL('./fixtures/', import.meta.url);
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

/** Ranks from 0; equal values share their mean rank. */
function ranks(values: ArrayLike<number>): Float64Array {
  const at = (index: number) => values[index] ?? 0;
  const order = Array.from(values, (_, index) => index).toSorted((a, b) => at(a) - at(b));
  const ranked = new Float64Array(order.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && at(order[to] ?? 0) === at(order[from] ?? 0)) to++;
    for (const index of order.slice(from, to)) ranked[index] = (from + to - 1) / 2;
    from = to;
  }
  return ranked;
}

function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [ranks(a), ranks(b)];
  const centre = (x.length - 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let index = 0; index < x.length; index++) {
    const dx = (x[index] ?? 0) - centre;
    const dy = (y[index] ?? 0) - centre;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xy / Math.sqrt(xx * yy);
}

/** Share of (anomalous, ordinary) pairs in which the anomalous row scores higher. */
function auc(scores: ArrayLike<number>, labels: readonly number[]): number {
  const ranked = ranks(scores);
  const anomalous = labels.reduce((sum, label) => sum + label, 0);
  const rankSum = labels.reduce((sum, label, index) => sum + label * (ranked[index] ?? 0), 0);
  return (rankSum - (anomalous * (anomalous - 1)) / 2) / (anomalous * (labels.length - anomalous));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('fidelity to scikit-learn', () => {
  test.each(readdirSync(FOLDER))('%s: same ranks, same AUC, same level of scores', (name) => {
    const fixture: Fixture = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
    const { features, labels } = fixture;
    const rows = Float64Array.from(fixture.rows);
    const runs = SEEDS.map((seed) => {
      const forest = fitForest(rows, features, { rng: seededRng(seed) });
      return scoreForestRows(forest, rows, new Float64Array(labels.length));
    });
    const averaged = labels.map((_, row) => mean(runs.map((scores) => scores[row] ?? 0)));
    const agreement = mean(runs.map((scores) => spearman(scores, fixture.scores)));
    const area = mean(runs.map((scores) => auc(scores, labels)));
    const level = mean(averaged) - mean(fixture.scores);
    // A single forest is noisy, scikit-learn's too; the averages show that the algorithm is the same.
    expect(agreement).toBeGreaterThan(fixture.spearmanBetweenSeeds);
    expect(spearman(averaged, fixture.scores)).toBeGreaterThan(0.97);
    expect(Math.abs(area - fixture.auc)).toBeLessThan(0.01);
    expect(Math.abs(level)).toBeLessThan(0.005);
  });
});
