import { type CivilTime, DAY_MS } from '../civil-time.ts';
import type { Samples } from '../series.ts';
import { StateReader, StateWriter } from '../state.ts';
import type { RecentWindow } from '../stats/recent-window.ts';
import { Room } from '../stats/room.ts';
import { SortedWindow } from '../stats/sorted-window.ts';
import type { Detector, Observation } from './detector.ts';
import { findPeriod } from './period.ts';
import { LEVEL, type Past, PREDICTORS, predictBin } from './seasonal-predictors.ts';
import { SmoothHistory } from './smooth-history.ts';

const HOUR_VALUES = 60;
const QUARTER_HOUR_MS = 900_000;
/** What each predictor's error is multiplied by when they are compared: the plain level must be three times better. */
const PATIENCE = [1.1, 1, 1, 1, 1, 3] as const;
const PREDICTED = new Float64Array(PREDICTORS.length);
const RIVALS = PREDICTORS.length;
/** Columns of what is kept of the predictors: fading errors and numbers of values, what they say of a bin, the next, now. */
const ERRORS = 0;
const JUDGED = RIVALS;
const HERE = 2 * RIVALS;
const NEXT = 3 * RIVALS;
const NOW = 4 * RIVALS;
const CELLS = 5 * RIVALS;

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
  readonly #room: Room;
  /** Where the columns of the predictors begin in the room. */
  readonly #at: number;
  readonly #hour: SortedWindow;
  readonly #residuals: RecentWindow;
  readonly #restDays: readonly number[];
  readonly #perMinute: number;
  readonly #quarter: number;
  /** What an error counts one sample later: half after a day. */
  readonly #fade: number;
  #minuteSum = 0;
  #minuteCount = 0;
  #predicted = Number.NaN;
  #periodMs = 0;
  #fitted = false;
  #chosen = LEVEL;

  /** `residuals`: the latest ones from this baseline, which somebody else fills. */
  constructor(
    stepMs: number,
    { civil, residuals, restDays = [], room = new Room() }: SeasonalParts,
  ) {
    this.#stepMs = stepMs;
    this.#civil = civil;
    this.#residuals = residuals;
    this.#restDays = restDays;
    this.#room = room;
    this.#at = room.reserveFloats(CELLS);
    room.floats.fill(Number.NaN, this.#at + HERE, this.#at + CELLS);
    this.#history = new SmoothHistory(stepMs, room);
    this.#hour = new SortedWindow(HOUR_VALUES, room);
    this.#fade = 2 ** (-stepMs / DAY_MS);
    this.#perMinute = Math.max(1, Math.round(60_000 / stepMs));
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
    const { binMs } = this.#history;
    const exact = this.#stepMs >= binMs;
    const position = exact ? localMs / binMs : (localMs - binMs / 2) / binMs;
    const bin = Math.floor(position);
    const weight = exact ? 0 : position - bin;
    this.#prepare(bin);
    const { floats } = this.#room;
    let best = Number.NaN;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0, at = this.#at; i < RIVALS; i++, at++) {
      const here = floats[at + HERE];
      const next = floats[at + NEXT];
      const value = Number.isNaN(here)
        ? next
        : Number.isNaN(next)
          ? here
          : here + (next - here) * weight;
      floats[at + NOW] = value;
      if (Number.isNaN(value)) continue;
      // A predictor that has not been judged yet speaks only when there is no other.
      const judged = floats[at + JUDGED];
      const error = judged > 0 ? (floats[at + ERRORS] / judged) * PATIENCE[i] : Number.MAX_VALUE;
      if (error < least || Number.isNaN(best)) {
        least = error;
        best = value;
        this.#chosen = i;
      }
    }
    return best;
  }

  /**
   * What is expected of a civil time to come, by the predictor that speaks at present: the pattern of the past goes on, and
   * `drift` says how far the level has moved, or will have, by a civil time. NaN before there is any history.
   */
  forecast(localMs: number, drift: (localMs: number) => number): number {
    const history = this.#history;
    const { binMs } = history;
    const bin = Math.floor(localMs / binMs);
    const cycle = Math.round((this.#cycleMs() || DAY_MS) / binMs);
    const still = (past: number): number => {
      const known = history.bin - 1 - history.reach;
      const folded = past > known ? past - Math.ceil((past - known) / cycle) * cycle : past;
      return history.at(folded) - drift(folded * binMs);
    };
    const level = history.recentMedian() - drift(history.bin * binMs);
    const past: Past = { binMs, at: still, recentMedian: () => level };
    const parts = { periodBins: Math.round(this.#periodMs / binMs), restDays: this.#restDays };
    predictBin(past, bin, parts, PREDICTED);
    const predicted = PREDICTED[this.#chosen];
    return (Number.isNaN(predicted) ? level : predicted) + drift(localMs);
  }

  /**
   * `value` minus the nearest of what the days before `sinceLocalMs` let expect of this civil time, whichever predictor
   * says it; infinite where they say nothing.
   */
  missBefore(
    value: number,
    { localMs, sinceLocalMs }: { localMs: number; sinceLocalMs: number },
  ): number {
    const history = this.#history;
    const since = Math.floor((sinceLocalMs - 2 * QUARTER_HOUR_MS) / history.binMs);
    const past: Past = {
      binMs: history.binMs,
      at: (bin) => (bin < since ? history.at(bin) : Number.NaN),
      recentMedian: () => Number.NaN,
    };
    const periodBins = Math.round(this.#periodMs / history.binMs);
    const parts = { periodBins, restDays: this.#restDays };
    predictBin(past, Math.floor(localMs / history.binMs), parts, PREDICTED);
    let least = Number.POSITIVE_INFINITY;
    for (const predicted of PREDICTED) {
      const miss = value - predicted;
      if (Math.abs(miss) < Math.abs(least)) least = miss;
    }
    return least;
  }

  /** Unlearns the pattern of an outage that has ended: from a civil time to now. */
  forgetSince(localMs: number): void {
    this.#history.forgetSince(localMs);
    this.#predicted = Number.NaN;
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
    out[at + 1] = this.#hour.count < 6 ? Number.NaN : residual - this.#hour.median();
    const others = this.#quarter - 1;
    out[at + 2] = (this.#residuals.sum(others) + residual) / this.#quarter;
  }

  learnOne({ localMs, value, expected }: Observation): void {
    const { floats } = this.#room;
    for (let at = this.#at; at < this.#at + RIVALS; at++) {
      const predicted = floats[at + NOW];
      if (Number.isNaN(predicted)) continue;
      floats[at + ERRORS] = floats[at + ERRORS] * this.#fade + Math.abs(value - predicted);
      floats[at + JUDGED] = floats[at + JUDGED] * this.#fade + 1;
    }
    this.#history.learn(localMs, value);
    if (Number.isNaN(expected)) return;
    const residual = value - expected;
    this.#minuteSum += residual;
    if (++this.#minuteCount < this.#perMinute) return;
    this.#hour.push(this.#minuteSum / this.#minuteCount);
    this.#minuteSum = 0;
    this.#minuteCount = 0;
  }

  interrupt(): void {
    this.#hour.clear();
    this.#minuteSum = 0;
    this.#minuteCount = 0;
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
    this.#predicted = Number.NaN;
  }

  describe(): { config: Record<string, unknown>; metrics: Record<string, number> } {
    const metrics: Record<string, number> = {
      history_days: (this.#history.span * this.#history.binMs) / DAY_MS,
    };
    const { floats } = this.#room;
    PREDICTORS.forEach((name, i) => {
      const judged = floats[this.#at + JUDGED + i];
      if (judged > 0) {
        const error = floats[this.#at + ERRORS + i] / judged;
        metrics[`mean_error_${name.replaceAll(' ', '_')}`] = error;
      }
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
    for (const at of [this.#at + ERRORS, this.#at + JUDGED]) {
      out.floats(this.#room.floats.subarray(at, at + RIVALS));
    }
    this.#hour.save(out);
    out.float(this.#minuteSum);
    out.int(this.#minuteCount);
    out.int(this.#chosen);
  }

  load(state: StateReader): void {
    this.#history.load(state);
    for (const at of [this.#at + ERRORS, this.#at + JUDGED]) {
      this.#room.floats.set(state.floats(), at);
    }
    this.#hour.load(state);
    this.#minuteSum = state.float();
    this.#minuteCount = state.int();
    this.#chosen = state.int();
    this.#predicted = Number.NaN;
  }

  /** After how long the days that the present predictor looks at come round again. */
  #cycleMs(): number {
    const days = [1, 7, 2, 7, 0, 1][this.#chosen];
    return days === 0 ? this.#periodMs : days * DAY_MS;
  }

  /** Predictions of a bin and its successor change only when history gains a bin. */
  #prepare(bin: number): void {
    const key = bin * 4 + (this.#history.bin - bin);
    if (key === this.#predicted) return;
    const periodBins = Math.round(this.#periodMs / this.#history.binMs);
    const parts = { periodBins, restDays: this.#restDays };
    predictBin(this.#history, bin, parts, PREDICTED);
    this.#room.floats.set(PREDICTED, this.#at + HERE);
    if (this.#stepMs < this.#history.binMs) {
      predictBin(this.#history, bin + 1, parts, PREDICTED);
      this.#room.floats.set(PREDICTED, this.#at + NEXT);
    }
    this.#predicted = key;
  }
}
