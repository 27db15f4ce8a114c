import { DAY_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { QuantileTracker } from '../stats/quantile-tracker.ts';
import { TailCalibration } from './tail-calibration.ts';

const RANGE = { lowest: -3, octaves: 11, bits: 3 };
/** Beyond this a deviation is as sure as it can be. */
const MOST_EVIDENCE = 20;

/**
 * One residual of one series on its way to evidence: divided by its own recent scale (two days), which makes it a
 * z-score, then calibrated on its own past (28 days).
 */
export class Channel {
  readonly #half: QuantileTracker;
  readonly #tenth: QuantileTracker;
  readonly #hundredth: QuantileTracker;
  readonly #tail: TailCalibration;

  constructor(stepMs: number) {
    const day = DAY_MS / stepMs;
    this.#half = new QuantileTracker(0.5, 2 * day);
    this.#tenth = new QuantileTracker(0.9, 2 * day);
    this.#hundredth = new QuantileTracker(0.99, 14 * day);
    this.#tail = new TailCalibration(RANGE, 14 * day);
  }

  /** What one unit of z is worth in the metric's unit; never below `floor` (> 0). */
  scale(floor: number): number {
    const recent = Math.max(1.4826 * this.#half.value, this.#tenth.value / 1.645);
    return Math.max(recent, 0.6 * (this.#hundredth.value / 5.152), floor);
  }

  /** Evidence of a residual of either sign; 0 for NaN. */
  evidence(residual: number, floor: number): number {
    if (Number.isNaN(residual)) return 0;
    return Math.min(this.#tail.evidence(Math.abs(residual) / this.scale(floor)), MOST_EVIDENCE);
  }

  /** Residual, without its sign, whose evidence is `evidence`. */
  residualAt(evidence: number, floor: number): number {
    return this.#tail.deviationAt(evidence) * this.scale(floor);
  }

  learn(residual: number, floor: number): void {
    if (Number.isNaN(residual)) return;
    const size = Math.abs(residual);
    this.#tail.learn(size / this.scale(floor));
    this.#half.push(size, floor / 10);
    this.#tenth.push(size, floor / 10);
    this.#hundredth.push(size, floor / 10);
  }

  refit(): void {
    this.#tail.refit(100);
  }

  save(out: StateWriter): void {
    for (const tracker of [this.#half, this.#tenth, this.#hundredth]) tracker.save(out);
    this.#tail.save(out);
  }

  load(state: StateReader): void {
    for (const tracker of [this.#half, this.#tenth, this.#hundredth]) tracker.load(state);
    this.#tail.load(state);
  }
}
