/** Features of one sample: value, mean, deviation and distance to the mean at 5, 10 and 30 samples, time of day. */
export declare const FEATURES: 12;

/** Where a series lies and how far it spreads, in its own unit; `scale` > 0. */
export interface Scaling {
  readonly location: number;
  readonly scale: number;
}

/** Median and scaled MAD of the finite values; a series that hardly varies falls back to a wider measure. */
export declare function robustScaling(values: Float64Array): Scaling;

/** The contextual features of one series, sample by sample. */
export declare class FeatureWindow {
  /** `recent`: raw values to begin with, oldest first, as `recent()` gave them. */
  constructor(scaling: Scaling, recent?: Float64Array);
  /** Features of the latest sample; the same array is reused. */
  readonly row: Float32Array;
  /** Takes one sample into the window and fills `row`. NaN leaves the window and makes the value's features NaN. */
  learn(value: number, localMsOfDay: number): Float32Array;
  /** The last 30 raw values, oldest first: the whole state. */
  recent(): Float64Array;
}

/** Batch: one row of FEATURES numbers per value, as a window would have given them. */
export declare function featureRows(
  values: Float64Array,
  localMsOfDay: ArrayLike<number>,
  scaling: Scaling,
): Float32Array;
