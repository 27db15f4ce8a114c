import { TailCalibration } from '../calibration/tail-calibration.ts';
import { DAY_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { JointDistance, type JointDistanceOptions } from './joint-distance.ts';

const RANGE = { lowest: -6, octaves: 14, bits: 3 };
/** Rows after which a value counts half: how series stand to each other shows once their own noise is averaged out. */
const SMOOTHING_ROWS = 4;
const FADE = 2 ** (-1 / SMOOTHING_ROWS);
/** Beyond this a row is as surely unusual as it can be. */
const MOST_EVIDENCE = 20;
const FEWEST_ROWS = 200;

/** One way to look at the series of an entity: their distance from going together as usual, calibrated on its own past. */
export class JointView {
  readonly #options: JointDistanceOptions;
  readonly #tail: TailCalibration;
  /** Values as of late, NaN of a series that has none now. */
  #values: Float64Array;
  #distance: JointDistance;
  #measured = 0;

  constructor(size: number, options: JointDistanceOptions) {
    this.#options = options;
    this.#values = new Float64Array(size).fill(Number.NaN);
    this.#distance = new JointDistance(size, options);
    this.#tail = new TailCalibration(RANGE, (14 * DAY_MS) / options.stepMs);
  }

  /** Whether its evidence says something. */
  get known(): boolean {
    return !Number.isNaN(this.#tail.deviationAt(1));
  }

  /** Evidence of a row, -log10 of its tail probability; NaN where a series has no value. */
  measure(row: Float64Array): number {
    const values = this.#values;
    for (let i = 0; i < row.length; i++) {
      const value = this.#distance.clipped(i, row[i]);
      values[i] = Number.isNaN(values[i]) ? value : value + (values[i] - value) * FADE;
    }
    this.#measured = this.#distance.measure(values);
    return Math.min(this.#tail.evidence(this.#measured), MOST_EVIDENCE);
  }

  /** Part of each series in the row measured last. */
  shares(): Float64Array {
    return this.#distance.shares();
  }

  /** Learns the row that was measured last. */
  learn(): void {
    if (this.#distance.known) this.#tail.learn(this.#measured);
    this.#distance.learn(this.#values);
  }

  refit(): void {
    this.#distance.refit();
    this.#tail.refit(FEWEST_ROWS);
  }

  /** Goes on with other series: see JointDistance. */
  regroup(from: readonly number[]): void {
    this.#distance = this.#distance.regrouped(from);
    this.#values = Float64Array.from(from, (was) => this.#values[was] ?? Number.NaN);
  }

  /** One that knows nothing yet. */
  anew(): JointView {
    return new JointView(this.#values.length, this.#options);
  }

  save(out: StateWriter): void {
    out.floats(this.#values);
    this.#distance.save(out);
    this.#tail.save(out);
  }

  load(state: StateReader): void {
    this.#values.set(state.floats());
    this.#distance.load(state);
    this.#tail.load(state);
  }
}
