import type { Rows } from './codes.ts';
import { type Forest, MAX_FEATURES, PATH_UNITS } from './forest.ts';
import { FullTree } from './full-tree.ts';
import { averagePathLength, heightLimit } from './path-length.ts';
import { quantiseRows } from './quantiser.ts';
import { pathSum } from './walk-forest.ts';

/** Rows quantised at a time: their codes stay in the second-level cache while every tree reads them. */
const BLOCK = 4096;
/** From this many rows on, unpacking the trees costs less than it saves. */
const ENOUGH_TO_UNPACK = 64;

const oneRow = new Uint16Array(MAX_FEATURES);

/** Anomaly score of one row, 0..1: 2^(-E[h] / c(psi)); 0.5 is what a forest of equal rows gives. */
export function scoreForest(forest: Forest, row: Rows): number {
  quantiseRows(forest.quantiser, row, { from: 0, count: 1, codes: oneRow });
  return 2 ** (pathSum(forest, oneRow, 0) * exponentPerUnit(forest));
}

/** Scores every row into `out`, one entry a row: the same figures as row by row, several times as fast. */
export function scoreForestRows<Out extends Rows>(forest: Forest, rows: Rows, out: Out): Out {
  const { features, trees } = forest;
  const count = rows.length / features;
  const perUnit = exponentPerUnit(forest);
  const codes = new Uint16Array(Math.min(count, BLOCK) * features);
  const sums = new Int32Array(Math.min(count, BLOCK));
  const tree = new FullTree(heightLimit(forest.sampleSize));
  for (let from = 0; from < count; from += BLOCK) {
    const size = Math.min(BLOCK, count - from);
    quantiseRows(forest.quantiser, rows, { from, count: size, codes });
    if (size < ENOUGH_TO_UNPACK) {
      for (let row = 0; row < size; row++) sums[row] = pathSum(forest, codes, row * features);
    } else {
      const blockSums = sums.subarray(0, size).fill(0);
      for (let index = 0; index < trees; index++) {
        tree.unpack(forest, index);
        tree.addPaths(codes, features, blockSums);
      }
    }
    for (let row = 0; row < size; row++) out[from + row] = 2 ** (sums[row] * perUnit);
  }
  return out;
}

function exponentPerUnit(forest: Forest): number {
  return -1 / (PATH_UNITS * forest.trees * averagePathLength(forest.sampleSize));
}
