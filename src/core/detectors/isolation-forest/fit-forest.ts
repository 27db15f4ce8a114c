import type { Rng } from '../../random.ts';
import type { Rows } from './codes.ts';
import {
  type Crowns,
  crownOf,
  crownsOf,
  depthOf,
  type Forest,
  MAX_FEATURES,
  MAX_SAMPLE_SIZE,
  markOfRest,
} from './forest.ts';
import { restCode } from './leaf-paths.ts';
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
  for (let tree = 0; tree < trees; tree++) grower.grow(tree);
  const { nodes, marks, crowns } = grower;
  return { features, sampleSize, trees, quantiser, nodes, marks, crowns };
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
  readonly #features: number;
  readonly #rng: Rng;
  readonly #limit: number;
  /** Always a permutation of all rows. */
  readonly #rows: Uint32Array;
  /** The codes of the sampled ones, feature by feature: so close together that they stay in the first-level cache. */
  readonly #drawn: Uint16Array;
  /** Their numbers, ordered so that each node owns one stretch. */
  readonly #order: Uint16Array;
  readonly #candidates: Uint8Array;
  readonly #nodes: Uint16Array;
  readonly #marks: Uint8Array;
  readonly #crown: number;
  /** Of a leaf of n rows what is still to go. */
  readonly #rest: Uint8Array;
  readonly crowns: Crowns;
  /** Slots of the next inner node and of the next leaf. */
  #slot = 0;
  #leaf = 0;
  /** Where the tree's crown begins. */
  #crownAt = 0;

  constructor(codes: Uint16Array, { features, sampleSize, trees, rng }: GrowerOptions) {
    this.#codes = codes;
    this.#features = features;
    this.#rng = rng;
    this.#limit = heightLimit(sampleSize);
    this.#rows = new Uint32Array(codes.length / features);
    for (let row = 0; row < this.#rows.length; row++) this.#rows[row] = row;
    this.#drawn = new Uint16Array(features * sampleSize);
    this.#order = new Uint16Array(sampleSize);
    this.#candidates = Uint8Array.from({ length: features }, (_, feature) => feature);
    this.#nodes = new Uint16Array(trees * sampleSize);
    this.#marks = new Uint8Array(this.#nodes.length);
    this.#crown = crownOf(sampleSize);
    this.crowns = crownsOf(sampleSize, trees);
    this.#rest = Uint8Array.from({ length: sampleSize + 1 }, (_, n) => restCode(n));
  }

  /** Adds the next tree, over rows drawn without replacement. */
  grow(tree: number): void {
    this.#draw();
    this.#crownAt = tree * this.#crown - 1;
    const first = this.#slot++;
    this.#split(0, this.#order.length, 1);
    this.#nodes[first] = this.#slot - first - 1;
  }

  get nodes(): Uint16Array {
    return this.#nodes.slice(0, this.#slot);
  }

  get marks(): Uint8Array {
    return this.#marks.slice(0, this.#slot);
  }

  #draw(): void {
    const rows = this.#rows;
    const codes = this.#codes;
    const drawn = this.#drawn;
    const size = this.#order.length;
    for (let at = 0; at < size; at++) {
      const other = at + Math.floor(this.#rng() * (rows.length - at));
      const row = rows[other];
      rows[other] = rows[at];
      rows[at] = row;
      this.#order[at] = at;
      let read = row * this.#features;
      for (let write = at; write < drawn.length; write += size) drawn[write] = codes[read++];
    }
  }

  /** Splits the node at `place`, which owns a stretch of the order. */
  #split(from: number, to: number, place: number): void {
    if (to - from > 1 && depthOf(place) < this.#limit) {
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
        const slot = this.#slot++;
        this.#nodes[slot] = last;
        this.#split(from, middle, 2 * place);
        const inner = this.#slot - slot - 1;
        if (place <= this.#crown) this.crowns[this.#crownAt + place] = inner;
        else this.#marks[slot] |= inner;
        this.#split(middle, to, 2 * place + 1);
        return;
      }
    }
    this.#marks[this.#leaf++] |= markOfRest(this.#rest[to - from]);
  }

  /** Last code that goes left, uniform over the feature's range within the node; -1 when it does not vary. */
  #drawCode(from: number, to: number, feature: number): number {
    const drawn = this.#drawn;
    const order = this.#order;
    const column = feature * order.length;
    let min = drawn[column + order[from]];
    let max = min;
    for (let at = from + 1; at < to; at++) {
      const code = drawn[column + order[at]];
      if (code < min) min = code;
      else if (code > max) max = code;
    }
    return min === max ? -1 : min + Math.floor(this.#rng() * (max - min));
  }

  /**
   * Orders the node's rows into left and right; returns where the right ones begin. Every row is moved, whether it goes left
   * or not: a branch would be mispredicted half the time.
   */
  #partition(from: number, to: number, split: { feature: number; last: number }): number {
    const drawn = this.#drawn;
    const order = this.#order;
    const column = split.feature * order.length;
    const { last } = split;
    let end = from;
    for (let at = from; at < to; at++) {
      const row = order[at];
      order[at] = order[end];
      order[end] = row;
      end += 1 + ((last - drawn[column + row]) >> 31);
    }
    return end;
  }
}

function checkWhole(name: string, value: number, range: { from: number; to: number }): void {
  if (Number.isInteger(value) && value >= range.from && value <= range.to) return;
  throw new RangeError(
    `Cannot fit a forest with ${name} ${value}: expected a whole number from ${range.from} to ${range.to}`,
  );
}
