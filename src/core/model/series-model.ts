import type { Episode } from '../anomalies/episode.ts';
import type { Samples } from '../series.ts';
import type { SeriesPolicy } from './policy.ts';

/** What the model said of one sample. */
export interface Judgement {
  timeMs: number;
  value: number;
  /** The model's centre and limits at that time, in the metric's unit; NaN before there is a model. */
  expected: number;
  lower: number;
  upper: number;
  /** Deviation ratio r >= 0; 0 for a missing value or before there is a model. */
  ratio: number;
  /** Whether an episode is open after this sample. */
  flagged: boolean;
}

/** One detector's fitted part: what a model row of the database holds. */
export interface FittedDetector {
  /** Detector kind: `zscore`, `isolation_forest`, `seasonal`. */
  readonly kind: string;
  /** Versioned binary snapshot. */
  readonly snapshot: Uint8Array;
  /** Parameters for people: plain numbers and strings. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Figures of the fit: samples, span, error and the like. */
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * All that SAIMon knows of one series: detectors, their calibration and the episode that may be open.
 *
 * Life: `observe` every sample once, in order. `fit` on the recent past gives the fitted parts
 * (`forest`, `z-score`, `seasonal` periods); everything else is learned sample by sample and
 * survives fits. Backtest and live detection are this same path.
 */
export declare class SeriesModel {
  constructor(policy: SeriesPolicy);
  readonly policy: SeriesPolicy;
  /** Judgement of the latest sample; the same object is reused for every sample. */
  readonly last: Readonly<Judgement>;
  /** Samples with a value seen so far. */
  readonly samplesSeen: number;
  /** Whether the detectors have been fitted: before that nothing is ever flagged. */
  readonly fitted: boolean;
  /** Detectors' ratios for the latest sample, by kind. */
  votes(): Record<string, number>;
  /** Scores one sample, then learns it; updates `last`. A time not after the latest one is judged but not learned. */
  observe(timeMs: number, value: number): void;
  /** Episodes opened, extended or closed since the last call, oldest first. */
  drainEpisodes(): Episode[];
  /** Fits the detectors on `history` (time-ordered); `seed` makes the forest repeatable. Learned state is untouched. */
  fit(history: Samples, seed: number): void;
  /** The fitted parts in force. */
  fittedDetectors(): FittedDetector[];
  /** Takes over one fitted part, for example another version. RangeError when it cannot be read. */
  adopt(kind: string, snapshot: Uint8Array): void;
  /** The learned (streaming) state without the fitted parts, versioned binary. */
  snapshot(): Uint8Array;
  /** Replaces the learned state. RangeError when it cannot be read. */
  restore(state: Uint8Array): void;
}

/** Trains a new model on the history of a series: fits, then observes every sample of it without flagging. */
export declare function trainSeriesModel(policy: SeriesPolicy, history: Samples, seed: number): SeriesModel;
