import { finite, type Samples } from '../series.ts';
import { StateReader, StateWriter } from '../state.ts';
import { quantileSorted, sortedDistances } from '../stats/quantile.ts';
import { RecentWindow } from '../stats/recent-window.ts';
import { Room } from '../stats/room.ts';
import { Course } from './course.ts';
import type { Detector, Observation } from './detector.ts';

const COLUMNS = 5;
const PLAIN = new Float64Array(COLUMNS);

/**
 * Jumps and level shifts: the sample against its short past, in five views. They become robust z-scores when
 * calibration divides them by the scale they usually have.
 *
 * Output: value - where its course was going (see Course); - median of the last 5; - median of the last 30; mean of 5 - level of
 * the 30 before; mean of 15 - level of the 120 before. Each is taken of the value and of its residual from the seasonal
 * baseline, and the smaller counts: what the season explains is no jump, and what the season wrongly expects is none either.
 *
 * The fitted part is the robust centre and scale of the recent past: the measure of how small a change can matter.
 */
export class ZScore implements Detector {
  readonly kind = 'zscore';
  readonly columns = COLUMNS;
  readonly #values: RecentWindow;
  readonly #residuals: RecentWindow;
  readonly #valueCourse: Course;
  readonly #residualCourse: Course;
  #center = Number.NaN;
  #robustScale = Number.NaN;
  #deviation = Number.NaN;
  #fittedOn = 0;

  constructor(room = new Room()) {
    this.#values = new RecentWindow(room);
    this.#residuals = new RecentWindow(room);
    this.#valueCourse = new Course(this.#values, room);
    this.#residualCourse = new Course(this.#residuals, room);
  }

  get fitted(): boolean {
    return this.#fittedOn > 0;
  }

  /** Robust centre (median) of the fit window; NaN before a fit. */
  get center(): number {
    return this.#center;
  }

  /** Standard deviation of the fit window without its outermost thousandths; NaN before a fit. */
  get deviation(): number {
    return this.#deviation;
  }

  /** The values seen last, shared with detectors that look at the same short past. */
  get recent(): RecentWindow {
    return this.#values;
  }

  /** The residuals from the seasonal baseline seen last, shared likewise. */
  get residuals(): RecentWindow {
    return this.#residuals;
  }

  fit(history: Samples, _seed: number): void {
    const sorted = finite(history.values).toSorted();
    if (sorted.length === 0) return;
    this.#center = quantileSorted(sorted, 0.5);
    this.#robustScale = 1.4826 * quantileSorted(sortedDistances(sorted, this.#center), 0.5);
    this.#deviation = trimmedDeviation(sorted);
    this.#fittedOn = sorted.length;
  }

  scoreOne({ value, expected }: Observation, out: Float64Array, at: number): void {
    PLAIN[0] = value - this.#valueCourse.next();
    jumps(this.#values, value, PLAIN, 0);
    if (Number.isNaN(expected) || this.#residuals.count === 0) {
      out.set(PLAIN, at);
      return;
    }
    out[at] = value - expected - this.#residualCourse.next();
    jumps(this.#residuals, value - expected, out, at);
    for (let i = 0; i < COLUMNS; i++) {
      const seasonless = out[at + i];
      if (!(Math.abs(seasonless) < Math.abs(PLAIN[i]))) out[at + i] = PLAIN[i];
    }
  }

  learnOne({ value, expected }: Observation): void {
    this.#valueCourse.learn(value);
    this.#values.push(value);
    if (Number.isNaN(expected)) return;
    this.#residualCourse.learn(value - expected);
    this.#residuals.push(value - expected);
  }

  interrupt(): void {
    this.#values.clear();
    this.#residuals.clear();
  }

  snapshot(): Uint8Array | undefined {
    if (!this.fitted) return undefined;
    const out = new StateWriter('ZSCR', 1);
    for (const figure of [this.#center, this.#robustScale, this.#deviation, this.#fittedOn])
      out.float(figure);
    return out.finish();
  }

  restore(snapshot: Uint8Array): void {
    const state = new StateReader(snapshot, 'ZSCR', 1);
    const [center, robustScale, deviation, fittedOn] = [
      state.float(),
      state.float(),
      state.float(),
      state.float(),
    ];
    state.end();
    this.#center = center;
    this.#robustScale = robustScale;
    this.#deviation = deviation;
    this.#fittedOn = fittedOn;
  }

  describe(): { config: Record<string, unknown>; metrics: Record<string, number> } {
    return {
      config: { robust: true },
      metrics: {
        samples: this.#fittedOn,
        median: this.#center,
        robust_scale: this.#robustScale,
        standard_deviation: this.#deviation,
      },
    };
  }

  save(out: StateWriter): void {
    for (const part of this.#streaming()) part.save(out);
  }

  load(state: StateReader): void {
    for (const part of this.#streaming()) part.load(state);
  }

  #streaming() {
    return [this.#values, this.#residuals, this.#valueCourse, this.#residualCourse];
  }
}

/** Writes all columns but the first. */
function jumps(window: RecentWindow, value: number, out: Float64Array, at: number): void {
  out[at + 1] = value - window.medianOf5();
  out[at + 2] = value - window.medianOf30();
  out[at + 3] = (window.sum(4) + value) / 5 - window.levelOf30();
  out[at + 4] = (window.sum(14) + value) / 15 - window.levelOf120();
}

/** Standard deviation of ascending values without the lowest and highest thousandth. */
function trimmedDeviation(sorted: Float64Array): number {
  const cut = Math.floor(sorted.length / 1000);
  const kept = sorted.subarray(cut, sorted.length - cut);
  let mean = 0;
  for (let i = 0; i < kept.length; i++) mean += (kept[i] - mean) / (i + 1);
  let squares = 0;
  for (const value of kept) squares += (value - mean) ** 2;
  return Math.sqrt(squares / kept.length);
}
