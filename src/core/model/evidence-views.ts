import type { ContributionName } from '../anomalies/contribution.ts';

/** Columns of evidence: five of the z-score, three of the seasonal baseline, one of volatility. */
export const ZSCORE = 0;
export const COURSE = 0;
export const SEASONAL = 5;
export const LEVELED = 6;
export const VOLATILITY = 8;
export const VIEWS = 9;
/** All views: the columns and the forest. */
export const EVIDENCE_VIEWS = VIEWS + 1;
/** What each column of evidence is called, and after them the forest. */
export const VIEW_NAMES: readonly ContributionName[] = [
  'jump_from_course',
  'jump_from_5',
  'jump_from_30',
  'shift_from_30',
  'shift_from_120',
  'time_of_day',
  'time_of_day_leveled',
  'time_of_day_quarter',
  'volatility',
  'pattern',
];
/** Views of a single sample, its jump and its distance from a level: what a familiar deviation says in them is no news. */
export const SINGLE = [COURSE, 1, 2, SEASONAL, LEVELED] as const;
