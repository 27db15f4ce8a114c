import type { LimitForecast } from '../detectors/drift-trend.ts';
import type { Grounds } from './contribution.ts';
import type { Reach } from './reach.ts';

/** The sample of an episode with its highest deviation ratio (of those outside the band, if any), beside what was expected. */
export interface Peak {
  readonly timeMs: number;
  readonly value: number;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  /** Deviation ratio r, >= 0; 1 is the boundary. */
  readonly ratio: number;
}

/**
 * What an episode is about: samples away from what is expected, a slow drift, a line gone flat, samples that stopped
 * coming, an unusual combination of an entity's series.
 */
export type EpisodeKind = 'deviation' | 'drift' | 'flat_line' | 'absence' | 'combination';

/** How an episode ended: the series came back, its new level became the usual one, or its samples stopped. */
export type EpisodeEnding = 'returned' | 'new_level' | 'vanished';

/** How a slow drift goes, in the metric's unit. */
export interface DriftReport {
  readonly sinceMs: number;
  readonly perDay: number;
  /** Standard error of `perDay`. */
  readonly perDayError: number;
  /** When it meets a limit of the metric if it goes on; absent when there is no limit on its way. */
  readonly reaches?: LimitForecast;
}

/** How long a flat line stands, or a series is silent. */
export interface Standstill {
  /** Time of the first sample with its value; of a silence: of the latest sample. */
  readonly sinceMs: number;
  /** The longest one before it, milliseconds; 0 when there was none. */
  readonly longestMs: number;
}

/** `shape`: neither above nor below, for example a flat line or an unusual combination. */
export type Direction = 'above' | 'below' | 'shape';

/** One detector's say in an episode: its own deviation ratio at its worst sample. */
export interface DetectorVote {
  readonly detector: string;
  readonly ratio: number;
}

/**
 * One anomaly from its opening to its close: an anomaly row is this and its context.
 * Its identity within a series is `kind` and `openedAtMs`; all other fields may grow while it is open.
 */
export interface Episode {
  readonly kind: EpisodeKind;
  /** Time of the sample at which the evidence sufficed: never moved back. */
  readonly openedAtMs: number;
  /** Time of the first sample that belongs to it, at or before `openedAtMs`. */
  readonly startedAtMs: number;
  /** Time of the last abnormal sample seen so far. */
  readonly lastAtMs: number;
  /** Time of the sample at which it closed; NaN while it is open. */
  readonly endedAtMs: number;
  readonly open: boolean;
  readonly peak: Peak;
  readonly direction: Direction;
  /** Abnormal samples so far. */
  readonly samples: number;
  /** How far they went; absent in what an older version kept. */
  readonly reach?: Reach;
  /** 0..1: how far to trust the model behind it. */
  readonly confidence: number;
  /** Detectors whose own ratio reached 1, highest first. */
  readonly detectors: readonly DetectorVote[];
  /** Absent while it is open. */
  readonly ending?: EpisodeEnding;
  /** Of a drift only: how it goes, as last seen. */
  readonly drift?: DriftReport;
  /** Of a flat line and an absence only. */
  readonly standstill?: Standstill;
  /** Why its peak was judged as it was. */
  readonly grounds?: Grounds;
}
