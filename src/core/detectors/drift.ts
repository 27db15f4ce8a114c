import type { StateReader, StateWriter } from '../state.ts';
import { smallMedian } from '../stats/small-median.ts';
import { BLOCK_MS, DAYS, DriftLevels, PHASES } from './drift-levels.ts';
import { fitTrend, type Trend } from './drift-trend.ts';

/** Days before now that are no reference: a drift must not be measured against itself. */
const GUARDED_DAYS = 4;
const FEWEST_REFERENCES = 7;
/** Weekdays are told apart when at least so many days can be compared with others of their own … */
const FEWEST_PAIRS = 10;
/** … and that leaves so little of their spread. */
const WORTH_A_WEEK = 1 / 3;
const WEEK = 7;
/** A level moves away when it is so many spreads from its reference; it is back below 0.7 of that. */
const FAR = 4.6;
const BACK = 0.7;
/** A drift of less than so much of the level, spread for spread, is none. */
const LEAST_SHARE = 0.01;
/** Of the way of three days no day may make more (a step) or less (a rest) than these shares. */
const LARGEST_SHARE = 0.55;
const SMALLEST_SHARE = 0.05;
const COMPARED_DAYS = 4;
const NEWEST_BLOCKS = 2;
/** Judged with every second block. */
const JUDGED_EVERY_MS = 2 * BLOCK_MS;
const SCRATCH = new Float64Array(DAYS);
/** Levels of the reference days by weekday, counted back from now. */
const SUMS = new Float64Array(WEEK);
const COUNTS = new Float64Array(WEEK);
/** It came back to its reference, or it stays where it is now. */
export type DriftEnding = 'returned' | 'new_level';

const NO_TREND: Trend = {
  sinceMs: Number.NaN,
  perDay: 0,
  perDayError: 0,
  untilMs: Number.NaN,
  risen: 0,
};

/**
 * Finds a level that moves away slowly, day by day, while models follow it.
 *
 * The level of the latest 24 hours is compared, every six hours, with the levels of the days from the fifth to the
 * 28th before: those are the reference, and while a drift goes on its own days never join them. The spread is that of the
 * reference, at least half its greatest departure: what wanders as it always did is no drift. A step is none either: the
 * way must be made in three days of similar share.
 */
export class Drift {
  readonly #history = new DriftLevels();
  /** Latest 24 hours and the three days before, each minus its reference. */
  readonly #offsets = new Float64Array(COMPARED_DAYS);
  #weekly = false;
  #openedMs = Number.NaN;
  #ending: DriftEnding = 'returned';
  /** The latest judgement: see the getters. */
  #references = 0;
  #distance = 0;
  #level = Number.NaN;
  #base = Number.NaN;
  #spread = Number.NaN;
  #high = 0;
  #low = 0;
  #trend: Trend = NO_TREND;

