import { type CivilTime, DAY_MS } from '../civil-time.ts';
import type { Samples } from '../series.ts';
import { StateReader, StateWriter } from '../state.ts';
import type { RecentWindow } from '../stats/recent-window.ts';
import { Room } from '../stats/room.ts';
import type { Detector, Observation } from './detector.ts';
import { HeldCourse } from './held-course.ts';
import { HourLevel } from './hour-level.ts';
import { findPeriod } from './period.ts';
import { PredictorContest } from './predictor-contest.ts';
import { lookAhead, missBefore, missOfDays } from './seasonal-outlook.ts';
import {
  LEVEL,
  PREDICTORS,
  type PredictorParts,
  predictBin,
  predictByCourse,
} from './seasonal-predictors.ts';
import { SmoothHistory } from './smooth-history.ts';

const QUARTER_HOUR_MS = 900_000;
const PREDICTED = new Float64Array(PREDICTORS.length);

export interface SeasonalParts {
  readonly civil: CivilTime;
  readonly residuals: RecentWindow;
  /** Days since 1970-01-01, ascending, that are like a weekend. */
  readonly restDays?: readonly number[];
  readonly room?: Room;
}

/**
 * The baseline that knows the clock: what the same time of earlier days and weeks, or of a period the history shows,
 * lets expect. Several simple predictors run side by side and the one with the least recent error speaks; where no
 * calendar helps, that is the level of the last two hours.
 *
 * Output: value - expected; the same minus its median of the last hour; its mean over a quarter of an hour.
 */
export class SeasonalBaseline implements Detector {
  readonly kind = 'seasonal';
  readonly columns = 3;
  readonly #stepMs: number;
  readonly #civil: CivilTime;
  readonly #history: SmoothHistory;
  readonly #contest: PredictorContest;
  /** Of the residuals. */
  readonly #hour: HourLevel;
  readonly #residuals: RecentWindow;
  readonly #restDays: readonly number[];
  readonly #quarter: number;
  /** The bin that predictions stand for, and that of the history when they were made. */
  #prepared = Number.NaN;
  #preparedAt = Number.NaN;
  #periodMs = 0;
  #fitted = false;
  #chosen = LEVEL;
  readonly #held = new HeldCourse();

  /** `residuals`: the latest ones from this baseline, which somebody else fills. */
  constructor(
    stepMs: number,
    { civil, residuals, restDays = [], room = new Room() }: SeasonalParts,
  ) {
    this.#stepMs = stepMs;
    this.#civil = civil;
    this.#residuals = residuals;
    this.#restDays = restDays;
    // An error counts half after a day.
    this.#contest = new PredictorContest(2 ** (-stepMs / DAY_MS), room);
    this.#history = new SmoothHistory(stepMs, room);
    this.#hour = new HourLevel(stepMs, room);
    this.#quarter = Math.min(60, Math.max(2, Math.round(QUARTER_HOUR_MS / stepMs)));
  }

