/** Part of one feature in what the isolation forest says; the shares of all features sum to 1. */
export interface FeatureShare {
  readonly name: string;
  readonly share: number;
}

/** What one view of a sample, or what came before it, adds to the deviation ratio. */
export interface Contribution {
  /** Key of CONTRIBUTIONS, or the kind of a condition. */
  readonly name: string;
  /** In units of the deviation ratio r: those of one sample sum to its r. */
  readonly ratio: number;
  /** Of the isolation forest only, largest first. */
  readonly features?: readonly FeatureShare[];
}

/** How well the series was known when its sample was judged. All numbers are finite, so that JSON keeps them. */
export interface Background {
  /** Time of the first sample learned. */
  readonly learnedSinceMs: number;
  /** Samples learned since. */
  readonly samples: number;
  /** 0..1: samples of the past day among those that its step lets expect. */
  readonly coverage: number;
  /** Pauses longer than a step and a half in the past day, and the longest of them; 0 when there was none. */
  readonly gaps: number;
  readonly longestGapMs: number;
}

/** Why a sample was judged as it was. */
export interface Grounds {
  /** Largest first, without those that add nothing. */
  readonly contributions: readonly Contribution[];
  readonly background: Background;
  /** The usual value at this time one, two, three and four weeks before; null where it is not known. */
  readonly pastWeeks: readonly (number | null)[];
}

/** Detector and plain meaning of every part of a deviation ratio, by name. */
export const CONTRIBUTIONS = {
  jump_from_course: { detector: 'zscore', meaning: 'off the course of the last samples' },
  jump_from_5: { detector: 'zscore', meaning: 'off the last 5 samples' },
  jump_from_30: { detector: 'zscore', meaning: 'off the last 30 samples' },
  shift_from_30: { detector: 'zscore', meaning: 'another level than in the 30 samples before' },
  shift_from_120: { detector: 'zscore', meaning: 'another level than in the 120 samples before' },
  time_of_day: { detector: 'seasonal', meaning: 'unusual for this time' },
  time_of_day_leveled: {
    detector: 'seasonal',
    meaning: 'unusual for this time, also at the level of the last hour',
  },
  time_of_day_quarter: {
    detector: 'seasonal',
    meaning: 'unusual for this time for a quarter of an hour',
  },
  volatility: { detector: 'volatility', meaning: 'scatters more or less than usual' },
  pattern: { detector: 'isolation_forest', meaning: 'a pattern that hardly ever occurred' },
  samples_before: { detector: 'smoothing', meaning: 'the samples just before were odd as well' },
  persistence: { detector: 'persistence', meaning: 'it lasts, or came back within hours' },
} as const satisfies Record<string, { readonly detector: string; readonly meaning: string }>;

export type ContributionName = keyof typeof CONTRIBUTIONS;
