import type { Contribution, ContributionName } from '../anomalies/contribution.ts';
import { Channels } from '../calibration/channels.ts';
import { DailyRange } from '../calibration/daily-range.ts';
import { combine, combinedShares } from '../calibration/evidence.ts';
import { FamiliarSize } from '../calibration/familiar-size.ts';
import { HourlyScale } from '../calibration/hourly-scale.ts';
import { SpikeHabit } from '../calibration/spike-habit.ts';
import { TailCalibration } from '../calibration/tail-calibration.ts';
import { CivilTime, DAY_MS } from '../civil-time.ts';
import type { Detector, Observation } from '../detectors/detector.ts';
import { IsolationForestDetector } from '../detectors/isolation-forest-detector.ts';
import { SeasonalBaseline } from '../detectors/seasonal-baseline.ts';
import { Volatility } from '../detectors/volatility.ts';
import { ZScore } from '../detectors/zscore.ts';
import type { Samples } from '../series.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import type { SeriesPolicy } from './policy.ts';

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
const LEVELED = 6;
const VOLATILITY = 8;
const VIEWS = 9;
/** What each column of evidence is called, and after them the forest. */
const NAMES: readonly ContributionName[] = [
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
/** All views: the columns and the forest. */
export const EVIDENCE_VIEWS = VIEWS + 1;
const FOREST_RANGE = { lowest: -2, octaves: 2, bits: 6 };
/** Volatility is in logarithms: a twentieth more or less is nothing. */
const VOLATILITY_FLOOR = 0.05;
const LEAST_SCORES = 100;
const NEWEST = 5;
/** Evidence of what one of ten samples exceeds. */
const NINE_TENTHS = 1;
/** Of 30 samples so many may be of another level without moving their median. */
const LATE_SAMPLES = 10;
/** Views of a single sample's distance: what a deviation of familiar size may say in them. */
const MOMENTARY = [0, 1, 2, SEASONAL, LEVELED] as const;
const MOST_FAMILIAR = 1.5;

/** The detectors of one series side by side, each output with the calibration that turns it into evidence. */
export class EvidencePanel {
  readonly #policy: SeriesPolicy;
  readonly #civil: CivilTime;
  readonly #zscore: ZScore;
  readonly #seasonal: SeasonalBaseline;
  readonly #volatility: Volatility;
  readonly #forest: IsolationForestDetector;
  readonly #detectors: readonly Detector[];
  readonly #channels: Channels;
  readonly #forestTail: TailCalibration;
  readonly #hours: HourlyScale;
  readonly #familiar: FamiliarSize;
  readonly #spikes: SpikeHabit;
  readonly #daily: DailyRange;
  readonly #observation: Observation = { timeMs: 0, localMs: 0, value: 0, expected: 0 };
  readonly #outputs = new Float64Array(VIEWS + 1);
  readonly #views = new Float64Array(VIEWS);
  #forestEvidence = 0;
  #floor = 0;
  /** How wide residuals are at this hour, against the whole day. */
  #width = 1;

  constructor(policy: SeriesPolicy) {
    this.#policy = policy;
    const { stepMs, zone, trees, treeSampleSize } = policy;
    const room = new Room();
    this.#civil = new CivilTime(zone);
    this.#zscore = new ZScore(room);
    this.#seasonal = new SeasonalBaseline(stepMs, {
      civil: this.#civil,
      residuals: this.#zscore.residuals,
      restDays: policy.restDays,
      room,
    });
    const forest = { trees, sampleSize: treeSampleSize, room };
    this.#forest = new IsolationForestDetector(this.#civil, forest);
    this.#volatility = new Volatility(this.#zscore.recent, () => this.#quietest());
    // Volatility looks at the z-score's window and must learn before that takes the sample.
    this.#detectors = [this.#volatility, this.#zscore, this.#seasonal, this.#forest];
    this.#channels = new Channels(stepMs, { room, count: VIEWS });
    this.#hours = new HourlyScale(stepMs, room);
    this.#familiar = new FamiliarSize(stepMs, room);
    this.#spikes = new SpikeHabit(stepMs, room);
    this.#daily = new DailyRange(stepMs, { restDays: policy.restDays, room });
    this.#forestTail = new TailCalibration(FOREST_RANGE, (14 * DAY_MS) / stepMs, {
      room,
      count: 1,
    });
  }

  get fitted(): boolean {
    return this.#zscore.fitted;
  }

  /** Civil time of the sample measured last: see CivilTime. */
  get localMs(): number {
    return this.#observation.localMs;
  }

  /** See SeriesModel; the forest is the last view. */
  writeEvidence(unit: number, out: Float64Array, at: number): void {
    for (let i = 0; i < VIEWS; i++) out[at + i] = this.#views[i] / unit;
    out[at + VIEWS] = this.#forestEvidence / unit;
  }

  /** Distance of the sample measured last from the level of its hour, in units of what that usually is; 0 if unknown. */
  get #deviation(): number {
    const leveled = this.#outputs[LEVELED];
    const distance = Number.isNaN(leveled) ? this.#outputs[SEASONAL] : leveled;
    if (Number.isNaN(distance)) return 0;
    return distance / this.#width / this.#channels.scale(LEVELED, this.#floor);
  }

  /** Distance of the sample measured last from what its time lets expect, in units of what that usually is; NaN if unknown. */
  get offset(): number {
    return this.#outputs[SEASONAL] / this.#width / this.#channels.scale(SEASONAL, this.#floor);
  }

  /** Whether the sample measured last is a habit, by its size, as a spike or by the time of day: see FamiliarSize, SpikeHabit and DailyRange. */
  get usual(): boolean {
    const { localMs, value } = this.#observation;
    const size = Math.abs(this.#deviation);
    return (
      this.#daily.covers(localMs, value) || this.#familiar.covers(size) || this.#spikes.covers(size)
    );
  }

  /** Prepares for samples that are about to come: finite values in the order of time, without a pause. */
  anticipate(samples: Samples): void {
    this.#forest.anticipate(samples);
  }

  /** What all detectors together say of one sample, in evidence. Learns nothing. */
  measure(timeMs: number, value: number): number {
    const observation = this.#observation;
    observation.timeMs = timeMs;
    observation.localMs = this.#civil.toLocal(timeMs);
    observation.value = value;
    observation.expected = this.#seasonal.expect(observation.localMs);
    this.#floor = this.#smallest(value);
    this.#width = this.#hours.factor(observation.localMs, this.#floor);
    const outputs = this.#outputs;
    this.#zscore.scoreOne(observation, outputs, ZSCORE);
    this.#seasonal.scoreOne(observation, outputs, SEASONAL);
    this.#volatility.scoreOne(observation, outputs, VOLATILITY);
    this.#forest.scoreOne(observation, outputs, VIEWS);
    for (let i = 0; i < VIEWS; i++) this.#views[i] = this.#evidence(i);
    if (this.#familiar.covers(Math.abs(this.#deviation))) {
      for (const view of MOMENTARY) this.#views[view] = Math.min(this.#views[view], MOST_FAMILIAR);
    }
    const forest = outputs[VIEWS];
    const heard = !Number.isNaN(forest) && this.#wanted(outputs[SEASONAL]);
    this.#forestEvidence = heard ? this.#forestTail.evidence(forest) : 0;
    return combine(this.#views, this.#forestEvidence);
  }

  /**
   * Learns the sample that was measured last; without `tails`, as something that says nothing of what is usual, without
   * `clock`, as something that the time of day has no part in.
   */
  learn({ tails, clock }: { readonly tails: boolean; readonly clock: boolean }): void {
    if (tails) this.#learnTails();
    if (clock) this.#daily.learn(this.#observation.localMs, this.#observation.value);
    for (const detector of this.#detectors) detector.learnOne(this.#observation);
  }

  #learnTails(): void {
    for (let i = 0; i < VIEWS; i++) {
      this.#channels.learn(i, this.#outputs[i] / this.#widthOf(i), this.#floorOf(i));
    }
    const { timeMs, localMs } = this.#observation;
    const size = Math.abs(this.#deviation);
    this.#familiar.learn(timeMs, size);
    this.#spikes.learn(timeMs, size);
    this.#hours.learn(localMs, this.#outputs[LEVELED], this.#floor);
    const forest = this.#outputs[VIEWS];
    if (!Number.isNaN(forest)) this.#forestTail.learn(forest);
  }

  /** Highest evidence of each detector for the sample measured last, by kind. */
  byDetector(): Record<string, number> {
    const highest = (from: number, to: number): number =>
      Math.max(...this.#views.subarray(from, to));
    return {
      zscore: highest(ZSCORE, SEASONAL),
      seasonal: highest(SEASONAL, VOLATILITY),
      volatility: highest(VOLATILITY, VIEWS),
      isolation_forest: this.#forestEvidence,
    };
  }

  /** What each view added to the evidence of the sample learned last, times `scale`; without those that added nothing. */
  contributions(scale: number): Contribution[] {
    return [...combinedShares(this.#views, this.#forestEvidence)].flatMap((share, i) => {
      if (share === 0) return [];
      const features = i === VIEWS && { features: this.#forest.attribute(this.#observation) };
      return { name: NAMES[i], ratio: scale * share, ...features };
    });
  }

  /** The usual value at this time in the weeks before the sample measured last: see SeasonalBaseline. */
  pastWeeks(): (number | null)[] {
    return this.#seasonal.pastWeeks(this.#observation.localMs);
  }

  /**
   * Centre of the band for the sample measured last, and how far it reaches to either side: the seasonal expectation,
   * as it is or moved to the level of the last hour, whichever is known more narrowly; as wide as its residual must be
   * to make `evidence`.
   */
  band(evidence: number): { readonly expected: number; readonly reach: number } {
    const { value } = this.#observation;
    const width = this.#width;
    const plain = width * this.#channels.residualAt(SEASONAL, evidence, this.#floor);
    const leveled = width * this.#channels.residualAt(LEVELED, evidence, this.#floor);
    const moved = leveled < plain && !Number.isNaN(this.#outputs[LEVELED]);
    return moved
      ? { expected: value - this.#outputs[LEVELED], reach: leveled }
      : { expected: value - this.#outputs[SEASONAL], reach: plain };
  }

  /** What was usual `lateMs` before now: of the newest samples, or of two hours where these hold what came after it. */
  levelBefore(lateMs: number): number {
    const newest = this.#zscore.recent.medianOf30();
    const late = lateMs > LATE_SAMPLES * this.#policy.stepMs;
    return late || Number.isNaN(newest) ? this.#seasonal.recentLevel : newest;
  }

  /** What is expected of a time to come; `drift` says how far the level has moved by then: see SeasonalBaseline. */
  forecast(timeMs: number, drift: (timeMs: number) => number): number {
    const localMs = this.#civil.toLocal(timeMs);
    return this.#seasonal.forecast(localMs, (pastMs) => drift(timeMs - (localMs - pastMs)));
  }

  /** How far samples are from what the clock lets expect, nine of ten at most. */
  usualReach(value: number): number {
    return this.#channels.residualAt(SEASONAL, NINE_TENTHS, this.#smallest(value));
  }

  /** The latest samples minus whatever was usual at this time before `sinceMs`: see SeasonalBaseline. */
  missBefore(sinceMs: number): number {
    const { timeMs, localMs } = this.#observation;
    const level = this.#zscore.recent.sum(NEWEST) / NEWEST;
    return this.#seasonal.missBefore(level, {
      localMs,
      sinceLocalMs: localMs - (timeMs - sinceMs),
    });
  }

  /** Unlearns what the clock lets expect of an outage that has ended: from `sinceMs` to now. */
  forgetSince(sinceMs: number): void {
    const { timeMs, localMs } = this.#observation;
    this.#seasonal.forgetSince(localMs - (timeMs - sinceMs));
    this.#daily.forgetSince(localMs - (timeMs - sinceMs));
  }

  /** Renews every tail from what has been learned. */
  recalibrate(): void {
    this.#channels.refit();
    this.#forestTail.refit(LEAST_SCORES);
  }

  /** Looks for a period in the history learned so far. */
  settle(): void {
    this.#seasonal.settle();
  }

  /** Forgets what is only valid without a gap. */
  interrupt(): void {
    for (const detector of this.#detectors) detector.interrupt();
  }

  fit(history: Samples, seed: number): void {
    for (const detector of this.#detectors) detector.fit(history, seed);
  }

  fittedDetectors(): FittedDetector[] {
    return this.#detectors.flatMap((detector) => {
      const snapshot = detector.snapshot();
      return snapshot ? [{ kind: detector.kind, snapshot, ...detector.describe() }] : [];
    });
  }

  /** Takes over one fitted part. RangeError when it cannot be read. */
  adopt(kind: string, snapshot: Uint8Array): void {
    const detector = this.#detectors.find((candidate) => candidate.kind === kind);
    if (!detector) {
      throw new RangeError(
        `Cannot adopt a model of kind "${kind}": expected zscore, seasonal or isolation_forest`,
      );
    }
    detector.restore(snapshot);
  }

  save(out: StateWriter): void {
    for (const part of this.#parts()) part.save(out);
  }

  load(state: StateReader): void {
    for (const part of this.#parts()) part.load(state);
  }

  #parts() {
    return [
      ...this.#detectors,
      this.#channels,
      this.#forestTail,
      this.#hours,
      this.#familiar,
      this.#spikes,
      this.#daily,
    ];
  }

  #evidence(column: number): number {
    const output = this.#outputs[column] / this.#widthOf(column);
    if (!this.#wanted(column === VOLATILITY ? this.#outputs[SEASONAL] : output)) return 0;
    const evidence = this.#channels.evidence(column, output, this.#floorOf(column));
    if (column >= SEASONAL || evidence <= 1) return evidence;
    // A jump of few robust standard deviations is no evidence, however regular the series is.
    const scale = this.#channels.scale(column, this.#floor);
    return Math.abs(output) < this.#policy.zscoreThreshold * scale ? 1 : evidence;
  }

  #wanted(side: number): boolean {
    const { direction } = this.#policy;
    return direction === 'both' || (direction === 'above_expected' ? side > 0 : side < 0);
  }

  #widthOf(column: number): number {
    return column === VOLATILITY ? 1 : this.#width;
  }

  #floorOf(column: number): number {
    return column === VOLATILITY ? VOLATILITY_FLOOR : this.#floor;
  }

  /** The smallest deviation that can matter, in the metric's unit: constant series have no scale of their own. */
  #smallest(value: number): number {
    const { deviation, center } = this.#zscore;
    if (Number.isNaN(center)) return Math.max(1e-6 * Math.abs(value), 1e-12);
    return Math.max(0.006 * deviation, 1e-6 * Math.abs(center), 1e-12);
  }

  #quietest(): number {
    const { deviation } = this.#zscore;
    return Math.max(Number.isNaN(deviation) ? 0 : 0.001 * deviation, this.#floor / 6);
  }
}