  /** Whether a drift goes on. */
  get open(): boolean {
    return !Number.isNaN(this.#openedMs);
  }

  /** How the latest one ended. */
  get ending(): DriftEnding {
    return this.#ending;
  }

  /** Days that the reference is made of. */
  get references(): number {
    return this.#references;
  }

  /** Distance from the reference as a share of what makes a drift, with its sign. */
  get distance(): number {
    return this.#distance;
  }

  /** Mean level of the latest 24 hours, and what the reference lets expect for it; NaN before there is one. */
  get level(): number {
    return this.#level;
  }

  get base(): number {
    return this.#base;
  }

  /** Usual standard deviation of the level of a day. */
  get spread(): number {
    return this.#spread;
  }

  /** How far from `base` the level may be. */
  get reach(): number {
    return this.#spread * this.#far();
  }

  /** How far the highest three hours of a day usually are above its mean, and the lowest (negative). */
  get high(): number {
    return this.#high;
  }

  get low(): number {
    return this.#low;
  }

  /** Since when and how fast it moves; of no meaning unless it is open. */
  get trend(): Trend {
    return this.#trend;
  }

  /** Takes a finite value, in order of time; true when the drift has been judged anew. */
  learn(timeMs: number, value: number): boolean {
    if (!this.#history.learn(timeMs, value)) return false;
    if (this.#history.untilMs % JUDGED_EVERY_MS !== 0) return false;
    this.#judge();
    return true;
  }

  save(out: StateWriter): void {
    this.#history.save(out);
    const { sinceMs, perDay, perDayError, untilMs, risen } = this.#trend;
    const level = [this.#distance, this.#level, this.#base, this.#spread, this.#high, this.#low];
    const trend = [sinceMs, perDay, perDayError, untilMs, risen];
    out.floats(Float64Array.of(this.#openedMs, ...level, ...trend));
    out.int(this.#references);
    out.byte(this.#ending === 'new_level' ? 1 : 0);
  }

  load(state: StateReader): void {
    this.#history.load(state);
    const [openedMs, distance, level, base, spread, high, low, ...trend] = state.floats();
    this.#openedMs = openedMs;
    this.#distance = distance;
    this.#level = level;
    this.#base = base;
    this.#spread = spread;
    this.#high = high;
    this.#low = low;
    const [sinceMs, perDay, perDayError, untilMs, risen] = trend;
    this.#trend = { sinceMs, perDay, perDayError, untilMs, risen };
    this.#references = state.int();
    this.#ending = state.byte() === 1 ? 'new_level' : 'returned';
  }

  #judge(): void {
    const known = this.#measure();
    if (!this.open) {
      if (known && Math.abs(this.#distance) >= 1 && this.#moves()) {
        this.#openedMs = this.#history.untilMs;
      }
    } else if (known && this.#isBack()) this.#end('returned');
    else if (!known || this.#hasSettled()) this.#end('new_level');
    if (this.open) this.#trend = this.#fit();
  }

  #end(ending: DriftEnding): void {
    this.#ending = ending;
    this.#openedMs = Number.NaN;
  }

  /** Sets what the latest state of the levels gives; false when there is too little to compare with. */
  #measure(): boolean {
    const { untilMs } = this.#history;
    const openDays = this.open ? Math.ceil((untilMs - this.#openedMs) / (PHASES * BLOCK_MS)) : 0;
    const first = GUARDED_DAYS + openDays;
    this.#history.measure(first);
    this.#distance = 0;
    this.#references = 0;
    for (let day = first; day < DAYS; day++) {
      if (!Number.isNaN(this.#history.levels[day])) this.#references++;
    }
    if (this.#references < FEWEST_REFERENCES) return false;
    this.#compare(first);
    const { mean, size, high, low } = this.#history.shape();
    this.#spread = Math.max(this.#spread, LEAST_SHARE * size, this.#history.blur, 1e-12);
    this.#high = high - mean;
    this.#low = low - mean;
    const [offset] = this.#offsets;
    if (Number.isNaN(offset)) return false;
    this.#base = mean + this.#history.levels[0] - offset;
    this.#level = this.#base + offset;
    this.#distance = offset / this.reach;
    return true;
  }

  /** Few references know the spread badly. */
  #far(): number {
    return (FAR * (1 + 4 / this.#references)) / 1.2;
  }

  #compare(first: number): void {
    const { levels } = this.#history;
    this.#sumWeekdays(first);
    const plain = medianOf(DAYS - first, (i) => levels[first + i]);
    const plainSpread = spreadOf(DAYS - first, (i) => levels[first + i] - plain);
    const sameWeekday = (day: number): number => this.#sameWeekday(day, first);
    const pairs = countOf(DAYS - first, (i) => levels[first + i] - sameWeekday(first + i));
    const weeklySpread =
      pairs < FEWEST_PAIRS
        ? Number.NaN
        : spreadOf(DAYS - first, (i) => levels[first + i] - sameWeekday(first + i));
    this.#weekly =
      weeklySpread < WORTH_A_WEEK * plainSpread &&
      countOf(COMPARED_DAYS, sameWeekday) === COMPARED_DAYS;
    this.#spread = this.#weekly ? weeklySpread : plainSpread;
    for (let day = 0; day < COMPARED_DAYS; day++) {
      this.#offsets[day] = levels[day] - (this.#weekly ? sameWeekday(day) : plain);
    }
  }

  #sumWeekdays(first: number): void {
    SUMS.fill(0);
    COUNTS.fill(0);
    for (let day = first; day < DAYS; day++) {
      const level = this.#history.levels[day];
      if (Number.isNaN(level)) continue;
      SUMS[day % WEEK] += level;
      COUNTS[day % WEEK]++;
    }
  }

  /** Mean level of the other reference days of the same weekday; after `#sumWeekdays`. */
  #sameWeekday(day: number, first: number): number {
    const own = day < first ? Number.NaN : this.#history.levels[day];
    const weekday = day % WEEK;
    return Number.isNaN(own)
      ? SUMS[weekday] / COUNTS[weekday]
      : (SUMS[weekday] - own) / (COUNTS[weekday] - 1);
  }

  #moves(): boolean {
    const [now, one, two, three] = this.#offsets;
    const way = now - three;
    if (!(way * now > 0)) return false;
    const shares = [(now - one) / way, (one - two) / way, (two - three) / way];
    return Math.max(...shares) <= LARGEST_SHARE && Math.min(...shares) >= SMALLEST_SHARE;
  }

  /** By its latest 24 hours, or at once by its newest blocks. */
  #isBack(): boolean {
    const newest = medianOf(NEWEST_BLOCKS, (back) => this.#history.above(back));
    const [level] = this.#history.levels;
    const offset = newest - level + this.#offsets[0];
    const side = Math.sign(this.#distance);
    const closest = Number.isNaN(offset) ? 1 : (side * offset) / this.reach;
    return Math.min(Math.abs(this.#distance), closest) < BACK;
  }

  /** Three days have brought it hardly further. */
  #hasSettled(): boolean {
    const [now, , , three] = this.#offsets;
    return Math.abs(now - three) < Math.max(this.#spread, 0.1 * Math.abs(now));
  }

  #fit(): Trend {
    const { levels, untilMs } = this.#history;
    const first = GUARDED_DAYS + Math.ceil((untilMs - this.#openedMs) / (PHASES * BLOCK_MS));
    const plain = levels[0] - this.#offsets[0];
    const above = (back: number): number => {
      const day = Math.floor(back / PHASES);
      const reference = this.#weekly ? this.#sameWeekday(day, first) : plain;
      return this.#history.above(back) - reference;
    };
    return fitTrend(above, { untilMs, spread: this.#spread });
  }
}

function countOf(length: number, value: (i: number) => number): number {
  let count = 0;
  for (let i = 0; i < length; i++) if (!Number.isNaN(value(i))) count++;
  return count;
}

function medianOf(length: number, value: (i: number) => number): number {
  let count = 0;
  for (let i = 0; i < length; i++) {
    const next = value(i);
    if (!Number.isNaN(next)) SCRATCH[count++] = next;
  }
  return smallMedian(SCRATCH, count);
}

/** Robust standard deviation of deviations, at least half the greatest of them. */
function spreadOf(length: number, deviation: (i: number) => number): number {
  let greatest = 0;
  const middle = medianOf(length, (i) => {
    const size = Math.abs(deviation(i));
    if (size > greatest) greatest = size;
    return size;
  });
  return Math.max(1.4826 * middle, greatest / 2);
}
