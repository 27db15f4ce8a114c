import { Channels } from '../calibration/channels.ts';
import type { Deviation } from '../calibration/habits.ts';
import { HourlyScale } from '../calibration/hourly-scale.ts';
import { TailCalibration } from '../calibration/tail-calibration.ts';
import { DAY_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import { COURSE, LEVELED, SEASONAL, VIEWS, VOLATILITY } from './evidence-views.ts';
import type { SeriesPolicy } from './policy.ts';

const FOREST_RANGE = { lowest: -2, octaves: 2, bits: 6 };
/** Volatility is in logarithms: a twentieth more or less is nothing. */
const VOLATILITY_FLOOR = 0.05;
const LEAST_SCORES = 100;

/**
 * Turns what the detectors of a series put out for a sample into evidence: a column a view, and last the score of the forest.
 * Residuals are taken as wide as they are at their hour of the day, and below a floor they are nothing.
 */
export class OutputCalibration {
  readonly #room: Room;
  /** Where the outputs for the sample at hand begin among the floats of the room: the detectors write them. */
  readonly at: number;
  readonly #policy: Pick<SeriesPolicy, 'direction' | 'zscoreThreshold'>;
  readonly #channels: Channels;
  readonly #forestTail: TailCalibration;
  readonly #hours: HourlyScale;
  #floor = 0;
  /** How wide residuals are at this hour, against the whole day. */
  #width = 1;

  constructor(policy: SeriesPolicy, room = new Room()) {
    const { stepMs } = policy;
    this.#policy = policy;
    this.#room = room;
    this.at = room.reserveFloats(VIEWS + 1);
    this.#channels = new Channels(stepMs, { room, count: VIEWS });
    this.#hours = new HourlyScale(stepMs, room);
    const halfLife = (14 * DAY_MS) / stepMs;
    this.#forestTail = new TailCalibration(FOREST_RANGE, halfLife, { room, count: 1 });
  }

  /** The smallest deviation that matters for the sample at hand, in the metric's unit. */
  get floor(): number {
    return this.#floor;
  }

  /** What a detector put out for the sample at hand. */
  output(view: number): number {
    return this.#room.floats[this.at + view];
  }

  /** Takes the next sample in hand: its civil time and the smallest deviation (> 0) that matters. */
  take(localMs: number, floor: number): void {
    this.#floor = floor;
    this.#width = this.#hours.factor(localMs, floor);
  }

  /** Evidence of a column of the outputs; 0 on the side that nobody wants to hear of. */
  evidence(view: number): number {
    const output = this.output(view) / this.#widthOf(view);
    if (!this.#isWanted(view === VOLATILITY ? this.output(SEASONAL) : output)) return 0;
    const evidence = this.#channels.evidence(view, output, this.#floorOf(view));
    if (view >= SEASONAL || evidence <= 1) return evidence;
    // A jump of few robust standard deviations is no evidence, however regular the series is.
    const scale = this.#channels.scale(view, this.#floor);
    return Math.abs(output) < this.#policy.zscoreThreshold * scale ? 1 : evidence;
  }

  forestEvidence(): number {
    const score = this.output(VIEWS);
    const isHeard = !Number.isNaN(score) && this.#isWanted(this.output(SEASONAL));
    return isHeard ? this.#forestTail.evidence(score) : 0;
  }

  /**
   * How large the deviation is, in units of what such deviations usually are; `median` is that of the latest residuals from
   * the seasonal expectation.
   */
  deviation(median: number): Deviation {
    const leveled = this.output(LEVELED);
    return {
      size: this.sizeOf(Number.isNaN(leveled) ? this.output(SEASONAL) : leveled),
      jump: this.sizeOf(this.output(COURSE), COURSE),
      lasting: this.sizeOf(median, SEASONAL),
    };
  }

  /** Size of a residual at this hour in units of the scale of a view; 0 if unknown. */
  sizeOf(residual: number, view = LEVELED): number {
    const size = Math.abs(residual) / this.#width;
    return Number.isNaN(size) ? 0 : size / this.#channels.scale(view, this.#floor);
  }

  /** How large the residual of a view must be at this hour to make `evidence`, without its sign. */
  residualAt(view: number, evidence: number): number {
    return this.#width * this.#channels.residualAt(view, evidence, this.#floor);
  }

  /** The same whatever the hour, where `floor` is the smallest deviation that matters. */
  usualResidualAt(evidence: number, floor: number): number {
    return this.#channels.residualAt(SEASONAL, evidence, floor);
  }

  /** Learns the outputs of the sample at hand as usual. */
  learn(localMs: number): void {
    for (let view = 0; view < VIEWS; view++) {
      this.#channels.learn(view, this.output(view) / this.#widthOf(view), this.#floorOf(view));
    }
    this.#hours.learn(localMs, this.output(LEVELED), this.#floor);
    const score = this.output(VIEWS);
    if (!Number.isNaN(score)) this.#forestTail.learn(score);
  }

  /** Renews every tail from what has been learned. */
  refit(): void {
    this.#channels.refit();
    this.#forestTail.refit(LEAST_SCORES);
  }

  save(out: StateWriter): void {
    for (const part of this.#parts()) part.save(out);
  }

  load(state: StateReader): void {
    for (const part of this.#parts()) part.load(state);
  }

  #parts() {
    return [this.#channels, this.#forestTail, this.#hours];
  }

  #isWanted(side: number): boolean {
    const { direction } = this.#policy;
    return direction === 'both' || (direction === 'above_expected' ? side > 0 : side < 0);
  }

  #widthOf(view: number): number {
    return view === VOLATILITY ? 1 : this.#width;
  }

  #floorOf(view: number): number {
    return view === VOLATILITY ? VOLATILITY_FLOOR : this.#floor;
  }
}
