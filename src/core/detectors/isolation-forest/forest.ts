/** Rows of equal length, one after the other: row i is `rows[i * features .. (i + 1) * features)`. */
export type Rows = Float32Array | Float64Array;

/** Maps a feature's value to a 16-bit code: `(value - low) * scale`, clamped to 0..65535. */
export interface Quantiser {
  readonly low: Float64Array;
  readonly scale: Float64Array;
  /** Code of each feature's median at fit: what a missing value (NaN) counts as. */
  readonly median: Uint16Array;
}

/**
 * An isolation forest in its packed form, about 41 KB for 100 trees of 256 samples.
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
  /** First word of each tree in `nodes`, and the end; its first leaf is at the same place plus the tree's index. */
  readonly starts: Uint32Array;
  readonly nodes: Uint32Array;
  /** Path length of each leaf from left to right, in tenths of an edge: depth + c(rows in the leaf). */
  readonly leaves: Uint8Array;
}
