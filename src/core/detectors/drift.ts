import type { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import { BLOCK_MS, type DayLevels, DriftLevels, PHASES } from './drift-levels.ts';
import { medianOf, type Reference, referenceOf } from './drift-reference.ts';
import { type Course, fitCourse, fitTrend, type Trend } from './drift-trend.ts';

/** Days before now that are no reference: a drift must not be measured against itself. */
const GUARDED_DAYS = 4;
const FEWEST_REFERENCES = 7;
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
/** It came back to its reference, or it stays where it is now. */
export type DriftEnding = 'returned' | 'new_level';

const NO_TREND: Trend = {
  sinceMs: Number.NaN,
  perDay: 0,
  perDayError: 0,
  untilMs: Number.NaN,
  risen: 0,
};

/** The latest days beside what is usual for them. */
interface Compared {
  readonly days: DayLevels;
  readonly reference: Reference;
  /** Latest 24 hours and the three days before, each minus its reference. */
  readonly offsets: readonly number[];
}

/**
 * Finds a level that moves away slowly, day by day, while models follow it.
 *
 * The level of the latest 24 hours is compared, every six hours, with the levels of the days from the fifth to the
 * 28th before: those are the reference, and while a drift goes on its own days never join them. The spread is that of the
 * reference, at least half its greatest departure: what wanders as it always did is no drift. A step is none either: the
 * way must be made in three days of similar share.
 */
export class Drift {
  readonly #history: DriftLevels;
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

  constructor(room = new Room()) {
    this.#history = new DriftLevels(room);
  }

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

  /** What the level is doing: the drift that is open, else growth that always was; undefined when it stays where it is. */
  course(): Course | undefined {
    if (this.open) {
      return { trend: this.#trend, level: this.#base + this.#trend.risen, spread: this.#spread };
    }
    const { levels, shape } = this.#history.measure(0);
    const course = fitCourse(levels, this.#history.untilMs);
    return course && { ...course, level: shape.mean + course.level };
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
    const compared = this.#compare();
    if (!this.open) {
      if (compared && Math.abs(this.#distance) >= 1 && moves(compared)) {
        this.#openedMs = this.#history.untilMs;
      }
    } else if (compared && this.#isBack(compared)) this.#end('returned');
    else if (!compared || this.#hasSettled(compared)) this.#end('new_level');
    if (compared && this.open) this.#trend = this.#fit(compared);
  }

  #end(ending: DriftEnding): void {
    this.#ending = ending;
    this.#openedMs = Number.NaN;
  }

  /** Sets what the latest state of the levels gives; undefined when there is too little to compare with. */
  #compare(): Compared | undefined {
    const { untilMs } = this.#history;
    const openDays = this.open ? Math.ceil((untilMs - this.#openedMs) / (PHASES * BLOCK_MS)) : 0;
    const first = GUARDED_DAYS + openDays;
    const days = this.#history.measure(first);
    this.#distance = 0;
    const reference = referenceOf(days.levels, first);
    this.#references = reference.days;
    if (reference.days < FEWEST_REFERENCES) return undefined;
    const offsets = Array.from(
      { length: COMPARED_DAYS },
      (_, day) => days.levels[day] - reference.levelOf(day),
    );
    const { mean, size, high, low } = days.shape;
    this.#spread = Math.max(reference.spread, LEAST_SHARE * size, days.blur, 1e-12);
    this.#high = high - mean;
    this.#low = low - mean;
    const [offset] = offsets;
    if (Number.isNaN(offset)) return undefined;
    this.#base = mean + days.levels[0] - offset;
    this.#level = this.#base + offset;
    this.#distance = offset / this.reach;
    return { days, reference, offsets };
  }

  /** Few references know the spread badly. */
  #far(): number {
    return (FAR * (1 + 4 / this.#references)) / 1.2;
  }

  /** By its latest 24 hours, or at once by its newest blocks. */
  #isBack({ days, offsets }: Compared): boolean {
    const newest = medianOf(0, NEWEST_BLOCKS, days.above).median;
    const offset = newest - days.levels[0] + offsets[0];
    const side = Math.sign(this.#distance);
    const closest = Number.isNaN(offset) ? 1 : (side * offset) / this.reach;
    return Math.min(Math.abs(this.#distance), closest) < BACK;
  }

  /** Three days have brought it hardly further. */
  #hasSettled({ offsets }: Compared): boolean {
    const [now, , , three] = offsets;
    return Math.abs(now - three) < Math.max(this.#spread, 0.1 * Math.abs(now));
  }

  #fit({ days, reference }: Compared): Trend {
    const above = (back: number): number =>
      days.above(back) - reference.levelOf(Math.floor(back / PHASES));
    return fitTrend(above, { untilMs: this.#history.untilMs, spread: this.#spread });
  }
}

/** Whether the way of three days was made in three days of similar share. */
function moves({ offsets }: Compared): boolean {
  const [now, one, two, three] = offsets;
  const way = now - three;
  if (!(way * now > 0)) return false;
  const shares = [(now - one) / way, (one - two) / way, (two - three) / way];
  return Math.max(...shares) <= LARGEST_SHARE && Math.min(...shares) >= SMALLEST_SHARE;
}
