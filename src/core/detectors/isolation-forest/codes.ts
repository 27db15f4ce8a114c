/** Rows of equal length, one after the other: row i is `rows[i * features .. (i + 1) * features)`. */
export type Rows = Float32Array | Float64Array;

/** Codes of features and cuts have so many bits, which leaves four of a node's sixteen for the feature. */
export const CODE_BITS = 12;
export const LAST_CODE = (1 << CODE_BITS) - 1;
