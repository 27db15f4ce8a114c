import { type Forest, PATH_UNITS, type Rows } from './forest.ts';
import { averagePathLength, heightLimit } from './path-length.ts';
import { quantiseRows } from './quantiser.ts';

/** Rows quantised at a time: their codes stay in the second-level cache while every tree reads them. */
const BLOCK = 2048;

/** Anomaly score of one row, 0..1: 2^(-E[h] / c(psi)); 0.5 is what a forest of equal rows gives. */
export function scoreForest(forest: Forest, row: Rows): number {
  const codes = new Uint16Array(forest.features);
  quantiseRows(forest.quantiser, row, { from: 0, count: 1, codes });
  const { nodes, leaves, starts } = forest;
  let sum = 0;
  for (let tree = 0; tree + 1 < starts.length; tree++) {
    let at = starts[tree];
    let leaf = at + tree;
    let inner = starts[tree + 1] - at;
    while (inner > 0) {
      const node = nodes[at];
      const left = (node >>> 16) & 1023;
      if (codes[node >>> 26] <= (node & 0xffff)) {
        inner = left;
        at++;
      } else {
        inner -= left + 1;
        at += left + 1;
        leaf += left + 1;
      }
    }
    sum += leaves[leaf];
  }
  return 2 ** (sum * exponentPerUnit(forest));
}

/**
 * Scores every row into `out`, one entry a row: the same figures as row by row, several times as fast.
 * Each tree is unpacked once a block into a full binary tree, where four rows walk down side by side
 * without a branch.
 */
export function scoreForestRows<Out extends Rows>(forest: Forest, rows: Rows, out: Out): Out {
  const { features, starts } = forest;
  const count = rows.length / features;
  const perUnit = exponentPerUnit(forest);
  const height = heightLimit(forest.sampleSize);
  const tree = new FullTree(height);
  const codes = new Uint16Array(Math.min(count, BLOCK) * features);
  const sums = new Int32Array(Math.min(count, BLOCK));
  for (let from = 0; from < count; from += BLOCK) {
    const size = Math.min(BLOCK, count - from);
    quantiseRows(forest.quantiser, rows, { from, count: size, codes });
    sums.fill(0);
    for (let index = 0; index + 1 < starts.length; index++) {
      tree.unpack(forest, index);
      tree.addPaths(codes, features, sums.subarray(0, size));
    }
    for (let row = 0; row < size; row++) out[from + row] = 2 ** (sums[row] * perUnit);
  }
  return out;
}

function exponentPerUnit(forest: Forest): number {
  const trees = forest.starts.length - 1;
  return -1 / (PATH_UNITS * trees * averagePathLength(forest.sampleSize));
}

/** One tree with every level filled: the children of node i are 2i and 2i + 1, the root is 1. */
class FullTree {
  readonly #height: number;
  /** Feature << 16 | last code that goes left. */
  readonly #nodes: Int32Array;
  readonly #leaves: Uint8Array;

  constructor(height: number) {
    this.#height = height;
    this.#nodes = new Int32Array(1 << height);
    this.#leaves = new Uint8Array(1 << height);
  }

  unpack(forest: Forest, tree: number): void {
    const at = forest.starts[tree];
    this.#place(forest, { at, leaf: at + tree, inner: forest.starts[tree + 1] - at }, 1);
  }

  #place(forest: Forest, part: { at: number; leaf: number; inner: number }, to: number): void {
    const full = 1 << this.#height;
    if (part.inner === 0) {
      // A leaf above the last level: whichever way a row goes from here, it finds this path length.
      let first = to;
      let last = to;
      while (first < full) {
        first <<= 1;
        last = (last << 1) | 1;
      }
      this.#leaves.fill(forest.leaves[part.leaf], first - full, last - full + 1);
      return;
    }
    const node = forest.nodes[part.at];
    const left = (node >>> 16) & 1023;
    this.#nodes[to] = ((node >>> 26) << 16) | (node & 0xffff);
    this.#place(forest, { at: part.at + 1, leaf: part.leaf, inner: left }, to << 1);
    const step = left + 1;
    const right = { at: part.at + step, leaf: part.leaf + step, inner: part.inner - step };
    this.#place(forest, right, (to << 1) | 1);
  }

  addPaths(codes: Uint16Array, features: number, sums: Int32Array): void {
    const nodes = this.#nodes;
    const leaves = this.#leaves;
    const height = this.#height;
    const full = 1 << height;
    const four = sums.length & ~3;
    let base = 0;
    for (let row = 0; row < four; row += 4) {
      let a = 1;
      let b = 1;
      let c = 1;
      let d = 1;
      const baseB = base + features;
      const baseC = baseB + features;
      const baseD = baseC + features;
      for (let level = 0; level < height; level++) {
        const nodeA = nodes[a];
        const nodeB = nodes[b];
        const nodeC = nodes[c];
        const nodeD = nodes[d];
        a = (a << 1) | (((nodeA & 0xffff) - codes[base + (nodeA >>> 16)]) >>> 31);
        b = (b << 1) | (((nodeB & 0xffff) - codes[baseB + (nodeB >>> 16)]) >>> 31);
        c = (c << 1) | (((nodeC & 0xffff) - codes[baseC + (nodeC >>> 16)]) >>> 31);
        d = (d << 1) | (((nodeD & 0xffff) - codes[baseD + (nodeD >>> 16)]) >>> 31);
      }
      sums[row] += leaves[a - full];
      sums[row + 1] += leaves[b - full];
      sums[row + 2] += leaves[c - full];
      sums[row + 3] += leaves[d - full];
      base = baseD + features;
    }
    for (let row = four; row < sums.length; row++, base += features) {
      let a = 1;
      for (let level = 0; level < height; level++) {
        const node = nodes[a];
        a = (a << 1) | (((node & 0xffff) - codes[base + (node >>> 16)]) >>> 31);
      }
      sums[row] += leaves[a - full];
    }
  }
}
