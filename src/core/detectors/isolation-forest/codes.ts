/** Rows of equal length, one after the other: row i is `rows[i * features .. (i + 1) * features)`. */
export type Rows = Float32Array | Float64Array;

/**
 * A code has so many bits for the value, and above them four for its feature: just as a node has for its cut, so that the two are
 * compared as they are.
 */
export const CODE_BITS = 12;
export const LAST_CODE = (1 << CODE_BITS) - 1;
