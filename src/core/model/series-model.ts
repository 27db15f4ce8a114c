import type { Background } from '../anomalies/contribution.ts';
import type { Episode } from '../anomalies/episode.ts';
import { EpisodeMachine, type EpisodeState } from '../anomalies/episode-machine.ts';
import { BlockBoundary } from '../calibration/block-boundary.ts';
import { EvidenceSmoothing } from '../calibration/evidence.ts';
import { HourlyPeaks } from '../calibration/hourly-peaks.ts';
import { Persistence } from '../calibration/persistence.ts';
import { DAY_MS } from '../civil-time.ts';
import type { DeclaredEvent } from '../context/declared-event.ts';
import { EventResponse } from '../context/event-response.ts';
import type { Samples } from '../series.ts';
import { StateReader, StateWriter } from '../state.ts';
import { Absence } from './absence.ts';
import { Conditions } from './conditions.ts';
import { Coverage } from './coverage.ts';
import { DriftCondition } from './drift-condition.ts';
import { EvidencePanel, type FittedDetector } from './evidence-panel.ts';
import { FlatLineCondition } from './flat-line-condition.ts';
import { type Forecast, type ForecastRequest, forecastOf } from './forecast.ts';
import { sampleGrounds } from './grounds.ts';
import type { Judgement } from './judgement.ts';
import type { SeriesPolicy } from './policy.ts';

export type { FittedDetector } from './evidence-panel.ts';
export type { Judgement } from './judgement.ts';

/** A shorter pause leaves the short past standing. */
const LONGEST_PAUSE_SAMPLES = 10;
/** Samples prepared for together: at most so many that their features fit the second-level cache. */
const PREPARED_AT_ONCE = 4096;
const WORTH_PREPARING = 64;
const FULL_TRUST_MS = 7 * DAY_MS;
/** Young calibrations are renewed with every block, grown ones once a day. */
const YOUNG_MS = 3 * DAY_MS;
const BLOCKS_A_DAY = 24;
const JUST_NORMAL = 0.99;
/** After so many normal samples trouble is over. */
const CALM_SAMPLES = 3;
/** Samples after which a passed peak counts half in how bad it is. */
const PEAK_HALF_LIFE = 5;

/** Episodes of one series at rest, by kind. */
export type EpisodeStates = Readonly<Record<string, EpisodeState>>;

/**
 * All that SAIMon knows of one series: detectors, their calibration, its boundary and the episode that may be open.
 *
 * Life: `observe` every sample once, in order. `fit` on the recent past renews the fitted parts; everything else is
 * learned sample by sample and survives fits. Backtest and live detection are this same path.
 */
export class SeriesModel {
  readonly policy: SeriesPolicy;
  /** What the learned boundary is multiplied by, for an alert budget; of this run, not of the learned state. */
  strictness = 1;
  /** The highest ratios of late, all at the learned boundary. */
  readonly peaks = new HourlyPeaks();
  /** Judgement of the latest sample; the same object is reused for every sample. */
  readonly last: Judgement = {
    timeMs: Number.NaN,
    value: Number.NaN,
    expected: Number.NaN,
    lower: Number.NaN,
    upper: Number.NaN,
    ratio: 0,
    flagged: false,
  };
  readonly #panel: EvidencePanel;
  readonly #boundary: BlockBoundary;
  readonly #smoothing = new EvidenceSmoothing();
  readonly #persistence: Persistence;
  readonly #machine: EpisodeMachine;
  readonly #drift: DriftCondition;
  readonly #conditions: Conditions;
  readonly #absence: Absence;
  readonly #events: EventResponse;
  readonly #coverage: Coverage;
  #normalAfter: string | undefined;
  readonly #levelBefore = (lateMs: number): number => this.#panel.levelBefore(lateMs);
  #threshold = Number.NaN;
  #learnedThreshold = Number.NaN;
  #momentary = 0;
  /** Normal samples in a row, as far as it matters. */
  #calm = CALM_SAMPLES;
  #firstMs = Number.NaN;
  #samples = 0;
  #blocksAtRefit = 0;

  constructor(policy: SeriesPolicy) {
    this.policy = policy;
    this.#panel = new EvidencePanel(policy);
    this.#boundary = new BlockBoundary(policy.stepMs);
    this.#persistence = new Persistence(policy.stepMs, { peakHalfLife: PEAK_HALF_LIFE });
    this.#machine = new EpisodeMachine(policy);
    this.#drift = new DriftCondition(policy);
    this.#conditions = new Conditions([this.#drift, new FlatLineCondition(policy)], policy);
    this.#absence = new Absence(policy);
    this.#events = new EventResponse(policy.stepMs);
    this.#coverage = new Coverage(policy.stepMs);
  }

