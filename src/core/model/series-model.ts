import type { Background } from '../anomalies/contribution.ts';
import type { Episode } from '../anomalies/episode.ts';
import type { HourlyPeaks } from '../calibration/hourly-peaks.ts';
import { DAY_MS } from '../civil-time.ts';
import type { DeclaredEvent } from '../context/declared-event.ts';
import type { Samples } from '../series.ts';
import { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import { Coverage } from './coverage.ts';
import type { FittedDetector } from './fitted-detector.ts';
import { type Forecast, type ForecastRequest, forecastOf } from './forecast.ts';
import { sampleGrounds } from './grounds.ts';
import type { Judgement } from './judgement.ts';
import type { SeriesPolicy } from './policy.ts';
import { SampleJudge } from './sample-judge.ts';
import { type EpisodeStates, SeriesEpisodes } from './series-episodes.ts';

export type { FittedDetector } from './fitted-detector.ts';
export type { Judgement } from './judgement.ts';
export type { EpisodeStates } from './series-episodes.ts';

const FULL_TRUST_MS = 7 * DAY_MS;

/**
 * All that SAIMon knows of one series: detectors, their calibration, its boundary and the episode that may be open.
 *
 * Life: `observe` every sample once, in order. `fit` on the recent past renews the fitted parts; everything else is
 * learned sample by sample and survives fits. Backtest and live detection are this same path.
 */
export class SeriesModel {
  readonly policy: SeriesPolicy;
  /** Judgement of the latest sample; the same object is reused for every sample. */
  readonly last: Judgement;
  readonly #judge: SampleJudge;
  readonly #episodes: SeriesEpisodes;
  readonly #coverage: Coverage;

  constructor(policy: SeriesPolicy) {
    this.policy = policy;
    const room = new Room();
    this.#judge = new SampleJudge(policy, room);
    this.last = this.#judge.last;
    this.#episodes = new SeriesEpisodes(policy, room);
    this.#coverage = new Coverage(policy.stepMs, room);
  }

  /** What the learned boundary is multiplied by, for an alert budget; of this run, not of the learned state. */
  get strictness(): number {
    return this.#judge.strictness;
  }

  set strictness(factor: number) {
    this.#judge.strictness = factor;
    this.#episodes.strictness = factor;
  }

  /** The highest ratios of late, all at the learned boundary. */
  get peaks(): HourlyPeaks {
    return this.#judge.peaks;
  }

  /**
   * Writes what every view says of the latest sample into EVIDENCE_VIEWS entries of `out` from `at`, in units of the
   * evidence that makes a sample anomalous.
   */
  writeEvidence(out: Float64Array, at: number): void {
    this.#judge.panel.writeEvidence(this.#judge.learnedThreshold, out, at);
  }

  /**
   * Deviation ratio of the latest sample by itself, at the learned boundary: neither what came before it counts nor
   * conditions, nor an alert budget.
   */
  get momentaryRatio(): number {
    return this.#judge.momentary * this.#judge.strictness;
  }

  /** Samples with a value seen so far. */
  get samplesSeen(): number {
    return this.#judge.samples;
  }

  /** Whether the detectors have been fitted: before that nothing is ever flagged. */
  get fitted(): boolean {
    return this.#judge.panel.fitted;
  }

  /** 0..1, how far to trust the model: it grows with the span learned and is small before a fit. */
  get confidence(): number {
    const span = this.last.timeMs - this.firstMs;
    if (!(span > 0)) return 0;
    const covered = Math.min(1, (this.samplesSeen * this.policy.stepMs) / span);
    const grown = Math.sqrt(Math.min(1, span / FULL_TRUST_MS));
    return this.fitted ? covered * (0.35 + 0.6 * grown) : 0.2 * covered * grown;
  }

  /** How well the series is known by now. */
  get background(): Background {
    return {
      learnedSinceMs: this.firstMs,
      samples: this.samplesSeen,
      ...this.#coverage.ofPastDay(),
    };
  }

  /** Detectors' own ratios for the latest sample, by kind. */
  votes(): Record<string, number> {
    return this.#judge.votes();
  }

  /** Kind of the declared event after which the latest sample is normal, although it would be anomalous without it. */
  get normalAfter(): string | undefined {
    return this.#judge.normalAfter;
  }

  /** Tells the declared events that concern the series, oldest first; replaces those told before. */
  declareEvents(events: readonly DeclaredEvent[]): void {
    this.#judge.events.declare(events);
  }

  /**
   * Scores one sample, then learns it; updates `last`. A missing value (NaN, infinite) and a time not after the latest
   * one are neither judged nor learned: `last` then has ratio 0 and the episode stands as it is.
   */
  observe(timeMs: number, value: number): void {
    if (!this.#take(timeMs, value) || !this.fitted) return;
    const evidence = {
      votes: () => this.votes(),
      confidence: this.confidence,
      isAway: this.#judge.isAway,
      backSinceMs: this.#judge.backSinceMs,
      grounds: () => sampleGrounds(this.#judge, this.background),
    };
    this.#episodes.raise(this.last, evidence, () => this.background);
    this.#unlearnOutage();
    this.#sumUp();
  }

  /** The same without an episode ever opening: what history and the members of an entity get. False when not judged. */
  absorb(timeMs: number, value: number): boolean {
    if (!this.#take(timeMs, value)) return false;
    // Samples learned again after a restart: the episodes are there already.
    this.#unlearnOutage();
    this.#sumUp();
    return true;
  }

  #take(timeMs: number, value: number): boolean {
    if (!this.#judge.take(timeMs, value)) return false;
    this.#coverage.learn(timeMs);
    this.#episodes.learn(this.last, this.#judge.panel.localMs);
    const { peak } = this.#episodes;
    if (peak > 0 && this.fitted) this.peaks.learn(timeMs, peak);
    return true;
  }

  /** Absorbs time-ordered history and looks for its period. */
  learn({ times, values }: Samples): void {
    for (let from = 0; from < times.length; ) {
      // After a pause detectors begin anew: only what follows its first sample can be prepared for.
      this.absorb(times[from], values[from]);
      const end = this.anticipate({ times, values }, from + 1);
      for (let i = from + 1; i < end; i++) this.absorb(times[i], values[i]);
      from = end;
    }
    this.settle();
  }

  /** See SampleJudge. */
  anticipate(samples: Samples, from: number): number {
    return this.#judge.anticipate(samples, from);
  }

  /** Unlearns what the clock lets expect of an outage that is over: from `sinceMs` to now. */
  forgetSince(sinceMs: number): void {
    this.#judge.panel.forgetSince(sinceMs);
  }

  /** Looks for a period in the history learned so far. */
  settle(): void {
    this.#judge.panel.settle();
  }

  /** Episodes opened, extended or closed since the last call, each in its latest form, oldest first. */
  drainEpisodes(): Episode[] {
    return this.#episodes.drain();
  }

  /** Time of the first sample; NaN before there is one. */
  get firstMs(): number {
    return this.#judge.firstMs;
  }

  /** When it is an absence that no sample came since the latest one; Infinity for a series that sends as it likes. */
  get absenceDueMs(): number {
    return this.fitted ? this.#episodes.absence.dueMs : Number.POSITIVE_INFINITY;
  }

  /** Whether an absence is open. */
  get absent(): boolean {
    return this.#episodes.absence.open;
  }

  /**
   * No sample came from the latest one up to `untilMs`, although its source went on: an absence opens where one is due, by
   * the time of samples alone, and ends after a day. The next observed sample closes it.
   */
  miss(untilMs: number): void {
    if (this.fitted) this.#episodes.absence.miss(untilMs, this.last, () => this.background);
  }

  /** Closes an open absence: another series has taken the place of this one. */
  endAbsence(timeMs: number): void {
    this.#episodes.absence.end(timeMs);
  }

  /** Closes what is open at `timeMs`, but for an absence: no sample of this series will come. */
  endEpisodes(timeMs: number): void {
    this.#episodes.end(timeMs);
  }

  /** Fits the detectors on time-ordered `history`; `seed` makes the forest repeatable. What was learned stays. */
  fit(history: Samples, seed: number): void {
    this.#judge.panel.fit(history, seed);
  }

  /** Where the series is going: its pattern goes on, and so does the slow movement of its level, if there is any. */
  forecast(request: ForecastRequest): Forecast {
    const { last, policy } = this;
    const clip = (value: number): number => this.#judge.clip(value);
    const parts = { panel: this.#judge.panel, drift: this.#episodes.drift, clip };
    return forecastOf(parts, { last, limits: policy.dataRange ?? [], ...request });
  }

  /** The fitted parts in force. */
  fittedDetectors(): FittedDetector[] {
    return this.#judge.panel.fittedDetectors();
  }

  /** Takes over one fitted part, for example another version. RangeError when it cannot be read. */
  adopt(kind: string, snapshot: Uint8Array): void {
    this.#judge.panel.adopt(kind, snapshot);
  }

  /** The episodes as data that JSON keeps: what a checkpoint holds. */
  episodeStates(): EpisodeStates {
    return this.#episodes.states();
  }

  resumeEpisodes(states: EpisodeStates): void {
    this.#episodes.resume(states);
    this.last.flagged = this.#episodes.active;
  }

  /** The learned (streaming) state without the fitted parts, versioned binary. */
  snapshot(): Uint8Array {
    const out = new StateWriter('SMDL', 19);
    for (const part of this.#parts()) part.save(out);
    return out.finish();
  }

  /** Replaces the learned state; the episodes are apart (`resumeEpisodes`). RangeError when it cannot be read. */
  restore(bytes: Uint8Array): void {
    const state = new StateReader(bytes, 'SMDL', 19);
    for (const part of this.#parts()) part.load(state);
    state.end();
  }

  #parts() {
    return [this.#judge, this.#episodes, this.#coverage, this.#episodes.absence];
  }

  /** `last` speaks for the whole: the sample itself and the conditions. */
  #sumUp(): void {
    const { last } = this;
    last.ratio = Math.max(last.ratio, this.#episodes.ratio);
    last.flagged = this.#episodes.active;
  }

  /** What returned was an outage: it is not what the clock lets expect another day. */
  #unlearnOutage(): void {
    const sinceMs = this.#episodes.outageOverAt(this.last.timeMs);
    if (sinceMs !== undefined) this.#judge.panel.forgetSince(sinceMs);
  }
}

/** Trains a new model on the history of a series: fits the detectors, then observes every sample without flagging. */
export function trainSeriesModel(
  policy: SeriesPolicy,
  history: Samples,
  seed: number,
): SeriesModel {
  const model = new SeriesModel(policy);
  model.fit(history, seed);
  model.learn(history);
  return model;
}
