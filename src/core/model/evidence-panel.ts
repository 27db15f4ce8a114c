import type { Contribution } from '../anomalies/contribution.ts';
import { combine, combinedShares } from '../calibration/evidence.ts';
import { type Deviation, Habits } from '../calibration/habits.ts';
import { CivilTime } from '../civil-time.ts';
import type { Detector, Observation } from '../detectors/detector.ts';
import { IsolationForestDetector } from '../detectors/isolation-forest-detector.ts';
import { SeasonalBaseline } from '../detectors/seasonal-baseline.ts';
import { Volatility } from '../detectors/volatility.ts';
import { ZScore } from '../detectors/zscore.ts';
import type { Samples } from '../series.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import {
  LEVELED,
  SEASONAL,
  SINGLE,
  VIEW_NAMES,
  VIEWS,
  VOLATILITY,
  ZSCORE,
} from './evidence-views.ts';
import { adoptPart, type FittedDetector, fittedParts } from './fitted-detector.ts';
import { OutputCalibration } from './output-calibration.ts';
import type { SeriesPolicy } from './policy.ts';

const NEWEST = 5;
/** Evidence of what one of ten samples exceeds. */
const NINE_TENTHS = 1;
/** Of 30 samples so many may be of another level without moving their median. */
const LATE_SAMPLES = 10;
/** What a deviation of familiar size may say. */
const MOST_FAMILIAR = 1.5;
const NO_DEVIATION: Deviation = { size: 0, jump: 0, lasting: 0 };
const SCRATCH = new Float64Array(VIEWS);

/** Centre of a band and how far it reaches to either side, in the metric's unit, and the view that it is of. */
export interface Band {
  readonly expected: number;
  readonly reach: number;
  readonly view: number;
}

/** The detectors of one series side by side, each output with the calibration that turns it into evidence. */
export class EvidencePanel {
  readonly #policy: SeriesPolicy;
  readonly #room: Room;
  readonly #civil: CivilTime;
  readonly #zscore: ZScore;
  readonly #seasonal: SeasonalBaseline;
  readonly #volatility: Volatility;
  readonly #forest: IsolationForestDetector;
  readonly #detectors: readonly Detector[];
  readonly #calibration: OutputCalibration;
  readonly #habits: Habits;
  readonly #observation: Observation = { timeMs: 0, localMs: 0, value: 0, expected: 0 };
  /** Where the evidence of the views begins among the floats of the room. */
  readonly #viewsAt: number;
  #forestEvidence = 0;
  #deviation = NO_DEVIATION;

