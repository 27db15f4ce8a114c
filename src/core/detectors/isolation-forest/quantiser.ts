import { CODE_BITS, LAST_CODE, type Rows } from './codes.ts';

/**
 * Maps a feature's value to a 12-bit code: `(value - low) * scale`, clamped to 0..4095. Three numbers a feature: low, scale
 * and the code of its median at fit, which is what a missing value (NaN) counts as.
 */
export type Quantiser = Float64Array;

export const CELLS_OF_FEATURE = 3;

// What a file imports or exports is looked up at every use.
const BITS = CODE_BITS;
const LAST = LAST_CODE;
const CELLS = CELLS_OF_FEATURE;
/** Rows that the quantiles are taken from. */
const SAMPLED_ROWS = 512;
/** How many times the width of the middle is kept on either side of it. */
const MARGIN = 4;

/**
 * A quantiser whose range is the feature's own, but reaches no farther than four times the width of the
 * middle 98 % beyond it: one huge outlier must not crush the resolution of all others.
 */
export function fitQuantiser(rows: Rows, features: number): Quantiser {
  const quantiser = new Float64Array(features * CELLS_OF_FEATURE);
  const count = rows.length / features;
  const stride = Math.ceil(count / SAMPLED_ROWS);
  const sampled = new Float64Array(Math.ceil(count / stride));
  const least = new Float64Array(features).fill(Number.POSITIVE_INFINITY);
  const most = new Float64Array(features).fill(Number.NEGATIVE_INFINITY);
  for (let at = 0; at < rows.length; ) {
    for (let feature = 0; feature < features; feature++, at++) {
      const value = rows[at];
      if (value < least[feature] && value > Number.NEGATIVE_INFINITY) least[feature] = value;
      if (value > most[feature] && value < Number.POSITIVE_INFINITY) most[feature] = value;
    }
  }
  for (let feature = 0; feature < features; feature++) {
    let kept = 0;
    for (let row = 0; row < count; row += stride) {
      const value = rows[row * features + feature];
      if (Number.isFinite(value)) sampled[kept++] = value;
    }
    if (kept === 0) continue;
    const sorted = sampled.subarray(0, kept).toSorted();
    const dropped = Math.floor(kept / 100);
    const first = sorted[dropped];
    const last = sorted[kept - 1 - dropped];
    const width = last - first;
    const reach = width > 0 ? MARGIN * width : Number.POSITIVE_INFINITY;
    const min = Math.max(least[feature], first - reach);
    const max = Math.min(most[feature], last + reach);
    const perUnit = LAST_CODE / (max - min);
    const scale = Number.isFinite(perUnit) ? perUnit : 0;
    const median = Math.floor((sorted[kept >> 1] - min) * scale);
    quantiser.set([min, scale, median], feature * CELLS_OF_FEATURE);
  }
  return quantiser;
}

/**
 * Writes the codes of `count` rows from row `from` on into `codes`, row by row; each says its feature: see CODE_BITS. Feature by
 * feature, so that what a value is measured by stays in registers.
 */
export function quantiseRows(
  quantiser: Quantiser,
  rows: Rows,
  span: { readonly from: number; readonly count: number; readonly codes: Uint16Array },
): void {
  const { from, count, codes } = span;
  const features = Math.round(quantiser.length / CELLS);
  for (let feature = 0; feature < features; feature++) {
    const low = quantiser[CELLS * feature];
    const scale = quantiser[CELLS * feature + 1];
    const missing = Math.trunc(quantiser[CELLS * feature + 2]);
    const first = feature << BITS;
    let read = from * features + feature;
    for (let row = 0, write = feature; row < count; row++, read += features, write += features) {
      const code = (rows[read] - low) * scale;
      // Cut off before the feature is added: the sum might be rounded up.
      if (code > 0) codes[write] = first + (code < LAST ? Math.trunc(code) : LAST);
      else codes[write] = first + (code <= 0 ? 0 : missing);
    }
  }
}
