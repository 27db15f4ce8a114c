import { DAY_MS } from '../civil-time.ts';
import type { Judgement } from '../model/judgement.ts';
import type { Grounds } from './contribution.ts';
import type {
  DetectorVote,
  Direction,
  DriftReport,
  Episode,
  EpisodeEnding,
  EpisodeKind,
  Peak,
  Standstill,
} from './episode.ts';
import { farther, reachOf } from './reach.ts';

/** An episode began at the first sample that was this high and stayed so until it opened. */
const UNEASY_RATIO = 0.7;
/** An open episode closes when the ratio has stayed below 1 for this many samples in a row. */
const CALM_SAMPLES = 3;
/** What is over after so many abnormal samples is no outage: where it comes at one time of most days it is a job. */
const BRIEF_SAMPLES = 3;
/** Most series have no news most of the time: they share it. */
const NOTHING: readonly never[] = [];
/** What is not back after this time is the new level. */
const NEW_LEVEL_MS = DAY_MS;
/** One that would open again within this time of its end goes on instead. */
const MERGE_MS = 900_000;
const MERGE_SAMPLES = 3;
/** For so many samples after it was over detectors may still be shaken by the way back. */
const ECHO_SAMPLES = 30;

export interface EpisodeRules {
  /** Default `deviation`. */
  readonly kind?: EpisodeKind;
  readonly stepMs: number;
  readonly openAfter: 'auto' | { readonly count: number; readonly of: number };
  readonly closeAfter: 'auto' | number;
}

/** What goes with a sample's judgement into an episode. */
export interface Evidence {
  readonly votes: () => Record<string, number>;
  /** Asked for only when an episode begins or its peak rises. */
  readonly grounds?: () => Grounds;
  readonly confidence: number;
  /** How it ends if it ends now; default `returned`. */
  readonly ending?: EpisodeEnding | undefined;
  /** Whether the series is not back from what the episode began with, however calm it is. */
  readonly isAway?: boolean;
  /** Since when it is back; without it an episode ends with the sample that closes it. */
  readonly backSinceMs?: number;
  readonly drift?: DriftReport | undefined;
  readonly standstill?: Standstill | undefined;
}

/** The machine at rest between two samples, as plain data that JSON keeps (NaN comes back as null). */
export interface EpisodeState {
  readonly episode: Episode | null;
  readonly calm: number;
  readonly abnormalSince: number | null;
  readonly recent: readonly boolean[];
  /** Absent in what an older version kept. */
  readonly returnedAtMs?: number | null;
}

/**
 * Points to episodes. The deviation ratio already accumulates evidence over samples, so by default an episode opens
 * at the first sample whose ratio reaches 1 and closes after three below it; `openAfter` asks for more.
 */
export class EpisodeMachine {
  readonly #rules: EpisodeRules;
  #episode: Episode | undefined;
  #calm = 0;
  #abnormalSince = Number.NaN;
  #recent: readonly boolean[] = NOTHING;
  /** Time of the sample with which it was seen to be over, of the episode that returned last. */
  #returnedAtMs: number | undefined;
  #news: readonly Episode[] = NOTHING;

  constructor(rules: EpisodeRules) {
    this.#rules = rules;
  }

  get open(): boolean {
    return this.#episode?.open ?? false;
  }

  /** Whether an episode is open and goes on: not one that only waits at a new level for its day to pass. */
  get active(): boolean {
    return this.open && !this.#isCalm();
  }

