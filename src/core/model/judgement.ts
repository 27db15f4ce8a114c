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
  /** Whether an episode is active after this sample: open, and not merely waiting at a new level. */
  flagged: boolean;
}
