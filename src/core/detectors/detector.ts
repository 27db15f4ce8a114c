import type { Samples } from '../series.ts';
import type { StateReader, StateWriter } from '../state.ts';

export type DetectorKind = 'zscore' | 'seasonal' | 'volatility' | 'isolation_forest';

/** One sample as detectors see it; the same object is reused for every sample. */
export interface Observation {
  timeMs: number;
  /** Civil milliseconds: see CivilTime. */
  localMs: number;
  /** Finite, in the metric's unit. */
  value: number;
  /** The seasonal baseline's expectation; NaN before there is one. */
  expected: number;
}

/**
 * One algorithm over one series. It has a fitted part, made by `fit` from the recent past and kept as a model
 * version, and a streaming part, which learns sample by sample and outlives fits.
 *
 * Its output has one or more columns: how far the sample is from what this view of the past expects, NaN where it
 * cannot say. Calibration turns each into a probability, so outputs need no common scale.
 */
export interface Detector {
  readonly kind: DetectorKind;
  /** Columns of output. */
  readonly columns: number;
  /** Learns the fitted part from time-ordered history; `seed` makes it repeatable. */
  fit(history: Samples, seed: number): void;
  /** Writes this sample's output to `out[at] …`. */
  scoreOne(observation: Observation, out: Float64Array, at: number): void;
  /** Takes the sample that was scored last into the streaming part. */
  learnOne(observation: Observation): void;
  /** Forgets what is only valid without a gap. */
  interrupt(): void;
  /** The fitted part, versioned; undefined before the first fit or when there is none. */
  snapshot(): Uint8Array | undefined;
  /** Takes over a fitted part. RangeError when it cannot be read. */
  restore(snapshot: Uint8Array): void;
  /** Parameters and figures of the fitted part, for people. */
  describe(): { config: Record<string, unknown>; metrics: Record<string, number> };
  save(out: StateWriter): void;
  load(state: StateReader): void;
}