  /**
   * Writes what every view says of the latest sample into EVIDENCE_VIEWS entries of `out` from `at`, in units of the
   * evidence that makes a sample anomalous.
   */
  writeEvidence(out: Float64Array, at: number): void {
    this.#panel.writeEvidence(this.#learnedThreshold, out, at);
  }

  /**
   * Deviation ratio of the latest sample by itself, at the learned boundary: neither what came before it counts nor
   * conditions, nor an alert budget.
   */
  get momentaryRatio(): number {
    return this.#momentary * this.strictness;
  }

  /** The latest sample's distance from what its time lets expect, in units of its usual size; NaN where it cannot be said. */
  get offset(): number {
    return this.#panel.offset;
  }

  /** Samples with a value seen so far. */
  get samplesSeen(): number {
    return this.#samples;
  }

  /** Whether the detectors have been fitted: before that nothing is ever flagged. */
  get fitted(): boolean {
    return this.#panel.fitted;
  }

  /** 0..1, how far to trust the model: it grows with the span learned and is small before a fit. */
  get confidence(): number {
    const span = this.last.timeMs - this.#firstMs;
    if (!(span > 0)) return 0;
    const covered = Math.min(1, (this.#samples * this.policy.stepMs) / span);
    const grown = Math.sqrt(Math.min(1, span / FULL_TRUST_MS));
    return this.fitted ? covered * (0.35 + 0.6 * grown) : 0.2 * covered * grown;
  }

  /** How well the series is known by now. */
  get background(): Background {
    return {
      learnedSinceMs: this.#firstMs,
      samples: this.#samples,
      ...this.#coverage.ofPastDay(),
    };
  }

  /** Detectors' own ratios for the latest sample, by kind. */
  votes(): Record<string, number> {
    const evidence = Object.entries(this.#panel.byDetector());
    return Object.fromEntries(evidence.map(([kind, amount]) => [kind, amount / this.#threshold]));
  }

  /** Kind of the declared event after which the latest sample is normal, although it would be anomalous without it. */
  get normalAfter(): string | undefined {
    return this.#normalAfter;
  }

  /** Tells the declared events that concern the series, oldest first; replaces those told before. */
  declareEvents(events: readonly DeclaredEvent[]): void {
    this.#events.declare(events);
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
      away: (episode: Episode) => this.#isAway(episode),
      grounds: () => {
        const parts = {
          panel: this.#panel,
          threshold: this.#threshold,
          momentary: this.#momentary,
        };
        return sampleGrounds({ ...parts, ratio: this.last.ratio }, this.background);
      },
    };
    this.#absence.back(this.last);
    this.#machine.observe(this.last, evidence);
    this.#conditions.raise(() => this.background);
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
    const { last } = this;
    this.#normalAfter = undefined;
    if (!Number.isFinite(value) || timeMs <= last.timeMs) {
      last.value = value;
      last.ratio = 0;
      this.#momentary = 0;
      return false;
    }
    if (timeMs - last.timeMs > LONGEST_PAUSE_SAMPLES * this.policy.stepMs) this.#interrupt();
    last.timeMs = timeMs;
    last.value = value;
    if (this.#samples++ === 0) this.#firstMs = timeMs;
    this.#coverage.learn(timeMs);
    this.#absence.learn(timeMs);
    this.#events.advance(timeMs, this.#levelBefore);
    const evidence = this.#smoothing.next(this.#panel.measure(timeMs, value));
    this.#judge(evidence);
    this.#conditions.observe(last, this.#panel.localMs);
    this.#events.learn(value, last.ratio >= 1);
    // What is normal after an event only must not become normal without one.
    const explained = this.#normalAfter !== undefined;
    this.#panel.learn({ tails: !explained, clock: !this.#events.following });
    const learned = explained ? Math.min(evidence, this.#learnedThreshold) : evidence;
    if (this.#boundary.learn(timeMs, learned)) this.#recalibrate();
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

  /**
   * Prepares for the samples from `from` on, which follow what was observed last, as far as they come without a pause: seen
   * all at once they take half the forest's time, and the verdicts are the same. Index of the first not prepared for.
   */
  anticipate(samples: Samples, from: number): number {
    const end = this.#endOfRun(samples, from);
    if (end - from >= WORTH_PREPARING) {
      this.#panel.anticipate({
        times: samples.times.subarray(from, end),
        values: samples.values.subarray(from, end),
      });
    }
    return end;
  }

  /** Unlearns what the clock lets expect of an outage that is over: from `sinceMs` to now. */
  forgetSince(sinceMs: number): void {
    this.#panel.forgetSince(sinceMs);
  }

  /** Looks for a period in the history learned so far. */
  settle(): void {
    this.#panel.settle();
  }

  /** Episodes opened, extended or closed since the last call, each in its latest form, oldest first. */
  drainEpisodes(): Episode[] {
    return [...this.#machine.drain(), ...this.#conditions.drain(), ...this.#absence.drain()];
  }

  /** Time of the first sample; NaN before there is one. */
  get firstMs(): number {
    return this.#firstMs;
  }

  /** When it is an absence that no sample came since the latest one; Infinity for a series that sends as it likes. */
  get absenceDueMs(): number {
    return this.fitted ? this.#absence.dueMs : Number.POSITIVE_INFINITY;
  }

  /** Whether an absence is open. */
  get absent(): boolean {
    return this.#absence.open;
  }

  /**
   * No sample came from the latest one up to `untilMs`, although its source went on: an absence opens where one is due, by
   * the time of samples alone, and ends after a day. The next observed sample closes it.
   */
  miss(untilMs: number): void {
    if (this.fitted) this.#absence.miss(untilMs, this.last, () => this.background);
  }

  /** Closes an open absence: another series has taken the place of this one. */
  endAbsence(timeMs: number): void {
    this.#absence.end(timeMs);
  }

  /** Closes what is open at `timeMs`, but for an absence: no sample of this series will come. */
  endEpisodes(timeMs: number): void {
    this.#machine.end(timeMs);
    this.#conditions.end(timeMs);
  }

  /** Fits the detectors on time-ordered `history`; `seed` makes the forest repeatable. What was learned stays. */
  fit(history: Samples, seed: number): void {
    this.#panel.fit(history, seed);
  }

  /** Where the series is going: its pattern goes on, and so does the slow movement of its level, if there is any. */
  forecast(request: ForecastRequest): Forecast {
    const { last, policy } = this;
    const clip = (value: number): number => this.#clip(value);
    const parts = { panel: this.#panel, drift: this.#drift, clip };
    return forecastOf(parts, { last, limits: policy.dataRange ?? [], ...request });
  }

  /** The fitted parts in force. */
  fittedDetectors(): FittedDetector[] {
    return this.#panel.fittedDetectors();
  }

  /** Takes over one fitted part, for example another version. RangeError when it cannot be read. */
  adopt(kind: string, snapshot: Uint8Array): void {
    this.#panel.adopt(kind, snapshot);
  }

  /** The episodes as data that JSON keeps: what a checkpoint holds. */
  episodeStates(): EpisodeStates {
    return {
      deviation: this.#machine.state(),
      absence: this.#absence.state(),
      ...this.#conditions.states(),
    };
  }

  resumeEpisodes(states: EpisodeStates): void {
    const { deviation, absence } = states;
    if (absence) this.#absence.resume(absence);
    if (deviation) this.#machine.resume(deviation);
    this.#conditions.resume(states);
    this.last.flagged = this.#machine.active || this.#conditions.active;
  }

  /** The learned (streaming) state without the fitted parts, versioned binary. */
  snapshot(): Uint8Array {
    const out = new StateWriter('SMDL', 6);
    const { last } = this;
    const figures = [last.timeMs, last.value, last.expected, last.lower, last.upper, last.ratio];
    for (const figure of [...figures, this.#firstMs, this.#smoothing.level]) out.float(figure);
    out.int(this.#samples);
    out.int(this.#blocksAtRefit);
    out.int(this.#calm);
    this.#panel.save(out);
    this.#boundary.save(out);
    this.peaks.save(out);
    this.#persistence.save(out);
    this.#conditions.save(out);
    this.#events.save(out);
    this.#coverage.save(out);
    this.#absence.save(out);
    return out.finish();
  }

  /** Replaces the learned state; the episodes are apart (`resumeEpisodes`). RangeError when it cannot be read. */
  restore(bytes: Uint8Array): void {
    const state = new StateReader(bytes, 'SMDL', 6);
    const { last } = this;
    last.timeMs = state.float();
    last.value = state.float();
    last.expected = state.float();
    last.lower = state.float();
    last.upper = state.float();
    last.ratio = state.float();
    this.#firstMs = state.float();
    this.#smoothing.level = state.float();
    this.#samples = state.int();
    this.#blocksAtRefit = state.int();
    this.#calm = state.int();
    this.#panel.load(state);
    this.#boundary.load(state);
    this.peaks.load(state);
    this.#persistence.load(state);
    this.#conditions.load(state);
    this.#events.load(state);
    this.#coverage.load(state);
    this.#absence.load(state);
    state.end();
  }

  /** Where samples that follow each other without a pause or a missing value end. */
  #endOfRun({ times, values }: Samples, from: number): number {
    const longestMs = LONGEST_PAUSE_SAMPLES * this.policy.stepMs;
    const most = Math.min(times.length, from + PREPARED_AT_ONCE);
    for (let end = from; end < most; end++) {
      const pauseMs = times[end] - times[end - 1];
      if (!Number.isFinite(values[end]) || !(pauseMs > 0 && pauseMs <= longestMs)) return end;
    }
    return most;
  }

  /** `last` speaks for the whole: the sample itself and the conditions. */
  #sumUp(): void {
    const { last } = this;
    last.ratio = Math.max(last.ratio, this.#conditions.ratio);
    last.flagged = this.#machine.active || this.#conditions.active;
  }

  /** Whether less than half of the way back from a jump has been gone: the level differs, only the models have got used to it. */
  #isAway({ direction, startedAtMs, peak }: Episode): boolean {
    const way = peak.value - peak.expected;
    const left = Math.sign(way) * this.#panel.missBefore(startedAtMs);
    return direction !== 'shape' && left > Math.abs(way) / 2;
  }

  /** What returned was an outage: it is not what the clock lets expect another day. */
  #unlearnOutage(): void {
    const sinceMs = this.#machine.outageOverAt(this.last.timeMs);
    if (sinceMs !== undefined) this.#panel.forgetSince(sinceMs);
  }

  #interrupt(): void {
    this.#panel.interrupt();
    this.#smoothing.level = 0;
  }

  #judge(evidence: number): void {
    const { last } = this;
    this.#learnedThreshold = this.#boundary.at((last.timeMs - this.#firstMs) / DAY_MS);
    this.#threshold = this.#learnedThreshold * this.strictness;
    const { expected, reach } = this.#panel.band(this.#threshold);
    last.expected = this.#clip(expected);
    last.lower = this.#clip(expected - reach);
    last.upper = this.#clip(expected + reach);
    const ratio = this.fitted ? evidence / this.#learnedThreshold : 0;
    // A stricter boundary excuses nothing less: what is learned does not depend on the budget.
    const least = Math.min(1, this.strictness);
    const counts = ratio >= least && this.#isExcused() ? JUST_NORMAL * least : ratio;
    if (this.fitted) this.peaks.learn(last.timeMs, counts);
    this.#calm = counts < least ? Math.min(this.#calm + 1, CALM_SAMPLES) : 0;
    this.#momentary = counts / this.strictness;
    last.ratio = this.#persistence.next(this.#momentary);
  }

  #recalibrate(): void {
    const young = this.last.timeMs - this.#firstMs < YOUNG_MS;
    if (!young && this.#boundary.blocks - this.#blocksAtRefit < BLOCKS_A_DAY) return;
    this.#blocksAtRefit = this.#boundary.blocks;
    this.#panel.recalibrate();
    this.#boundary.refit();
  }

  /** Too small a deviation to matter, what usually follows a declared event, or a habit. */
  #isExcused(): boolean {
    if (this.#isNegligible()) return true;
    const { value, lower, upper } = this.last;
    this.#normalAfter = this.#events.explains(value, value >= lower && value <= upper);
    if (this.#normalAfter !== undefined) return true;
    // In the midst of trouble passing a usual place is no relief.
    return this.#calm >= CALM_SAMPLES && this.#panel.usual;
  }

  #isNegligible(): boolean {
    const { minDeviation, minRelativeDeviation } = this.policy;
    const { value, expected } = this.last;
    const deviation = Math.abs(value - expected);
    return deviation < minDeviation || deviation < minRelativeDeviation * Math.abs(expected);
  }

  #clip(value: number): number {
    const range = this.policy.dataRange;
    return range ? Math.min(Math.max(value, range[0]), range[1]) : value;
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
