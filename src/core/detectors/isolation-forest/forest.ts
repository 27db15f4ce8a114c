import type { Quantiser } from './quantiser.ts';

/** Rows of equal length, one after the other: row i is `rows[i * features .. (i + 1) * features)`. */
export type Rows = Float32Array | Float64Array;

export const MAX_FEATURES = 64;
export const MAX_SAMPLE_SIZE = 1024;
/** Path lengths are kept in tenths of an edge: the longest, 10 + c(1024), is 230. */
export const PATH_UNITS = 10;

/**
 * An isolation forest in its packed form, about 36 KB for 100 trees of 256 samples.
 *
 * Only inner nodes are stored, in preorder, as one word each:
 *   bits 0..15   last code that goes left
 *   bits 16..25  inner nodes of the left subtree, L
 *   bits 26..31  feature
 * Going left moves 1 word on; going right moves L + 1 words on and passes L + 1 leaves. A subtree
 * without inner nodes is a leaf, so neither child pointers nor leaf marks are needed.
 */
export interface Forest {
  /** Features of a row, 1..64. */
  readonly features: number;
  /** Rows each tree was grown from, psi, 2..1024. */
  readonly sampleSize: number;
  readonly quantiser: Quantiser;
  /** First word of each tree in `nodes`, and the end. Its first leaf is that plus the tree's index. */
  readonly starts: Uint32Array;
  readonly nodes: Uint32Array;
  /** Path length of each leaf from left to right, depth + c(rows in the leaf), in tenths of an edge. */
  readonly leaves: Uint8Array;
}
