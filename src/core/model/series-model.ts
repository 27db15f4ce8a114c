import type { Episode } from '../anomalies/episode.ts';
import { EpisodeMachine, type EpisodeState } from '../anomalies/episode-machine.ts';
import { BlockBoundary } from '../calibration/block-boundary.ts';
import { Channel } from '../calibration/channel.ts';
import { combine, EvidenceSmoothing } from '../calibration/evidence.ts';
import { TailCalibration } from '../calibration/tail-calibration.ts';
import { CivilTime, DAY_MS } from '../civil-time.ts';
import type { Detector, Observation } from '../detectors/detector.ts';
import { IsolationForestDetector } from '../detectors/isolation-forest-detector.ts';
import { SeasonalBaseline } from '../detectors/seasonal-baseline.ts';
import { Volatility } from '../detectors/volatility.ts';
import { ZScore } from '../detectors/zscore.ts';
import type { Samples } from '../series.ts';
import { StateReader, StateWriter } from '../state.ts';
import type { Judgement } from './judgement.ts';
import type { SeriesPolicy } from './policy.ts';

export type { Judgement } from './judgement.ts';

/** One detector's fitted part: what a model row of the database holds. */
export interface FittedDetector {
  /** Detector kind: `zscore`, `seasonal`, `isolation_forest`. */
  readonly kind: string;
  /** Versioned binary snapshot. */
  readonly snapshot: Uint8Array;
  /** Parameters for people: plain numbers and strings. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Figures of the fit: samples, span, error and the like. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Columns of evidence: five of the z-score, three of the seasonal baseline, one of volatility. */
const ZSCORE = 0;
const SEASONAL = 5;
const VOLATILITY = 8;
const VIEWS = 9;
const FOREST_RANGE = { lowest: -2, octaves: 2, bits: 6 };
/** A shorter pause leaves the short past standing. */
const LONGEST_PAUSE_SAMPLES = 10;
const FULL_TRUST_MS = 7 * DAY_MS;
/** Young calibrations are renewed with every block, grown ones once a day. */
const YOUNG_MS = 3 * DAY_MS;

/**
 * All that SAIMon knows of one series: detectors, their calibration and the episode that may be open.
 *
 * Life: `observe` every sample once, in order. `fit` on the recent past renews the fitted parts; everything else is
 * learned sample by sample and survives fits. Backtest and live detection are this same path.
 */
export class SeriesModel {
  readonly policy: SeriesPolicy;
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
  readonly #civil: CivilTime;
  readonly #zscore: ZScore;
  readonly #seasonal: SeasonalBaseline;
  readonly #volatility: Volatility;
  readonly #forest: IsolationForestDetector;
  readonly #channels: readonly Channel[];
  readonly #forestTail: TailCalibration;
  readonly #boundary: BlockBoundary;
  readonly #smoothing = new EvidenceSmoothing();
  readonly #machine: EpisodeMachine;
  readonly #observation: Observation = { timeMs: 0, localMs: 0, value: 0, expected: 0 };
  readonly #outputs = new Float64Array(VIEWS + 1);
  readonly #views = new Float64Array(VIEWS);
  #forestEvidence = 0;
  #threshold = Number.NaN;
  #drained: Episode[] = [];
  #firstMs = Number.NaN;
  #samples = 0;
  #blocksAtRefit = 0;