  constructor(policy: SeriesPolicy, room = new Room()) {
    this.#policy = policy;
    this.#room = room;
    this.#viewsAt = room.reserveFloats(VIEWS);
    const { stepMs, zone, trees, treeSampleSize } = policy;
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
    this.#detectors = [this.#volatility, this.#zscore, this.#seasonal, this.#forest];
    this.#calibration = new OutputCalibration(policy, room);
    this.#habits = new Habits(stepMs, { restDays: policy.restDays, room });
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
    const { floats } = this.#room;
    for (let i = 0; i < VIEWS; i++) out[at + i] = floats[this.#viewsAt + i] / unit;
    out[at + VIEWS] = this.#forestEvidence / unit;
  }

  /** Whether the sample measured last is a habit: see Habits. */
  get usual(): boolean {
    return this.#habits.cover(this.#observation, this.#deviation, () => this.#fromDays());
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
    const calibration = this.#calibration;
    calibration.take(observation.localMs, this.#smallest(value));
    const { floats } = this.#room;
    const { at } = calibration;
    this.#zscore.scoreOne(observation, floats, at + ZSCORE);
    this.#seasonal.scoreOne(observation, floats, at + SEASONAL);
    this.#volatility.scoreOne(observation, floats, at + VOLATILITY);
    this.#forest.scoreOne(observation, floats, at + VIEWS);
    for (let view = 0; view < VIEWS; view++) SCRATCH[view] = calibration.evidence(view);
    this.#deviation = calibration.deviation(
      this.#zscore.residuals.medianOf7With(value - observation.expected),
    );
    if (this.#habits.know(this.#deviation)) hush(SCRATCH);
    floats.set(SCRATCH, this.#viewsAt);
    this.#forestEvidence = calibration.forestEvidence();
    return combine(SCRATCH, this.#forestEvidence);
  }

  /**
   * Learns the sample that was measured last; without `tails`, as something that says nothing of what is usual, without
   * `clock`, as something that the time of day has no part in.
   */
  learn({ tails, clock }: { readonly tails: boolean; readonly clock: boolean }): void {
    const { timeMs, localMs } = this.#observation;
    this.#habits.pass(this.#observation, this.#deviation);
    if (clock) this.#habits.learnTime(this.#observation, this.#deviation);
    if (tails) {
      this.#calibration.learn(localMs);
      this.#habits.learnDeviation(timeMs, this.#deviation);
    }
    for (const detector of this.#detectors) detector.learnOne(this.#observation);
  }

  /** Highest evidence of each detector for the sample measured last, by kind. */
  byDetector(): Record<string, number> {
    const highest = (from: number, to: number): number =>
      Math.max(...this.#views().subarray(from, to));
    return {
      zscore: highest(ZSCORE, SEASONAL),
      seasonal: highest(SEASONAL, VOLATILITY),
      volatility: highest(VOLATILITY, VIEWS),
      isolation_forest: this.#forestEvidence,
    };
  }

  /** What each view added to the evidence of the sample learned last, times `scale`; without those that added nothing. */
  contributions(scale: number): Contribution[] {
    return [...combinedShares(this.#views(), this.#forestEvidence)].flatMap((share, i) => {
      if (share === 0) return [];
      const features = i === VIEWS && { features: this.#forest.attribute(this.#observation) };
      return { name: VIEW_NAMES[i], ratio: scale * share, ...features };
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
  bandByNow(evidence: number): Band {
    const { value } = this.#observation;
    const calibration = this.#calibration;
    const plain = value - calibration.output(SEASONAL);
    return this.#narrower(evidence, { plain, leveled: value - calibration.output(LEVELED) });
  }

  /** The same, in trouble around what would be expected without it. */
  band(evidence: number): Band {
    const held = this.#seasonal.expectWithoutTrouble(this.#observation.localMs);
    if (!held) return this.bandByNow(evidence);
    const { expected, offset } = held;
    return this.#narrower(evidence, { plain: expected, leveled: expected + offset });
  }

  /** How large the residual of a view must be to make `evidence`, without its sign. */
  reach(view: number, evidence: number): number {
    return this.#calibration.residualAt(view, evidence);
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
    return this.#calibration.usualResidualAt(NINE_TENTHS, this.#smallest(value));
  }

  /** The latest samples minus whatever was usual at this time before `sinceMs`: see SeasonalBaseline. */
  missBefore(sinceMs: number): number {
    const { timeMs, localMs, value } = this.#observation;
    const level = (this.#zscore.recent.sum(NEWEST - 1) + value) / NEWEST;
    return this.#seasonal.missBefore(level, {
      localMs,
      sinceLocalMs: localMs - (timeMs - sinceMs),
    });
  }

  /** A trouble begins with the sample that was measured last: see SeasonalBaseline. */
  hold(): void {
    this.#seasonal.hold(this.#observation.localMs);
  }

  /** It is over. */
  release(how: { readonly recall: boolean }): void {
    this.#seasonal.release(how);
  }

  /** Unlearns what the clock lets expect of an outage that has ended: from `sinceMs` to now. */
  forgetSince(sinceMs: number): void {
    const { timeMs, localMs } = this.#observation;
    this.#seasonal.forgetSince(localMs - (timeMs - sinceMs));
    this.#habits.forgetSince(localMs - (timeMs - sinceMs));
  }

  /** Renews every tail from what has been learned. */
  recalibrate(): void {
    this.#calibration.refit();
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
    return fittedParts(this.#detectors);
  }

  /** Takes over one fitted part. RangeError when it cannot be read. */
  adopt(kind: string, snapshot: Uint8Array): void {
    adoptPart(this.#detectors, { kind, snapshot });
  }

  save(out: StateWriter): void {
    for (const part of this.#parts()) part.save(out);
  }

  load(state: StateReader): void {
    for (const part of this.#parts()) part.load(state);
  }

  #parts() {
    return [...this.#detectors, this.#calibration, this.#habits];
  }

  /** The band around one of two centres that is known more narrowly; `leveled` is NaN where there is none. */
  #narrower(evidence: number, { plain, leveled }: { plain: number; leveled: number }): Band {
    const reach = this.reach(SEASONAL, evidence);
    const narrow = this.reach(LEVELED, evidence);
    return narrow < reach && !Number.isNaN(leveled)
      ? { expected: leveled, reach: narrow, view: LEVELED }
      : { expected: plain, reach, view: SEASONAL };
  }

  /**
   * How far the series is from where two of the last seven days were at this time, as a size of deviations: the sample
   * itself, which may be the first that is back, or the latest together.
   */
  #fromDays(): number {
    const { localMs, value } = this.#observation;
    const places = [value, this.#zscore.recent.medianOf7With(value)];
    const misses = places.map((place) => this.#seasonal.missOfDays(localMs, place));
    return this.#calibration.sizeOf(Math.min(...misses), SEASONAL);
  }

  /** Evidence of each view for the sample measured last. */
  #views(): Float64Array {
    return this.#room.floats.subarray(this.#viewsAt, this.#viewsAt + VIEWS);
  }

  /** The smallest deviation that can matter, in the metric's unit: constant series have no scale of their own. */
  #smallest(value: number): number {
    const { deviation, center } = this.#zscore;
    if (Number.isNaN(center)) return Math.max(1e-6 * Math.abs(value), 1e-12);
    return Math.max(0.006 * deviation, 1e-6 * Math.abs(center), 1e-12);
  }

  #quietest(): number {
    const { deviation } = this.#zscore;
    return Math.max(Number.isNaN(deviation) ? 0 : 0.001 * deviation, this.#calibration.floor / 6);
  }
}

function hush(views: Float64Array): void {
  for (const view of SINGLE) views[view] = Math.min(views[view], MOST_FAMILIAR);
}
