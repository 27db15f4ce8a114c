import { DAY_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { type QuantileTarget, QuantileTracker, quantileTarget } from '../stats/quantile-tracker.ts';
import { type Lodging, Room } from '../stats/room.ts';
import { TailCalibration } from './tail-calibration.ts';

const RANGE = { lowest: -3, octaves: 11, bits: 3 };
/** Beyond this a deviation is as sure as it can be. */
const MOST_EVIDENCE = 20;

/** What is followed of the sizes of residuals, by step: the same for all series. */
const TARGETS = new Map<number, readonly QuantileTarget[]>();

/**
 * The residuals of one series on their way to evidence, told apart by the number of their view: each is divided by its own
 * recent scale (two days), which makes it a z-score, then calibrated on its own past (28 days).
 */
export class Channels {
  readonly #count: number;
  readonly #sizes: QuantileTracker;
  readonly #tails: TailCalibration;

  constructor(stepMs: number, lodging: Lodging = { room: new Room(), count: 1 }) {
    this.#count = lodging.count;
    this.#sizes = new QuantileTracker(targetsOf(stepMs), lodging);
    this.#tails = new TailCalibration(RANGE, (14 * DAY_MS) / stepMs, lodging);
  }

  /** What one unit of z is worth in the metric's unit; never below `floor` (> 0). */
  scale(view: number, floor: number): number {
    const sizes = this.#sizes;
    const recent = Math.max(1.4826 * sizes.estimate(0, view), sizes.estimate(1, view) / 1.645);
    return Math.max(recent, 0.6 * (sizes.estimate(2, view) / 5.152), floor);
  }

  /** Evidence of a residual of either sign; 0 for NaN. */
  evidence(view: number, residual: number, floor: number): number {
    if (Number.isNaN(residual)) return 0;
    const z = Math.abs(residual) / this.scale(view, floor);
    return Math.min(this.#tails.evidence(z, view), MOST_EVIDENCE);
  }

  /** Residual, without its sign, whose evidence is `evidence`. */
  residualAt(view: number, evidence: number, floor: number): number {
    return this.#tails.deviationAt(evidence, view) * this.scale(view, floor);
  }

  learn(view: number, residual: number, floor: number): void {
    if (Number.isNaN(residual)) return;
    const size = Math.abs(residual);
    this.#tails.learn(size / this.scale(view, floor), view);
    this.#sizes.push(size, floor / 10, view);
  }

  /** Renews the tails from what has been learned. */
  refit(): void {
    for (let view = 0; view < this.#count; view++) this.#tails.refit(100, view);
  }

  save(out: StateWriter): void {
    for (let view = 0; view < this.#count; view++) {
      this.#sizes.save(out, view);
      this.#tails.save(out, view);
    }
  }

  load(state: StateReader): void {
    for (let view = 0; view < this.#count; view++) {
      this.#sizes.load(state, view);
      this.#tails.load(state, view);
    }
  }
}

function targetsOf(stepMs: number): readonly QuantileTarget[] {
  const known = TARGETS.get(stepMs);
  if (known) return known;
  const day = DAY_MS / stepMs;
  const targets = [
    quantileTarget(0.5, 2 * day),
    quantileTarget(0.9, 2 * day),
    quantileTarget(0.99, 14 * day),
  ];
  TARGETS.set(stepMs, targets);
  return targets;
}
