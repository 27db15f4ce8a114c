import type { StateReader, StateWriter } from '../state.ts';

/** How a sample looks. */
export interface Look {
  readonly isAnomalous: boolean;
  /** What is expected without the trouble, and how far the band reaches to either side. */
  readonly expected: number;
  readonly reach: number;
  /** How far the latest five samples are from what is expected without the trouble that began at a time. */
  readonly miss: (sinceMs: number) => number;
}

/** What one trouble of a series has been like so far, and whether the series is back from it. */
export class TroubleCourse {
  /** Time of its first sample. */
  sinceMs: number;
  /** Anomalous samples. */
  samples = 0;
  /** Whether less than half of the way back has been gone. */
  isAway = false;
  /** Normal samples in a row that are not away. */
  settled = 0;
  /** Anomalous samples outside the band. */
  #outside = 0;
  /** Those that are at least half as far away as the others: how many, and their distances from what was expected, summed up. */
  #far = 0;
  #ways = 0;
  /** When the samples began of which none is disturbed, and when the latest five came back from afar; NaN before. */
  #quietSinceMs = Number.NaN;
  #nearSinceMs = Number.NaN;
  /** Times of the sample before and of the one before that. */
  #before = Number.NaN;
  #beforeThat = Number.NaN;

  constructor(sinceMs: number) {
    this.sinceMs = sinceMs;
  }

  /** Time of the sample since which the series is back; NaN before. */
  get backSinceMs(): number {
    return Math.max(this.#quietSinceMs, this.#nearSinceMs);
  }

  /** Takes in a sample of it: how far it is from what is expected, and how it looks. */
  learn(timeMs: number, distance: number, { isAnomalous, reach, miss }: Look): void {
    const isInside = Math.abs(distance) <= reach;
    if (isAnomalous) this.#goOn(distance, isInside);
    if (isAnomalous && (!isInside || this.#outside === 0)) this.#quietSinceMs = Number.NaN;
    else if (Number.isNaN(this.#quietSinceMs)) this.#quietSinceMs = timeMs;
    const way = this.#way;
    const isFar = Math.abs(way) > reach / 2;
    this.isAway = isFar && Math.sign(way) * miss(this.sinceMs) > Math.abs(way) / 2;
    this.settled = this.isAway || isAnomalous ? 0 : this.settled + 1;
    // The mean of five has gone half of the way back with the third sample that is back.
    if (this.isAway) this.#nearSinceMs = Number.NaN;
    else if (Number.isNaN(this.#nearSinceMs)) this.#nearSinceMs = this.#beforeThat;
  }

  /** A sample has passed, whether of the trouble or after it. */
  pass(timeMs: number): void {
    this.#beforeThat = this.#before;
    this.#before = timeMs;
  }

  save(out: StateWriter): void {
    const times = [this.sinceMs, this.#quietSinceMs, this.#nearSinceMs];
    for (const figure of [...times, this.#before, this.#beforeThat, this.#ways]) out.float(figure);
    const counts = [this.samples, this.#outside, this.#far, this.settled, Number(this.isAway)];
    for (const count of counts) out.int(count);
  }

  load(state: StateReader): void {
    this.sinceMs = state.float();
    this.#quietSinceMs = state.float();
    this.#nearSinceMs = state.float();
    this.#before = state.float();
    this.#beforeThat = state.float();
    this.#ways = state.float();
    this.samples = state.int();
    this.#outside = state.int();
    this.#far = state.int();
    this.settled = state.int();
    this.isAway = state.int() === 1;
  }

  #goOn(distance: number, isInside: boolean): void {
    this.samples++;
    if (!isInside) this.#outside++;
    if (Math.abs(distance) < Math.abs(this.#way) / 2) return;
    this.#far++;
    this.#ways += distance;
  }

  /** How far away it has been. */
  get #way(): number {
    return this.#far === 0 ? 0 : this.#ways / this.#far;
  }
}
