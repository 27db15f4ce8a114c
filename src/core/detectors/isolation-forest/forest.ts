import type { Quantiser } from './quantiser.ts';

export type Lefts = Uint8Array | Uint16Array;

/** Rows of equal length, one after the other: row i is `rows[i * features .. (i + 1) * features)`. */
export type Rows = Float32Array | Float64Array;

export const MAX_FEATURES = 16;
/** Codes of features and cuts have so many bits, which leaves four of a node's sixteen for the feature. */
export const CODE_BITS = 12;
export const LAST_CODE = (1 << CODE_BITS) - 1;
export const MAX_SAMPLE_SIZE = 1024;
/** Path lengths are kept in tenths of an edge: the longest, 10 + c(1024), is 230. */
export const PATH_UNITS = 10;

/**
 * An isolation forest in its packed form, about 31 KB for 100 trees of 256 samples.
 *
 * Only inner nodes are stored, in preorder, as one half-word each:
 *   bits 0..11   last code that goes left
 *   bits 12..15  feature
 * and beside it the number of inner nodes of the left subtree, L. Going left moves 1 node on; going right moves L + 1
 * nodes on and passes L + 1 leaves. A subtree without inner nodes is a leaf, so neither child pointers nor leaf marks
 * are needed.
 */
export interface Forest {
  /** Features of a row, 1..16. */
  readonly features: number;
  /** Rows each tree was grown from, psi, 2..1024. */
  readonly sampleSize: number;
  readonly quantiser: Quantiser;
  /** First node of each tree in `nodes`, and the end. Its first leaf is that plus the tree's index. */
  readonly starts: Uint32Array;
  readonly nodes: Uint16Array;
  /** L of each node: in bytes unless a tree can have more than 256 leaves. */
  readonly lefts: Lefts;
  /** Of each leaf from left to right what is still to go in it: two in a byte, see leafPath. */
  readonly leaves: Uint8Array;
}

/** Room for `length` figures of left subtrees in trees grown from `sampleSize` rows. */
export function leftsOf(sampleSize: number, length: number): Lefts {
  return sampleSize > 256 ? new Uint16Array(length) : new Uint8Array(length);
}
