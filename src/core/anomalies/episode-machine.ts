import type { Judgement } from '../model/judgement.ts';
import type { DetectorVote, Direction, Episode, Peak } from './episode.ts';

/** An open episode closes when the ratio has stayed under this … */
const CALM_RATIO = 0.7;
/** … for this many samples in a row. */
const CALM_SAMPLES = 3;
/** One that would open again within this time of its close goes on instead. */
const MERGE_MS = 900_000;
const MERGE_SAMPLES = 3;

export interface EpisodeRules {
  readonly stepMs: number;
  readonly openAfter: 'auto' | { readonly count: number; readonly of: number };
  readonly closeAfter: 'auto' | number;
}

/** What goes with a sample's judgement into an episode. */
export interface Evidence {
  readonly votes: () => Record<string, number>;
  readonly confidence: number;
}

/** The machine at rest between two samples, as plain data that JSON keeps (NaN comes back as null). */
export interface EpisodeState {
  readonly episode: Episode | null;
  readonly calm: number;
  readonly abnormalSince: number | null;
  readonly recent: readonly boolean[];
}

/**
 * Points to episodes. The deviation ratio already accumulates evidence over samples, so by default an episode opens
 * at the first sample whose ratio reaches 1 and closes after three below 0.7; `openAfter` asks for more.
 */
export class EpisodeMachine {
  readonly #rules: EpisodeRules;
  #episode: Episode | undefined;
  #calm = 0;
  #abnormalSince = Number.NaN;
  #recent: boolean[] = [];
  #changed = false;

  constructor(rules: EpisodeRules) {
    this.#rules = rules;
  }

  get open(): boolean {
    return this.#episode?.open ?? false;
  }

  observe(judgement: Readonly<Judgement>, evidence: Evidence): Episode | undefined {
    const { timeMs, ratio } = judgement;
    const abnormal = ratio >= 1;
    if (ratio < CALM_RATIO) this.#abnormalSince = Number.NaN;
    else if (Number.isNaN(this.#abnormalSince)) this.#abnormalSince = timeMs;
    const { openAfter } = this.#rules;
    if (openAfter !== 'auto') {
      this.#recent.push(abnormal);
      if (this.#recent.length > openAfter.of) this.#recent.shift();
    }
    this.#changed = false;
    if (this.open) this.#goOn(judgement, evidence);
    else if (abnormal && this.#suffices()) this.#begin(judgement, evidence);
    return this.#changed ? this.#episode : undefined;
  }

  state(): EpisodeState {
    return {
      episode: this.#episode ?? null,
      calm: this.#calm,
      abnormalSince: Number.isNaN(this.#abnormalSince) ? null : this.#abnormalSince,
      recent: [...this.#recent],
    };
  }

  resume(state: EpisodeState): void {
    this.#episode = state.episode ? withoutNulls(state.episode) : undefined;
    this.#calm = state.calm;
    this.#abnormalSince = state.abnormalSince ?? Number.NaN;
    this.#recent = [...state.recent];
  }

  #suffices(): boolean {
    const { openAfter } = this.#rules;
    return openAfter === 'auto' || this.#recent.filter(Boolean).length >= openAfter.count;
  }

  #begin(judgement: Readonly<Judgement>, evidence: Evidence): void {
    const { timeMs } = judgement;
    const before = this.#episode;
    this.#calm = 0;
    this.#changed = true;
    const gap = Math.max(MERGE_MS, MERGE_SAMPLES * this.#rules.stepMs);
    if (before !== undefined && timeMs - before.endedAtMs <= gap) {
      this.#episode = {
        ...extended(before, judgement, evidence),
        open: true,
        endedAtMs: Number.NaN,
      };
      return;
    }
    this.#episode = {
      openedAtMs: timeMs,
      startedAtMs: this.#abnormalSince,
      lastAtMs: timeMs,
      endedAtMs: Number.NaN,
      open: true,
      peak: peakOf(judgement),
      direction: directionOf(judgement),
      samples: 1,
      confidence: evidence.confidence,
      detectors: agreeing(evidence.votes()),
    };
  }

  #goOn(judgement: Readonly<Judgement>, evidence: Evidence): void {
    const episode = this.#episode;
    if (episode === undefined) return;
    if (judgement.ratio >= CALM_RATIO) {
      this.#calm = 0;
      if (judgement.ratio < 1) return;
      this.#episode = extended(episode, judgement, evidence);
      this.#changed = true;
      return;
    }
    this.#calm++;
    const { closeAfter } = this.#rules;
    if (this.#calm < (closeAfter === 'auto' ? CALM_SAMPLES : closeAfter)) return;
    this.#episode = { ...episode, open: false, endedAtMs: judgement.timeMs };
    this.#changed = true;
  }
}

function extended(episode: Episode, judgement: Readonly<Judgement>, evidence: Evidence): Episode {
  const grown = { ...episode, lastAtMs: judgement.timeMs, samples: episode.samples + 1 };
  if (!surpasses(judgement, episode.peak)) return grown;
  return {
    ...grown,
    peak: peakOf(judgement),
    direction: directionOf(judgement),
    confidence: evidence.confidence,
    detectors: agreeing(evidence.votes()),
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
      expected: peak.expected ?? Number.NaN,
      lower: peak.lower ?? Number.NaN,
      upper: peak.upper ?? Number.NaN,
    },
  };
}
