import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';

/** Before that much is known of a series nothing is said of it: its nights have to be seen first. */
const FEWEST_SAMPLES = 200;
const YOUNG_MS = 2 * DAY_MS;
/** A series that repeats its last value, or that goes the one way or the other, in fewer samples: practically never. */
const RARE = 0.02;
/** How long shares of repeated and of fallen values look back, and the longest usual standstill. */
const SHARES_FADE_MS = 7 * DAY_MS;
const LONGEST_FADES_MS = 28 * DAY_MS;
const LEAST_SAMPLES = 6;
const LEAST_MS = HOUR_MS / 2;
const TIMES_THE_LONGEST = 4;
/** A flagged standstill may make the usual one so much longer: after three of them it is a habit. */
const GROWTH = 1.5;
/** A flat line is news for so long; for longer than a day it is how this series is now. */
const TOLD_MS = HOUR_MS;
const NEW_LEVEL_MS = DAY_MS;
const LONGEST_PAUSE_STEPS = 10;

export interface FlatLineOptions {
  readonly stepMs: number;
  /** Values at its ends are a limit, not a fault. */
  readonly dataRange?: readonly [number, number];
}

/**
 * Finds a value that stands still in a series that practically never repeats one, by the series' own standstills so far:
 * four times the longest, at least six samples and half an hour.
 *
 * Nothing is said of constant, integer-like and step-like series (they repeat values), of counters (they go one way) and
 * of the lowest and highest value ever seen: a limit of the range, a service at rest, an outage.
 */
export class FlatLine {
  readonly #options: FlatLineOptions;
  #firstMs = Number.NaN;
  #timeMs = Number.NaN;
  #value = Number.NaN;
  #samples = 0;
  #lowest = Number.POSITIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;
  /** Shares of samples that repeat the one before, and that are lower; both fade. */
  #repeats = 0;
  #falls = 0;
  /** The value of now: since when it stands, for how many samples, whether as a limit, since when it is a flat line. */
  #sinceMs = Number.NaN;
  #run = 0;
  #atLimit = false;
  #openedMs = Number.NaN;
  /** Share of repeats before the value of now: a flat line is not to hide the next one. */
  #repeatsBefore = 0;
  /** Longest usual standstill in samples, fading; the longest ever in milliseconds. */
  #usual = 1;
  #longestMs = 0;

  constructor(options: FlatLineOptions) {
    this.#options = options;
  }

  /** Time of the first sample with the value of now. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** How long the longest earlier standstill was, 0 when no value was ever repeated. */
  get longestMs(): number {
    return this.#longestMs;
  }

  /** Span known, in milliseconds. */
  get knownMs(): number {
    return this.#timeMs - this.#firstMs;
  }

  /** Whether a value stands that should not. */
  get open(): boolean {
    return !Number.isNaN(this.#openedMs);
  }

  /** How long the value stands in units of what is too long; 0 where that is no news or cannot be said of this series. */
  get ratio(): number {
    if (this.#run < LEAST_SAMPLES) return 0;
    const isNews = this.open ? this.#timeMs - this.#openedMs < TOLD_MS : this.#canSay();
    return isNews ? this.#run / this.#longestAllowed() : 0;
  }

  /** Takes a finite value, in order of time. */
  learn(timeMs: number, value: number): void {
    const { stepMs } = this.#options;
    if (this.#samples === 0) this.#firstMs = timeMs;
    const paused = timeMs - this.#timeMs > LONGEST_PAUSE_STEPS * stepMs;
    const repeated = value === this.#value && !paused;
    // A flat line teaches nothing for a day: the next one is to be found as well.
    const teaches = !(this.open && timeMs - this.#openedMs < NEW_LEVEL_MS);
    if (teaches || !repeated) this.#count(value, repeated);
    if (repeated) this.#run++;
    else this.#begin(timeMs, value);
    this.#timeMs = timeMs;
    this.#samples++;
    if (this.open || this.ratio < 1) return;
    this.#openedMs = timeMs;
    this.#repeats = this.#repeatsBefore;
  }

  save(out: StateWriter): void {
    out.int(this.#samples);
    out.int(this.#run);
    out.byte(this.#atLimit ? 1 : 0);
    for (const figure of [this.#firstMs, this.#timeMs, this.#value]) out.float(figure);
    for (const figure of [this.#lowest, this.#highest, this.#repeats, this.#falls]) {
      out.float(figure);
    }
    out.float(this.#repeatsBefore);
    for (const figure of [this.#sinceMs, this.#openedMs, this.#usual, this.#longestMs]) {
      out.float(figure);
    }
  }

  load(state: StateReader): void {
    this.#samples = state.int();
    this.#run = state.int();
    this.#atLimit = state.byte() === 1;
    this.#firstMs = state.float();
    this.#timeMs = state.float();
    this.#value = state.float();
    this.#lowest = state.float();
    this.#highest = state.float();
    this.#repeats = state.float();
    this.#falls = state.float();
    this.#repeatsBefore = state.float();
    this.#sinceMs = state.float();
    this.#openedMs = state.float();
    this.#usual = state.float();
    this.#longestMs = state.float();
  }

  #canSay(): boolean {
    const isOld = this.#samples >= FEWEST_SAMPLES && this.knownMs >= YOUNG_MS;
    const isOneWay = this.#falls < RARE || this.#falls > 1 - RARE;
    return isOld && this.#repeats < RARE && !isOneWay && !this.#atLimit;
  }

  /** Samples. */
  #longestAllowed(): number {
    const least = Math.max(LEAST_SAMPLES, LEAST_MS / this.#options.stepMs);
    return Math.max(least, TIMES_THE_LONGEST * Math.max(1, this.#usual));
  }

  #count(value: number, repeated: boolean): void {
    const { stepMs } = this.#options;
    const weight = Math.max(1 / (this.#samples + 1), stepMs / SHARES_FADE_MS);
    this.#repeats += weight * ((repeated ? 1 : 0) - this.#repeats);
    this.#falls += weight * ((value < this.#value ? 1 : 0) - this.#falls);
    this.#usual -= (this.#usual * stepMs) / LONGEST_FADES_MS;
  }

  /** The value of before has stood as long as it did; another one stands now. */
  #begin(timeMs: number, value: number): void {
    if (this.#run > 1) {
      const most = this.open ? GROWTH * this.#usual + 1 : this.#run;
      this.#usual = Math.max(this.#usual, Math.min(this.#run, most));
      this.#longestMs = Math.max(this.#longestMs, this.#timeMs - this.#sinceMs);
    }
    this.#openedMs = Number.NaN;
    this.#value = value;
    this.#sinceMs = timeMs;
    this.#run = 1;
    this.#repeatsBefore = this.#repeats;
    const [low, high] = this.#options.dataRange ?? [];
    this.#atLimit =
      value <= this.#lowest || value >= this.#highest || value === low || value === high;
    this.#lowest = Math.min(this.#lowest, value);
    this.#highest = Math.max(this.#highest, value);
  }
}
