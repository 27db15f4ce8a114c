import { DAY_MS } from '../civil-time.ts';
import type { StateReader, StateWriter } from '../state.ts';
import type { Judgement } from './judgement.ts';

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

/**
 * What a sample changes: a trouble begins with it; the series is back with it, or has settled near by; or it has been
 * elsewhere for so long that this is how it is now.
 */
export type TroubleChange = 'began' | 'returned' | 'settled' | 'accustomed';

/** How a sample looks. */
export interface Look {
  readonly isAnomalous: boolean;
  /** What is expected without the trouble, and how far the band reaches to either side. */
  readonly expected: number;
  readonly reach: number;
  /** How far the latest five samples are from what is expected without the trouble that began at a time. */
  readonly miss: (sinceMs: number) => number;
}

/**
 * The trouble that a series is in, as its learning sees it, whatever an alert budget or the rules of episodes make of it:
 * what was learned of the short past before it waits until the series is back, or has got used to it.
 */
export class Trouble {
  #open = false;
  /** Time of the first anomalous sample of the latest one. */
  #sinceMs = Number.NaN;
  #accustomed = false;
  /** Anomalous samples of it. */
  #samples = 0;
  /** Of those outside the band: how many. */
  #outside = 0;
  /** Those that are at least half as far away as the others: how many, and their distances from what was expected, summed up. */
  #far = 0;
  #ways = 0;
  #away = false;
  /** Rows of samples so far: normal ones, normal ones that are not away, familiar ones, those inside the band. */
  #calm = CALM_SAMPLES;
  #settled = 0;
  #familiar = 0;
  #home = 0;
  /** When the samples began of which none is disturbed, and when the latest five came back from afar; NaN before. */
  #quietSinceMs = Number.NaN;
  #nearSinceMs = Number.NaN;
  /** Times of the sample before and of the one before that. */
  #before = Number.NaN;
  #beforeThat = Number.NaN;

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
    return isOver || this.#samples <= BEGINNING_SAMPLES;
  }

  /** Whether less than half of the way back has been gone: the level differs, only the detectors have got used to it. */
  get isAway(): boolean {
    return this.#away;
  }

  /** Time of the sample since which the series is back from the latest trouble; NaN before. */
  get backSinceMs(): number {
    return Math.max(this.#quietSinceMs, this.#nearSinceMs);
  }

  /** Whether the latest sample lies at a familiar place; must come before `next`, which may want to know if this is a relief. */
  place(isFamiliar: boolean): void {
    this.#familiar = isFamiliar ? Math.min(this.#familiar + 1, HOME_SAMPLES) : 0;
  }

  next(sample: Readonly<Judgement>, look: Look): TroubleChange | undefined {
    const isInside = Math.abs(sample.value - look.expected) <= look.reach;
    if (look.isAnomalous && !this.#open && this.#calm >= CALM_SAMPLES) this.#begin(sample);
    this.#calm = look.isAnomalous ? 0 : Math.min(this.#calm + 1, CALM_SAMPLES);
    this.#home = isInside ? Math.min(this.#home + 1, HOME_SAMPLES) : 0;
    const change = this.#change(sample, look, isInside);
    this.#beforeThat = this.#before;
    this.#before = sample.timeMs;
    return change;
  }

  save(out: StateWriter): void {
    const times = [this.#sinceMs, this.#quietSinceMs, this.#nearSinceMs];
    const before = [this.#before, this.#beforeThat];
    for (const figure of [...times, ...before, this.#ways]) out.float(figure);
    const rows = [this.#calm, this.#settled, this.#familiar, this.#home];
    const states = [this.#open, this.#away, this.#accustomed].map(Number);
    const counts = [this.#samples, this.#outside, this.#far, ...rows, ...states];
    for (const count of counts) out.int(count);
  }

  load(state: StateReader): void {
    this.#sinceMs = state.float();
    this.#quietSinceMs = state.float();
    this.#nearSinceMs = state.float();
    this.#before = state.float();
    this.#beforeThat = state.float();
    this.#ways = state.float();
    this.#samples = state.int();
    this.#outside = state.int();
    this.#far = state.int();
    this.#calm = state.int();
    this.#settled = state.int();
    this.#familiar = state.int();
    this.#home = state.int();
    this.#open = state.int() === 1;
    this.#away = state.int() === 1;
    this.#accustomed = state.int() === 1;
  }

  #change(sample: Readonly<Judgement>, look: Look, isInside: boolean): TroubleChange | undefined {
    const { isAnomalous } = look;
    const began = !this.#open && isAnomalous;
    if (!this.#open && !began) return undefined;
    this.#open = true;
    if (isAnomalous) this.#goOn(sample.value - look.expected, isInside);
    this.#look(sample, look, isInside);
    if (began) return 'began';
    if (this.#accustomed) {
      if (this.#calm >= CALM_SAMPLES) this.#open = false;
      return undefined;
    }
    if (sample.timeMs - this.#sinceMs >= ACCUSTOMED_MS) {
      this.#accustomed = true;
      return 'accustomed';
    }
    if (this.#away) return undefined;
    const isHome = this.#home >= HOME_SAMPLES;
    if (!isHome && this.#settled < SETTLED_SAMPLES) return undefined;
    this.#open = false;
    return isHome ? 'returned' : 'settled';
  }

  /** One that comes before the series has been calm is the same again. */
  #begin({ timeMs }: Readonly<Judgement>): void {
    this.#sinceMs = timeMs;
    this.#accustomed = false;
    this.#samples = 0;
    this.#outside = 0;
    this.#far = 0;
    this.#ways = 0;
    this.#home = 0;
    this.#quietSinceMs = Number.NaN;
    this.#nearSinceMs = Number.NaN;
  }

  #goOn(distance: number, isInside: boolean): void {
    this.#samples++;
    if (!isInside) this.#outside++;
    if (Math.abs(distance) < Math.abs(this.#way) / 2) return;
    this.#far++;
    this.#ways += distance;
  }

  /** How far away it has been. */
  get #way(): number {
    return this.#far === 0 ? 0 : this.#ways / this.#far;
  }

  /** Where the series is now: still disturbed, still away. */
  #look(
    { timeMs }: Readonly<Judgement>,
    { isAnomalous, reach, miss }: Look,
    isInside: boolean,
  ): void {
    const isDisturbed = isAnomalous && (!isInside || this.#outside === 0);
    if (isDisturbed) this.#quietSinceMs = Number.NaN;
    else if (Number.isNaN(this.#quietSinceMs)) this.#quietSinceMs = timeMs;
    const way = this.#way;
    const isFar = Math.abs(way) > reach / 2;
    this.#away = isFar && Math.sign(way) * miss(this.#sinceMs) > Math.abs(way) / 2;
    this.#settled = this.#away || isAnomalous ? 0 : this.#settled + 1;
    // The mean of five has gone half of the way back with the third sample that is back.
    if (this.#away) this.#nearSinceMs = Number.NaN;
    else if (Number.isNaN(this.#nearSinceMs)) this.#nearSinceMs = this.#beforeThat;
  }
}
