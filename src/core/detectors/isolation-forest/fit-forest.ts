import type { Rng } from '../../random.ts';
import { type Forest, MAX_FEATURES, MAX_SAMPLE_SIZE, PATH_UNITS, type Rows } from './forest.ts';
import { averagePathLength, heightLimit } from './path-length.ts';
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
 * Values are quantised to 16 bits before a tree is grown, so that scoring on codes is exact. A missing
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
  const grower = new TreeGrower(features, sampleSize, options.rng);
  const nodes = new Uint32Array(trees * (sampleSize - 1));
  const leaves = new Uint8Array(trees * sampleSize);
  const starts = new Uint32Array(trees + 1);
  const draw = Uint32Array.from({ length: count }, (_, row) => row);
  for (let tree = 0; tree < trees; tree++) {
    grower.sample(codes, draw);
    const from = starts[tree];
    starts[tree + 1] = from + grower.grow(nodes.subarray(from), leaves.subarray(from + tree));
  }
  const end = starts[trees];
  return {
    features,
    sampleSize,
    quantiser,
    starts,
    nodes: nodes.slice(0, end),
    leaves: leaves.slice(0, end + trees),
  };
}

/** Working memory for growing one tree after another. */
class TreeGrower {
  readonly #features: number;
  readonly #rng: Rng;
  readonly #sample: Uint16Array;
  /** Offsets in `#sample` of the rows, ordered so that each node owns one stretch. */
  readonly #order: Uint16Array | Uint32Array;
  readonly #candidates: Uint8Array;
  readonly #limit: number;
  readonly #pathLengths: Float64Array;
  #nodes: Uint32Array = new Uint32Array(0);
  #leaves: Uint8Array = new Uint8Array(0);
  #nodeCount = 0;
  #leafCount = 0;

  constructor(features: number, sampleSize: number, rng: Rng) {
    this.#features = features;
    this.#rng = rng;
    this.#sample = new Uint16Array(sampleSize * features);
    this.#order = new Uint32Array(sampleSize);
    this.#candidates = Uint8Array.from({ length: features }, (_, feature) => feature);
    this.#limit = heightLimit(sampleSize);
    this.#pathLengths = Float64Array.from({ length: sampleSize + 1 }, (_, n) =>
      averagePathLength(n),
    );
  }

  /** Copies rows chosen without replacement; reorders `draw`, which stays a permutation of all rows. */
  sample(codes: Uint16Array, draw: Uint32Array): void {
    const features = this.#features;
    const order = this.#order;
    for (let row = 0; row < order.length; row++) {
      const other = row + Math.floor(this.#rng() * (draw.length - row));
      const chosen = draw[other];
      draw[other] = draw[row];
      draw[row] = chosen;
      const to = row * features;
      order[row] = to;
      for (let feature = 0; feature < features; feature++) {
        this.#sample[to + feature] = codes[chosen * features + feature];
      }
    }
  }

  /** Grows a tree over the sampled rows into `nodes` and `leaves`; returns its number of inner nodes. */
  grow(nodes: Uint32Array, leaves: Uint8Array): number {
    this.#nodes = nodes;
    this.#leaves = leaves;
    this.#nodeCount = 0;
    this.#leafCount = 0;
    this.#split(0, this.#order.length, 0);
    return this.#nodeCount;
  }

  #split(from: number, to: number, depth: number): void {
    if (to - from > 1 && depth < this.#limit) {
      const candidates = this.#candidates;
      for (let left = candidates.length; left > 0; left--) {
        const pick = Math.floor(this.#rng() * left);
        const feature = candidates[pick];
        candidates[pick] = candidates[left - 1];
        candidates[left - 1] = feature;
        const last = this.#chooseCode(from, to, feature);
        if (last < 0) continue;
        const middle = this.#partition(from, to, { feature, last });
        const node = this.#nodeCount++;
        this.#split(from, middle, depth + 1);
        const leftNodes = this.#nodeCount - node - 1;
        this.#nodes[node] = ((feature << 26) | (leftNodes << 16) | last) >>> 0;
        this.#split(middle, to, depth + 1);
        return;
      }
    }
    const path = depth + this.#pathLengths[to - from];
    this.#leaves[this.#leafCount++] = Math.round(path * PATH_UNITS);
  }

  /** Last code that goes left, uniform over the feature's range within the node; -1 when it does not vary. */
  #chooseCode(from: number, to: number, feature: number): number {
    const sample = this.#sample;
    const order = this.#order;
    let min = sample[order[from] + feature];
    let max = min;
    for (let at = from + 1; at < to; at++) {
      const code = sample[order[at] + feature];
      if (code < min) min = code;
      else if (code > max) max = code;
    }
    return min === max ? -1 : min + Math.floor(this.#rng() * (max - min));
  }

  /** Orders the node's rows into left and right; returns where the right ones begin. */
  #partition(from: number, to: number, split: { feature: number; last: number }): number {
    const { feature, last } = split;
    const sample = this.#sample;
    const order = this.#order;
    let end = to;
    let at = from;
    while (at < end) {
      const row = order[at];
      if (sample[row + feature] <= last) at++;
      else {
        order[at] = order[--end];
        order[end] = row;
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