  /** When the outage began that was over at `timeMs`; undefined when none was, or one of a few samples only. */
  outageOverAt(timeMs: number): number | undefined {
    if (this.#returnedAtMs !== timeMs || this.#episode === undefined) return undefined;
    return this.#episode.samples > BRIEF_SAMPLES ? this.#episode.startedAtMs : undefined;
  }

  /** Takes one sample in; the episode it opened, extended or closed, if it did. */
  observe(judgement: Readonly<Judgement>, evidence: Evidence): Episode | undefined {
    const { timeMs, ratio } = judgement;
    if (ratio < UNEASY_RATIO) this.#abnormalSince = Number.NaN;
    else if (Number.isNaN(this.#abnormalSince)) this.#abnormalSince = timeMs;
    const { openAfter } = this.#rules;
    if (openAfter !== 'auto') {
      this.#recent = [...this.#recent, ratio >= 1].slice(-openAfter.of);
    }
    const changed = this.#next(judgement, evidence);
    if (changed) this.#keep(changed);
    // What comes next begins after it, however uneasy the series still is.
    if (changed?.open === false) this.#abnormalSince = Number.NaN;
    return changed;
  }

  /** Episodes changed since the last call, each in its latest form, oldest first. */
  drain(): Episode[] {
    const news = [...this.#news];
    this.#news = NOTHING;
    return news;
  }

  /** Closes an open episode at `timeMs`: no sample of its series will come. */
  end(timeMs: number): void {
    if (this.#episode?.open) {
      this.#keep({ ...this.#episode, open: false, endedAtMs: timeMs, ending: 'vanished' });
    }
  }

  state(): EpisodeState {
    return {
      episode: this.#episode ?? null,
      calm: this.#calm,
      abnormalSince: Number.isNaN(this.#abnormalSince) ? null : this.#abnormalSince,
      recent: this.#recent,
      returnedAtMs: this.#returnedAtMs ?? null,
    };
  }

  resume(state: EpisodeState): void {
    this.#episode = state.episode ? withoutNulls(state.episode) : undefined;
    this.#calm = state.calm;
    this.#abnormalSince = state.abnormalSince ?? Number.NaN;
    this.#recent = state.recent.length > 0 ? state.recent : NOTHING;
    this.#returnedAtMs = state.returnedAtMs ?? undefined;
  }

  #isCalm(): boolean {
    const { closeAfter } = this.#rules;
    return this.#calm >= (closeAfter === 'auto' ? CALM_SAMPLES : closeAfter);
  }

  #suffices(): boolean {
    const { openAfter } = this.#rules;
    return openAfter === 'auto' || this.#recent.filter(Boolean).length >= openAfter.count;
  }

  #next(judgement: Readonly<Judgement>, evidence: Evidence): Episode | undefined {
    if (this.#episode?.open) return this.#goOn(this.#episode, judgement, evidence);
    const opens = judgement.ratio >= 1 && this.#suffices() && !this.#isEcho(judgement);
    return opens ? this.#begin(judgement, evidence) : undefined;
  }

  /** Whether a sample is only odd beside the deviation that has just been over: it is where it is expected. */
  #isEcho(judgement: Readonly<Judgement>): boolean {
    const { kind, direction } = this.#episode ?? {};
    const wasAway = kind === 'deviation' && direction !== 'shape';
    const sinceMs = judgement.timeMs - (this.#returnedAtMs ?? Number.NEGATIVE_INFINITY);
    return wasAway && sinceMs <= ECHO_SAMPLES * this.#rules.stepMs && !isOutside(judgement);
  }

  #keep(changed: Episode): void {
    this.#episode = changed;
    const isUpdate = this.#news.at(-1)?.openedAtMs === changed.openedAtMs;
    this.#news = [...(isUpdate ? this.#news.slice(0, -1) : this.#news), changed];
  }

  #begin(judgement: Readonly<Judgement>, evidence: Evidence): Episode {
    const { timeMs } = judgement;
    const before = this.#episode;
    this.#calm = 0;
    const gap = Math.max(MERGE_MS, MERGE_SAMPLES * this.#rules.stepMs);
    if (before !== undefined && timeMs - before.endedAtMs <= gap) {
      const { ending: _, ...again } = extended(before, judgement, evidence);
      return { ...again, open: true, endedAtMs: Number.NaN };
    }
    return {
      kind: this.#rules.kind ?? 'deviation',
      openedAtMs: timeMs,
      startedAtMs: evidence.standstill?.sinceMs ?? this.#abnormalSince,
      lastAtMs: timeMs,
      endedAtMs: Number.NaN,
      open: true,
      peak: peakOf(judgement),
      direction: directionOf(judgement),
      samples: 1,
      reach: reachOf(judgement),
      confidence: evidence.confidence,
      detectors: agreeing(evidence.votes()),
      ...(evidence.drift && { drift: evidence.drift }),
      ...(evidence.standstill && { standstill: evidence.standstill }),
      ...(evidence.grounds && { grounds: evidence.grounds() }),
    };
  }

  #goOn(episode: Episode, judgement: Readonly<Judgement>, evidence: Evidence): Episode | undefined {
    const { ratio, timeMs } = judgement;
    const { isAway = false, backSinceMs = Number.NaN } = evidence;
    if (ratio >= 1) {
      this.#calm = 0;
      // What shakes on after the way back lengthens nothing.
      return backSinceMs > episode.startedAtMs ? undefined : extended(episode, judgement, evidence);
    }
    this.#calm++;
    if (!this.#isCalm()) return undefined;
    // What returns within a day was an outage; what stays is the new level.
    if (isAway && timeMs - episode.startedAtMs < NEW_LEVEL_MS) return undefined;
    if (isAway) return { ...episode, open: false, endedAtMs: timeMs, ending: 'new_level' };
    this.#returnedAtMs = timeMs;
    const endedAtMs = backSinceMs > episode.openedAtMs ? backSinceMs : timeMs;
    const lastAtMs = Math.min(episode.lastAtMs, endedAtMs);
    const ending = evidence.ending ?? 'returned';
    return { ...episode, open: false, lastAtMs, endedAtMs, ending };
  }
}

function extended(episode: Episode, judgement: Readonly<Judgement>, evidence: Evidence): Episode {
  const grown = {
    ...episode,
    lastAtMs: judgement.timeMs,
    samples: episode.samples + 1,
    reach: farther(reachOf(judgement), episode.reach ?? reachOf(episode.peak)),
    ...(evidence.drift && { drift: evidence.drift }),
    ...(evidence.standstill && { standstill: evidence.standstill }),
  };
  if (!surpasses(judgement, episode.peak)) return grown;
  return {
    ...grown,
    peak: peakOf(judgement),
    direction: directionOf(judgement),
    confidence: evidence.confidence,
    detectors: agreeing(evidence.votes()),
    ...(evidence.grounds && { grounds: evidence.grounds() }),
  };
}

/**
 * The peak is what a person is shown, so a value outside its band goes before any inside: the return to normal may
 * shake detectors more than the deviation did.
 */
function surpasses(judgement: Readonly<Judgement>, peak: Peak): boolean {
  const outside = isOutside(judgement);
  return outside === isOutside(peak) ? judgement.ratio > peak.ratio : outside;
}

function isOutside({ value, lower, upper }: Readonly<Judgement> | Peak): boolean {
  return value > upper || value < lower;
}

function peakOf({ timeMs, value, expected, lower, upper, ratio }: Readonly<Judgement>): Peak {
  return { timeMs, value, expected, lower, upper, ratio };
}

function directionOf({ value, lower, upper }: Readonly<Judgement>): Direction {
  return value > upper ? 'above' : value < lower ? 'below' : 'shape';
}

function agreeing(votes: Record<string, number>): DetectorVote[] {
  return Object.entries(votes)
    .filter(([, ratio]) => ratio >= 1)
    .map(([detector, ratio]) => ({ detector, ratio }))
    .toSorted((a, b) => b.ratio - a.ratio);
}

/** JSON has no NaN: what it made null is NaN again. */
function withoutNulls(episode: Episode): Episode {
  const { peak } = episode;
  return {
    ...episode,
    endedAtMs: episode.endedAtMs ?? Number.NaN,
    startedAtMs: episode.startedAtMs ?? episode.openedAtMs,
    peak: {
      ...peak,
      value: peak.value ?? Number.NaN,
      expected: peak.expected ?? Number.NaN,
      lower: peak.lower ?? Number.NaN,
      upper: peak.upper ?? Number.NaN,
    },
  };
}