  constructor(policy: SeriesPolicy) {
    this.policy = policy;
    const { stepMs } = policy;
    this.#civil = new CivilTime(policy.zone);
    this.#zscore = new ZScore();
    this.#seasonal = new SeasonalBaseline(stepMs, this.#civil);
    this.#volatility = new Volatility(this.#zscore.recent, () => this.#quietest());
    this.#forest = new IsolationForestDetector(this.#civil, {
      trees: policy.trees,
      sampleSize: policy.treeSampleSize,
    });
    this.#channels = Array.from({ length: VIEWS }, () => new Channel(stepMs));
    this.#forestTail = new TailCalibration(FOREST_RANGE, (14 * DAY_MS) / stepMs);
    this.#boundary = new BlockBoundary(stepMs);
    this.#machine = new EpisodeMachine({
      stepMs,
      openAfter: policy.openAfter,
      closeAfter: policy.closeAfter,
    });
  }

  /** Samples with a value seen so far. */
  get samplesSeen(): number {
    return this.#samples;
  }

  /** Whether the detectors have been fitted: before that nothing is ever flagged. */
  get fitted(): boolean {
    return this.#zscore.fitted;
  }

  /** 0..1, how far to trust the model: it grows with the span learned and is small before a fit. */
  get confidence(): number {
    const span = this.last.timeMs - this.#firstMs;
    if (!(span > 0)) return 0;
    const covered = Math.min(1, (this.#samples * this.policy.stepMs) / span);
    const grown = Math.sqrt(Math.min(1, span / FULL_TRUST_MS));
    return this.fitted ? covered * (0.35 + 0.6 * grown) : 0.2 * covered * grown;
  }

  /** Detectors' own ratios for the latest sample, by kind. */
  votes(): Record<string, number> {
    const highest = (from: number, to: number): number =>
      Math.max(...this.#views.subarray(from, to)) / this.#threshold;
    return {
      zscore: highest(ZSCORE, SEASONAL),
      seasonal: highest(SEASONAL, VOLATILITY),
      volatility: highest(VOLATILITY, VIEWS),
      isolation_forest: this.#forestEvidence / this.#threshold,
    };
  }

  /**
   * Scores one sample, then learns it; updates `last`. A missing value (NaN, infinite) and a time not after the latest
   * one are neither judged nor learned: `last` then has ratio 0 and the episode stands as it is.
   */
  observe(timeMs: number, value: number): void {
    if (!this.absorb(timeMs, value) || !this.fitted) return;
    const changed = this.#machine.observe(this.last, {
      votes: () => this.votes(),
      confidence: this.confidence,
    });
    this.last.flagged = this.#machine.open;
    if (changed) this.#keep(changed);
  }

  /** The same without an episode ever opening: what history and the members of an entity get. False when not judged. */
  absorb(timeMs: number, value: number): boolean {
    const { last } = this;
    if (!Number.isFinite(value) || timeMs <= last.timeMs) {
      last.value = value;
      last.ratio = 0;
      return false;
    }
    if (timeMs - last.timeMs > LONGEST_PAUSE_SAMPLES * this.policy.stepMs) this.#interrupt();
    this.#see(timeMs, value);
    this.#measure();
    const evidence = this.#smoothing.next(combine(this.#views, this.#forestEvidence));
    this.#judge(evidence);
    this.#learn(evidence);
    return true;
  }

  /** Observes time-ordered history without opening episodes and looks for its period. */
  learn(history: Samples): void {
    for (let i = 0; i < history.times.length; i++) this.absorb(history.times[i], history.values[i]);
    this.settle();
  }

  /** Looks for a period in the history learned so far. */
  settle(): void {
    this.#seasonal.fit();
  }

  /** Episodes opened, extended or closed since the last call, each in its latest form, oldest first. */
  drainEpisodes(): Episode[] {
    const drained = this.#drained;
    this.#drained = [];
    return drained;
  }

  /** Fits the detectors on time-ordered `history`; `seed` makes the forest repeatable. What was learned stays. */
  fit(history: Samples, seed: number): void {
    for (const detector of this.#detectors()) detector.fit(history, seed);
  }

  /** The fitted parts in force. */
  fittedDetectors(): FittedDetector[] {
    return this.#detectors().flatMap((detector) => {
      const snapshot = detector.snapshot();
      return snapshot ? [{ kind: detector.kind, snapshot, ...detector.describe() }] : [];
    });
  }

  /** Takes over one fitted part, for example another version. RangeError when it cannot be read. */
  adopt(kind: string, snapshot: Uint8Array): void {
    const detector = this.#detectors().find((candidate) => candidate.kind === kind);
    if (!detector)
      throw new RangeError(
        `Cannot adopt a model of kind "${kind}": expected zscore, seasonal or isolation_forest`,
      );
    detector.restore(snapshot);
  }

  /** The episode machine as data that JSON keeps: what a checkpoint holds. */
  episodeState(): EpisodeState {
    return this.#machine.state();
  }

  resumeEpisode(state: EpisodeState): void {
    this.#machine.resume(state);
    this.last.flagged = this.#machine.open;
  }

  /** The learned (streaming) state without the fitted parts, versioned binary. */
  snapshot(): Uint8Array {
    const out = new StateWriter('SMDL', 1);
    const { last } = this;
    const figures = [last.timeMs, last.value, last.expected, last.lower, last.upper, last.ratio];
    for (const figure of [...figures, this.#firstMs, this.#smoothing.level]) out.float(figure);
    out.int(this.#samples);
    out.int(this.#blocksAtRefit);
    for (const part of [...this.#detectors(), ...this.#channels, this.#forestTail, this.#boundary])
      part.save(out);
    return out.finish();
  }

  /** Replaces the learned state; the episode machine is apart (`resumeEpisode`). RangeError when it cannot be read. */
  restore(bytes: Uint8Array): void {
    const state = new StateReader(bytes, 'SMDL', 1);
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
    for (const part of [...this.#detectors(), ...this.#channels, this.#forestTail, this.#boundary])
      part.load(state);
    state.end();
  }

  #detectors(): readonly Detector[] {
    // Volatility looks at the z-score's window and must learn before that takes the sample.
    return [this.#volatility, this.#zscore, this.#seasonal, this.#forest];
  }

  #interrupt(): void {
    for (const detector of this.#detectors()) detector.interrupt();
    this.#smoothing.level = 0;
  }

  #see(timeMs: number, value: number): void {
    const observation = this.#observation;
    observation.timeMs = timeMs;
    observation.localMs = this.#civil.toLocal(timeMs);
    observation.value = value;
    observation.expected = this.#seasonal.expect(observation.localMs);
    this.last.timeMs = timeMs;
    this.last.value = value;
    if (this.#samples++ === 0) this.#firstMs = timeMs;
  }

  /** Every detector's output, turned into evidence. */
  #measure(): void {
    const outputs = this.#outputs;
    this.#zscore.scoreOne(this.#observation, outputs, ZSCORE);
    this.#seasonal.scoreOne(this.#observation, outputs, SEASONAL);
    this.#volatility.scoreOne(this.#observation, outputs, VOLATILITY);
    this.#forest.scoreOne(this.#observation, outputs, VIEWS);
    const floor = this.#floor();
    const side = Math.sign(outputs[SEASONAL]);
    for (let i = 0; i < VIEWS; i++) {
      const output = outputs[i];
      let evidence = this.#channels[i].evidence(output, i === VOLATILITY ? 0.05 : floor);
      if (!this.#wanted(i === VOLATILITY ? side : output)) evidence = 0;
      else if (i < SEASONAL && evidence > 1 && this.#isSmall(i, floor)) evidence = 1;
      this.#views[i] = evidence;
    }
    const forest = outputs[VIEWS];
    this.#forestEvidence =
      Number.isNaN(forest) || !this.#wanted(side) ? 0 : this.#forestTail.evidence(forest);
  }

  #judge(evidence: number): void {
    const { last } = this;
    this.#threshold = this.#boundary.at((last.timeMs - this.#firstMs) / DAY_MS);
    this.#drawBand();
    last.ratio = this.fitted ? evidence / this.#threshold : 0;
    if (last.ratio >= 1 && this.#isNegligible()) last.ratio = 0.99;
  }

  /**
   * Centre and limits for people: the seasonal expectation, as it is or moved to the level of the last hour, whichever
   * is known more narrowly; as wide as one of its residuals must be to reach the boundary.
   */
  #drawBand(): void {
    const { last } = this;
    const floor = this.#floor();
    const plain = this.#channels[SEASONAL].residualAt(this.#threshold, floor);
    const leveled = this.#channels[SEASONAL + 1].residualAt(this.#threshold, floor);
    const moved = leveled < plain && !Number.isNaN(this.#outputs[SEASONAL + 1]);
    const expected = last.value - this.#outputs[moved ? SEASONAL + 1 : SEASONAL];
    const reach = moved ? leveled : plain;
    last.expected = this.#clip(expected);
    last.lower = this.#clip(expected - reach);
    last.upper = this.#clip(expected + reach);
  }

  #learn(evidence: number): void {
    const floor = this.#floor();
    for (let i = 0; i < VIEWS; i++)
      this.#channels[i].learn(this.#outputs[i], i === VOLATILITY ? 0.05 : floor);
    const forest = this.#outputs[VIEWS];
    if (!Number.isNaN(forest)) this.#forestTail.learn(forest);
    for (const detector of this.#detectors()) detector.learnOne(this.#observation);
    if (this.#boundary.learn(this.last.timeMs, evidence)) this.#refit();
  }

  /** Renews tails and boundary. */
  #refit(): void {
    const young = this.last.timeMs - this.#firstMs < YOUNG_MS;
    const blocks = this.#boundary.blocks;
    if (!young && blocks - this.#blocksAtRefit < 24) return;
    this.#blocksAtRefit = blocks;
    for (const channel of this.#channels) channel.refit();
    this.#forestTail.refit(100);
    this.#boundary.refit();
  }

  #keep(changed: Episode): void {
    const latest = this.#drained.at(-1);
    if (latest?.openedAtMs === changed.openedAtMs)
      this.#drained[this.#drained.length - 1] = changed;
    else this.#drained.push(changed);
  }

  #wanted(side: number): boolean {
    const { direction } = this.policy;
    return direction === 'both' || (direction === 'above_expected' ? side > 0 : side < 0);
  }

  /** A jump of few robust standard deviations is no evidence, however regular the series is. */
  #isSmall(column: number, floor: number): boolean {
    return (
      Math.abs(this.#outputs[column]) <
      this.policy.zscoreThreshold * this.#channels[column].scale(floor)
    );
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

  /** The smallest deviation that can matter, in the metric's unit: constant series have no scale of their own. */
  #floor(): number {
    const { deviation, center } = this.#zscore;
    if (Number.isNaN(center)) return Math.max(1e-6 * Math.abs(this.last.value), 1e-12);
    return Math.max(0.006 * deviation, 1e-6 * Math.abs(center), 1e-12);
  }

  #quietest(): number {
    const { deviation } = this.#zscore;
    return Math.max(Number.isNaN(deviation) ? 0 : 0.001 * deviation, this.#floor() / 6);
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
