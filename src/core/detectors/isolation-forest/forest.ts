import { CODE_BITS } from './codes.ts';
import { heightLimit } from './path-length.ts';
import type { Quantiser } from './quantiser.ts';

export const MAX_FEATURES = 16;
export const MAX_SAMPLE_SIZE = 1024;
/** Path lengths are kept in tenths of an edge: the longest, 10 + c(1024), is 230. */
export const PATH_UNITS = 10;
/** A mark has so many bits for a left subtree, of four levels at most, and as many for a leaf. */
export const LEFT_BITS = 4;
export const LAST_LEFT = (1 << LEFT_BITS) - 1;

/**
 * Path lengths still to go, c(rows of a leaf), that leaves are told apart by, in tenths of an edge: four bits a leaf. Most
 * leaves hold one row or two; among many a coarser step is a smaller part.
 */
export const RESTS = Uint8Array.of(0, 10, 12, 19, 23, 27, 31, 36, 42, 49, 57, 66, 76, 88, 102, 132);

/**
 * An isolation forest in its packed form, about 27 KB for 100 trees of 256 samples.
 *
 * A tree of n inner nodes takes n + 1 slots. Its first says n, the others are its inner nodes in preorder, as one
 * half-word each:
 *   bits 0..11   last value that goes left
 *   bits 12..15  feature
 * which is the last code that goes left.
 * Of each node the number of inner nodes of its left subtree, L, is known. Going left moves 1 slot on; going right moves
 * L + 1 slots on and passes L + 1 leaves. A subtree without inner nodes is a leaf, so neither child pointers nor leaf
 * marks are needed. Leaf i of a tree belongs to its slot i.
 */
export interface Forest {
  /** Features of a row, 1..16. */
  readonly features: number;
  /** Rows each tree was grown from, psi, 2..1024. */
  readonly sampleSize: number;
  readonly trees: number;
  readonly quantiser: Quantiser;
  /** All slots, tree after tree. */
  readonly nodes: Uint16Array;
  /** Of each slot: bits 0..3 L of its node if that is below the crown, bits 4..7 what is still to go in its leaf: see leafPath. */
  readonly marks: Uint8Array;
  /** L of the upper nodes, where it can be large, by their place in the tree: see crownOf. */
  readonly crowns: Crowns;
}

/** In bytes unless a left subtree can have more than 255 inner nodes. */
export type Crowns = Uint8Array | Uint16Array;

/** Nodes of the upper levels of a tree, those with a left subtree too large for a mark, present or not. */
export function crownOf(sampleSize: number): number {
  return (1 << Math.max(0, heightLimit(sampleSize) - LEFT_BITS - 1)) - 1;
}

/** Room for the crowns of so many trees. */
export function crownsOf(sampleSize: number, trees: number): Crowns {
  const length = trees * crownOf(sampleSize);
  return sampleSize > 512 ? new Uint16Array(length) : new Uint8Array(length);
}

/** A mark with nothing but what is still to go in its leaf: see restCode. */
export function markOfRest(rest: number): number {
  return rest << LEFT_BITS;
}

/** Path length of a leaf at this depth, in tenths of an edge, by the mark of its slot. */
export function leafPath(mark: number, depth: number): number {
  return depth * PATH_UNITS + RESTS[mark >>> LEFT_BITS];
}

export function featureOf(node: number): number {
  return node >>> CODE_BITS;
}

/** A node: its tree, its slot, and its place in a tree whose levels are all full: the root's is 1, its children's 2 and 3. */
export interface NodePlace {
  readonly tree: number;
  readonly slot: number;
  readonly place: number;
}

/** Inner nodes of the left subtree of any node. */
export function leftOf(forest: Forest, { tree, slot, place }: NodePlace): number {
  const crown = crownOf(forest.sampleSize);
  return place <= crown ? forest.crowns[tree * crown + place - 1] : forest.marks[slot] & LAST_LEFT;
}

/** First slot of each tree, and the end. */
export function startsOf({ trees, nodes }: Forest): Uint32Array {
  const starts = new Uint32Array(trees + 1);
  for (let tree = 0; tree < trees; tree++) {
    starts[tree + 1] = starts[tree] + 1 + nodes[starts[tree]];
  }
  return starts;
}

/** Levels above a place. */
export function depthOf(place: number): number {
  return 31 - Math.clz32(place);
}