  /** Name of the predictor that speaks at present. */
  get predictor(): string {
    return PREDICTORS[this.#chosen];
  }

  /** Median of the last two hours. */
  get recentLevel(): number {
    return this.#history.recentMedian();
  }

  /** What is expected at this civil time; NaN before there is any history. Sets the predictor that speaks. */
  expect(localMs: number): number {
    const { bin, weight } = this.#placeOf(localMs);
    this.#prepare(bin);
    const best = this.#contest.choose(weight);
    if (best < 0) return Number.NaN;
    this.#chosen = best;
    return this.#contest.saidBy(best);
  }

  /** Trouble begins: what would be expected without it goes on beside what is expected by now. */
  hold(localMs: number): void {
    const history = this.#history;
    const out = new StateWriter('SHRT', 1);
    this.#saveShortPast(out);
    this.#held.hold({
      bin: Math.floor(localMs / history.binMs),
      predictor: this.#chosen,
      correction: this.#contest.correction,
      level: history.recentMedian(),
      offset: this.#hour.median(),
      shortPast: out.finish(),
    });
  }

  /** The trouble is over: with `recall` the short past is what it was before it. */
  release({ recall }: { readonly recall: boolean }): void {
    const { moment } = this.#held;
    if (moment && recall) {
      this.#loadShortPast(new StateReader(moment.shortPast, 'SHRT', 1));
      if (Number.isNaN(moment.offset)) this.#hour.clear();
    }
    this.#held.release();
  }

  /**
   * What would be expected of this civil time without the trouble, and how far the hour before that was from what was
   * expected, NaN where that is not known; undefined when there is none.
   */
  expectWithoutTrouble(localMs: number): { expected: number; offset: number } | undefined {
    const { moment } = this.#held;
    if (!moment) return undefined;
    const { bin, weight } = this.#placeOf(localMs);
    const parts = this.#parts();
    const here = this.#held.sayOf(this.#history, bin, parts);
    const next = weight === 0 ? here : this.#held.sayOf(this.#history, bin + 1, parts);
    return { expected: here + (next - here) * weight, offset: moment.offset };
  }

  /**
   * What is expected of a civil time to come, by the predictor that speaks at present: the pattern of the past goes on, and
   * `drift` says how far the level has moved, or will have, by a civil time. NaN before there is any history.
   */
  forecast(localMs: number, drift: (localMs: number) => number): number {
    const { binMs } = this.#history;
    const pattern = lookAhead(this.#history, {
      bin: Math.floor(localMs / binMs),
      predictor: this.#chosen,
      cycle: Math.round((this.#cycleMs() || DAY_MS) / binMs),
      drift: (bin) => drift(bin * binMs),
      ...this.#parts(),
    });
    const moved = drift(localMs);
    // Where the level moves, that is what the correction made up for.
    return pattern + (moved === 0 ? this.#contest.correction : moved);
  }

  /**
   * `value` minus the nearest of what the days before `sinceLocalMs` let expect of this civil time, whichever predictor
   * says it, and of what would be expected without the trouble that goes on; infinite where nothing is.
   */
  missBefore(
    value: number,
    { localMs, sinceLocalMs }: { localMs: number; sinceLocalMs: number },
  ): number {
    const { binMs } = this.#history;
    return missBefore(this.#history, value, {
      bin: Math.floor(localMs / binMs),
      sinceBin: Math.floor((sinceLocalMs - 2 * QUARTER_HOUR_MS) / binMs),
      level: this.expectWithoutTrouble(localMs)?.expected ?? Number.NaN,
      ...this.#parts(),
    });
  }

  /** How far a value is at most from where two of the last seven days were within a quarter of an hour of this civil time. */
  missOfDays(localMs: number, value: number): number {
    return missOfDays(this.#history, Math.floor(localMs / this.#history.binMs), value);
  }

  /** Unlearns the pattern of an outage that has ended: from a civil time to now. */
  forgetSince(localMs: number): void {
    this.#history.forgetSince(localMs);
    this.#prepared = Number.NaN;
  }

  /** The smoothed value of the same civil time one, two, three and four weeks before; null where it is not known. */
  pastWeeks(localMs: number): (number | null)[] {
    const { binMs } = this.#history;
    return [1, 2, 3, 4].map((weeks) => {
      const value = this.#history.at(Math.floor((localMs - weeks * 7 * DAY_MS) / binMs));
      return Number.isNaN(value) ? null : value;
    });
  }

  /** Its history is what it has learned up to the last sample of `times`, which goes further back than a fit window. */
  fit({ times }: Samples): void {
    const lastBin = Math.floor(this.#civil.toLocal(times[times.length - 1]) / this.#history.binMs);
    this.#periodMs = findPeriod(this.#history, lastBin);
    this.#fitted = true;
  }

  /** Looks for a period in all that has been learned. */
  settle(): void {
    this.#periodMs = findPeriod(this.#history);
    this.#fitted = true;
  }

  scoreOne({ value, expected }: Observation, out: Float64Array, at: number): void {
    const residual = value - expected;
    out[at] = residual;
    out[at + 1] = residual - this.#hour.median();
    const others = this.#quarter - 1;
    out[at + 2] = (this.#residuals.sum(others) + residual) / this.#quarter;
  }

  learnOne({ localMs, value, expected }: Observation): void {
    this.#contest.learn(value);
    this.#history.learn(localMs, value);
    if (!Number.isNaN(expected)) this.#hour.learn(value - expected);
  }

  interrupt(): void {
    this.#hour.clear();
    this.#held.interrupt();
  }

  snapshot(): Uint8Array | undefined {
    if (!this.#fitted) return undefined;
    const out = new StateWriter('SEAS', 1);
    out.float(this.#periodMs);
    return out.finish();
  }

  restore(snapshot: Uint8Array): void {
    const state = new StateReader(snapshot, 'SEAS', 1);
    this.#periodMs = state.float();
    state.end();
    this.#fitted = true;
    this.#prepared = Number.NaN;
  }

  describe(): { config: Record<string, unknown>; metrics: Record<string, number> } {
    const metrics: Record<string, number> = {
      history_days: (this.#history.span * this.#history.binMs) / DAY_MS,
    };
    PREDICTORS.forEach((name, i) => {
      const error = this.#contest.errorOf(i);
      if (!Number.isNaN(error)) metrics[`mean_error_${name.replaceAll(' ', '_')}`] = error;
    });
    return {
      config: {
        zone: this.#civil.zone,
        predictor: this.predictor,
        found_period_seconds: this.#periodMs / 1000,
      },
      metrics,
    };
  }

  save(out: StateWriter): void {
    this.#history.save(out);
    this.#saveErrors(out);
    this.#held.save(out);
  }

  load(state: StateReader): void {
    this.#history.load(state);
    this.#loadErrors(state);
    this.#held.load(state);
    this.#prepared = Number.NaN;
  }

  /** All but the history: the level of two hours, the errors of the predictors and of the one that speaks. */
  #saveShortPast(out: StateWriter): void {
    this.#history.saveRecent(out);
    this.#saveErrors(out);
  }

  #loadShortPast(state: StateReader): void {
    this.#history.loadRecent(state);
    this.#loadErrors(state);
    this.#prepared = Number.NaN;
  }

  #saveErrors(out: StateWriter): void {
    this.#contest.save(out);
    this.#hour.save(out);
    out.int(this.#chosen);
  }

  #loadErrors(state: StateReader): void {
    this.#contest.load(state);
    this.#hour.load(state);
    this.#chosen = state.int();
  }

  /** Where a moment lies: in which bin, and how far on the way to the next. */
  #placeOf(localMs: number): { readonly bin: number; readonly weight: number } {
    const { binMs } = this.#history;
    if (this.#stepMs >= binMs) return { bin: Math.floor(localMs / binMs), weight: 0 };
    const position = (localMs - binMs / 2) / binMs;
    const bin = Math.floor(position);
    return { bin, weight: position - bin };
  }

  #parts(): PredictorParts {
    const periodBins = Math.round(this.#periodMs / this.#history.binMs);
    return { periodBins, restDays: this.#restDays };
  }

  /** After how long the days that the present predictor looks at come round again. */
  #cycleMs(): number {
    const days = [1, 7, 2, 7, 0, 1][this.#chosen];
    return days === 0 ? this.#periodMs : days * DAY_MS;
  }

  /** Predictions of a bin and its successor change only when history gains a bin. */
  #prepare(bin: number): void {
    const history = this.#history;
    const gained = history.bin - this.#preparedAt;
    const moved = bin - this.#prepared;
    if (gained === 0 && moved === 0) return;
    const parts = this.#parts();
    const isFiner = this.#stepMs < history.binMs;
    if (isFiner && gained === 1 && moved === 1) {
      this.#contest.copyNext(PREDICTED);
      predictByCourse(history, bin, parts, PREDICTED);
    } else predictBin(history, bin, parts, PREDICTED);
    this.#contest.putHere(PREDICTED);
    if (isFiner) {
      predictBin(history, bin + 1, parts, PREDICTED);
      this.#contest.putNext(PREDICTED);
    }
    this.#prepared = bin;
    this.#preparedAt = history.bin;
  }
}
