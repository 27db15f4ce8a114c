import type { Rng } from '../../random.ts';
import {
  CODE_BITS,
  type Forest,
  type Lefts,
  leftsOf,
  MAX_FEATURES,
  MAX_SAMPLE_SIZE,
  type Rows,
} from './forest.ts';
import { bytesOfLeaves, restCode } from './leaf-paths.ts';
import { heightLimit } from './path-length.ts';
import { fitQuantiser, quantiseRows } from './quantiser.ts';

export interface ForestOptions {
  /** Default 100. */
  readonly trees?: number;
  /** Rows drawn for each tree without replacement, 2..1024; default 256. */
  readonly sampleSize?: number;
  readonly rng: Rng;
}

/**
 * Grows an isolation forest (Liu, Ting and Zhou, 2008) over `rows` of `features` numbers each.
 *
 * Values are quantised to 12 bits before a tree is grown, so that scoring on codes is exact. A missing
 * value (NaN) counts as the median of its feature. A feature that does not vary within a node is never
 * chosen there. RangeError for fewer than two rows or options out of range.
 */
export function fitForest(rows: Rows, features: number, options: ForestOptions): Forest {
  const trees = options.trees ?? 100;
  checkWhole('features', features, { from: 1, to: MAX_FEATURES });
  checkWhole('trees', trees, { from: 1, to: 10_000 });
  checkWhole('sample size', options.sampleSize ?? 256, { from: 2, to: MAX_SAMPLE_SIZE });
  const count = rows.length / features;
  if (!Number.isInteger(count) || count < 2) {
    throw new RangeError(
      `Cannot fit a forest to ${rows.length} numbers: expected two or more rows of ${features}`,
    );
  }
  const sampleSize = Math.min(options.sampleSize ?? 256, count);
  const quantiser = fitQuantiser(rows, features);
  const codes = new Uint16Array(rows.length);
  quantiseRows(quantiser, rows, { from: 0, count, codes });
  const grower = new TreeGrower(codes, { features, sampleSize, trees, rng: options.rng });
  const starts = Uint32Array.from({ length: trees + 1 }, (_, tree) =>
    tree === 0 ? 0 : grower.grow(),
  );
  return {
    features,
    sampleSize,
    quantiser,
    starts,
    nodes: grower.nodes(),
    lefts: grower.lefts(),
    leaves: grower.leaves(),
  };
}

interface GrowerOptions {
  readonly features: number;
  readonly sampleSize: number;
  readonly trees: number;
  readonly rng: Rng;
}

/** Grows one tree after another over the same coded rows. */
class TreeGrower {
  readonly #codes: Uint16Array;
  readonly #rng: Rng;
  readonly #limit: number;
  /** Where each row begins in `#codes`; always a permutation of all rows. */
  readonly #rows: Uint32Array;
  /** The sampled ones of them, ordered so that each node owns one stretch. */
  readonly #sample: Uint32Array;
  readonly #candidates: Uint8Array;
  readonly #nodes: Uint16Array;
  readonly #lefts: Lefts;
  readonly #leaves: Uint8Array;
  /** Of a leaf of n rows what is still to go. */
  readonly #rest: Uint8Array;
  #nodeCount = 0;
  #leafCount = 0;

  constructor(codes: Uint16Array, { features, sampleSize, trees, rng }: GrowerOptions) {
    this.#codes = codes;
    this.#rng = rng;
    this.#limit = heightLimit(sampleSize);
    this.#rows = new Uint32Array(codes.length / features);
    for (let row = 0; row < this.#rows.length; row++) this.#rows[row] = row * features;
    this.#sample = new Uint32Array(sampleSize);
    this.#candidates = Uint8Array.from({ length: features }, (_, feature) => feature);
    this.#nodes = new Uint16Array(trees * (sampleSize - 1));
    this.#lefts = leftsOf(sampleSize, this.#nodes.length);
    this.#leaves = new Uint8Array(bytesOfLeaves(trees * sampleSize));
    this.#rest = Uint8Array.from({ length: sampleSize + 1 }, (_, n) => restCode(n));
  }

  /** Adds a tree over rows drawn without replacement; returns the number of inner nodes so far. */
  grow(): number {
    const rows = this.#rows;
    const sample = this.#sample;
    for (let at = 0; at < sample.length; at++) {
      const other = at + Math.floor(this.#rng() * (rows.length - at));
      const row = rows[other];
      rows[other] = rows[at];
      rows[at] = row;
      sample[at] = row;
    }
    this.#split(0, sample.length, 0);
    return this.#nodeCount;
  }

  nodes(): Uint16Array {
    return this.#nodes.slice(0, this.#nodeCount);
  }

  lefts(): Lefts {
    return this.#lefts.slice(0, this.#nodeCount);
  }

  leaves(): Uint8Array {
    return this.#leaves.slice(0, bytesOfLeaves(this.#leafCount));
  }

  #split(from: number, to: number, depth: number): void {
    if (to - from > 1 && depth < this.#limit) {
      const candidates = this.#candidates;
      // A feature that does not vary here is put aside and another one drawn.
      for (let left = candidates.length; left > 0; left--) {
        const pick = Math.floor(this.#rng() * left);
        const feature = candidates[pick];
        candidates[pick] = candidates[left - 1];
        candidates[left - 1] = feature;
        const last = this.#drawCode(from, to, feature);
        if (last < 0) continue;
        const middle = this.#partition(from, to, { feature, last });
        const node = this.#nodeCount++;
        this.#split(from, middle, depth + 1);
        this.#nodes[node] = (feature << CODE_BITS) | last;
        this.#lefts[node] = this.#nodeCount - node - 1;
        this.#split(middle, to, depth + 1);
        return;
      }
    }
    const leaf = this.#leafCount++;
    this.#leaves[leaf >> 1] |= this.#rest[to - from] << ((leaf & 1) << 2);
  }

  /** Last code that goes left, uniform over the feature's range within the node; -1 when it does not vary. */
  #drawCode(from: number, to: number, feature: number): number {
    const codes = this.#codes;
    const sample = this.#sample;
    let min = codes[sample[from] + feature];
    let max = min;
    for (let at = from + 1; at < to; at++) {
      const code = codes[sample[at] + feature];
      if (code < min) min = code;
      else if (code > max) max = code;
    }
    return min === max ? -1 : min + Math.floor(this.#rng() * (max - min));
  }

  /** Orders the node's rows into left and right; returns where the right ones begin. */
  #partition(from: number, to: number, split: { feature: number; last: number }): number {
    const { feature, last } = split;
    const codes = this.#codes;
    const sample = this.#sample;
    let at = from;
    let end = to;
    while (at < end) {
      const row = sample[at];
      if (codes[row + feature] <= last) at++;
      else {
        sample[at] = sample[--end];
        sample[end] = row;
      }
    }
    return at;
  }
}

function checkWhole(name: string, value: number, range: { from: number; to: number }): void {
  if (Number.isInteger(value) && value >= range.from && value <= range.to) return;
  throw new RangeError(
    `Cannot fit a forest with ${name} ${value}: expected a whole number from ${range.from} to ${range.to}`,
  );
}
