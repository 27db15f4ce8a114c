import { DAY_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { CELLS_OF_QUANTILE, QuantileTracker, quantileTarget } from '../stats/quantile-tracker.ts';
import { TailCalibration, TailRoom } from './tail-calibration.ts';

const RANGE = { lowest: -3, octaves: 11, bits: 3 };
/** Beyond this a deviation is as sure as it can be. */
const MOST_EVIDENCE = 20;

/**
 * One residual of one series on its way to evidence: divided by its own recent scale (two days), which makes it a
 * z-score, then calibrated on its own past (28 days).
 */
export class Channel {
  readonly #sizes: QuantileTracker;
  readonly #tail: TailCalibration;

  private constructor(sizes: QuantileTracker, tail: TailCalibration) {
    this.#sizes = sizes;
    this.#tail = tail;
  }

  /** So many channels of a series, which share their memory. */
  static several(count: number, stepMs: number): Channel[] {
    const day = DAY_MS / stepMs;
    const targets = [
      quantileTarget(0.5, 2 * day),
      quantileTarget(0.9, 2 * day),
      quantileTarget(0.99, 14 * day),
    ];
    const cellsOfOne = CELLS_OF_QUANTILE * targets.length;
    const cells = new Float64Array(count * cellsOfOne);
    const room = new TailRoom(RANGE, count);
    return Array.from({ length: count }, (_, index) => {
      const sizes = new QuantileTracker(targets, { cells, at: index * cellsOfOne });
      return new Channel(sizes, new TailCalibration(RANGE, 14 * day, { room, index }));
    });
  }

  /** What one unit of z is worth in the metric's unit; never below `floor` (> 0). */
  scale(floor: number): number {
    const sizes = this.#sizes;
    const recent = Math.max(1.4826 * sizes.estimate(0), sizes.estimate(1) / 1.645);
    return Math.max(recent, 0.6 * (sizes.estimate(2) / 5.152), floor);
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
    this.#sizes.push(size, floor / 10);
  }

  refit(): void {
    this.#tail.refit(100);
  }

  save(out: StateWriter): void {
    this.#sizes.save(out);
    this.#tail.save(out);
  }

  load(state: StateReader): void {
    this.#sizes.load(state);
    this.#tail.load(state);
  }
}
