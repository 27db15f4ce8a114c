import { DAY_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import type { Judgement } from './judgement.ts';
import { type Look, TroubleCourse } from './trouble-course.ts';

/** So many samples are the beginning of a trouble: how often it comes may make a habit of it, not how long it lasts. */
const BEGINNING_SAMPLES = 3;
/** Trouble that has not ended for so long is how the series is now. */
const ACCUSTOMED_MS = DAY_MS;
/** After so many normal samples a series is calm. */
const CALM_SAMPLES = 3;
/** After so many samples inside the band a series is back, although its short past is still unusual. */
const HOME_SAMPLES = 5;
/** What has been calm for so long, nearer to what was expected than to the trouble, will not come home any more. */
const SETTLED_SAMPLES = 15;
/** After so many normal samples nobody asks any more what the trouble was like. */
const FORGOTTEN_SAMPLES = 120;

/**
 * What a sample changes: a trouble begins with it; the series is back with it, or has settled near by; or it has been
 * elsewhere for so long that this is how it is now.
 */
export type TroubleChange = 'began' | 'returned' | 'settled' | 'accustomed';

/**
 * The trouble that a series is in, as its learning sees it, whatever an alert budget or the rules of episodes make of it:
 * what was learned of the short past before it waits until the series is back, or has got used to it.
 */
export class Trouble {
  #open = false;
  #accustomed = false;
  /** Of the one that is open, or was open last; undefined once it is forgotten. */
  #course: TroubleCourse | undefined;
  /** Samples in a row, as far as it matters: normal ones, familiar ones, those inside the band. */
  #calm = FORGOTTEN_SAMPLES;
  #familiar = 0;
  #home = 0;

  /** Whether there is one, which may be how the series is now. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Whether a series in trouble stays at places that it knows, so that each of them is a relief. */
  get isRelieved(): boolean {
    return this.#calm >= CALM_SAMPLES || this.#familiar >= HOME_SAMPLES;
  }

  /** Whether the latest sample tells how the series usually scatters: not one from the midst of a trouble that may end. */
  get isExample(): boolean {
    const isOver = !this.#open || this.#accustomed || this.#calm > 0;
    return isOver || (this.#course?.samples ?? 0) <= BEGINNING_SAMPLES;
  }

  /** Whether less than half of the way back has been gone: the level differs, only the detectors have got used to it. */
  get isAway(): boolean {
    return this.#course?.isAway ?? false;
  }

  /** Time of the sample since which the series is back from the latest trouble; NaN before. */
  get backSinceMs(): number {
    return this.#course?.backSinceMs ?? Number.NaN;
  }

  /** Whether the latest sample lies at a familiar place; must come before `next`, which may want to know if this is a relief. */
  place(isFamiliar: boolean): void {
    this.#familiar = isFamiliar ? Math.min(this.#familiar + 1, HOME_SAMPLES) : 0;
  }

  next({ timeMs, value }: Readonly<Judgement>, look: Look): TroubleChange | undefined {
    const { isAnomalous, expected, reach } = look;
    const distance = value - expected;
    const began = isAnomalous && !this.#open;
    // One that comes before the series has been calm is the same again.
    if (began && (this.#calm >= CALM_SAMPLES || !this.#course)) this.#begin(timeMs);
    this.#open ||= began;
    this.#calm = isAnomalous ? 0 : Math.min(this.#calm + 1, FORGOTTEN_SAMPLES);
    this.#home = Math.abs(distance) <= reach ? Math.min(this.#home + 1, HOME_SAMPLES) : 0;
    if (!this.#open && this.#calm === FORGOTTEN_SAMPLES) this.#course = undefined;
    const course = this.#course;
    if (!course) return undefined;
    if (this.#open) course.learn(timeMs, distance, look);
    course.pass(timeMs);
    if (began) return 'began';
    return this.#open ? this.#change(timeMs, course) : undefined;
  }

  save(out: StateWriter): void {
    const states = [this.#open, this.#accustomed, this.#course !== undefined].map(Number);
    for (const count of [this.#calm, this.#familiar, this.#home, ...states]) out.int(count);
    this.#course?.save(out);
  }

  load(state: StateReader): void {
    this.#calm = state.int();
    this.#familiar = state.int();
    this.#home = state.int();
    this.#open = state.int() === 1;
    this.#accustomed = state.int() === 1;
    this.#course = state.int() === 1 ? new TroubleCourse(Number.NaN) : undefined;
    this.#course?.load(state);
  }

  #begin(timeMs: number): void {
    this.#course = new TroubleCourse(timeMs);
    this.#accustomed = false;
    this.#home = 0;
  }

  #change(timeMs: number, course: TroubleCourse): TroubleChange | undefined {
    if (this.#accustomed) {
      if (this.#calm >= CALM_SAMPLES) this.#open = false;
      return undefined;
    }
    if (timeMs - course.sinceMs >= ACCUSTOMED_MS) {
      this.#accustomed = true;
      return 'accustomed';
    }
    if (course.isAway) return undefined;
    const isHome = this.#home >= HOME_SAMPLES;
    if (!isHome && course.settled < SETTLED_SAMPLES) return undefined;
    this.#open = false;
    return isHome ? 'returned' : 'settled';
  }
}
