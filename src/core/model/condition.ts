import type { DriftReport, EpisodeEnding, EpisodeKind, Standstill } from '../anomalies/episode.ts';
import type { StateReader, StateWriter } from '../state.ts';
import type { Judgement } from './judgement.ts';

/**
 * A trouble of a series that no single sample shows: a line gone flat, a slow drift. It has a ratio and episodes of its
 * own, beside those of the sample-by-sample deviation, and may stay open while the samples look normal.
 */
export interface Condition {
  readonly kind: EpisodeKind;
  /** What it says at the latest sample: ratio >= 1 is anomalous; expected, lower and upper are its own. */
  readonly last: Readonly<Judgement>;
  /** 0..1, how far to trust it. */
  readonly confidence: number;
  /** How the latest trouble ended; without it: it returned to normal. */
  readonly ending?: EpisodeEnding;
  /** Whether the trouble stays although there is nothing to tell of it any more. */
  readonly away?: boolean;
  /** How a drift goes that is going on. */
  readonly drift?: DriftReport | undefined;
  /** How long a flat line stands that goes on. */
  readonly standstill?: Standstill | undefined;
  /** Takes one judged sample with a finite value, in order of time: updates `last`, then learns. */
  observe(sample: Readonly<Judgement>, localMs: number): void;
  save(out: StateWriter): void;
  load(state: StateReader): void;
}
