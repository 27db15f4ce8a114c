import type { Standstill } from '../anomalies/episode.ts';
import { DAY_MS } from '../civil-time.ts';
import { FlatLine } from '../detectors/flat-line.ts';
import type { StateReader, StateWriter } from '../state.ts';
import type { Condition } from './condition.ts';
import type { Judgement } from './judgement.ts';
import type { SeriesPolicy } from './policy.ts';

const HIGHEST_RATIO = 2;
const MOST_TRUST = 0.95;
const FULL_TRUST_MS = 14 * DAY_MS;

/** A value that stands still in a series that practically never repeats one. Its band is that of the sample. */
export class FlatLineCondition implements Condition {
  readonly kind = 'flat_line';
  readonly last: Judgement = {
    timeMs: Number.NaN,
    value: Number.NaN,
    expected: Number.NaN,
    lower: Number.NaN,
    upper: Number.NaN,
    ratio: 0,
    flagged: false,
  };
  readonly #line: FlatLine;

  constructor(policy: Pick<SeriesPolicy, 'stepMs' | 'dataRange'>) {
    this.#line = new FlatLine(policy);
  }

  get confidence(): number {
    return MOST_TRUST * Math.sqrt(Math.min(1, this.#line.knownMs / FULL_TRUST_MS));
  }

  /** Whether the value stands still: it is told at first, and for a day it may return. */
  get away(): boolean {
    return this.#line.open;
  }

  /** Since when the value stands; undefined when it is not told. */
  get standstill(): Standstill | undefined {
    const { sinceMs, longestMs } = this.#line;
    return this.last.ratio < 1 ? undefined : { sinceMs, longestMs };
  }

  observe(sample: Readonly<Judgement>): void {
    const { last } = this;
    // One by one: to copy all at once takes longer than all the rest.
    last.timeMs = sample.timeMs;
    last.value = sample.value;
    last.expected = sample.expected;
    last.lower = sample.lower;
    last.upper = sample.upper;
    last.flagged = sample.flagged;
    this.#line.learn(sample.timeMs, sample.value);
    this.#judge();
  }

  save(out: StateWriter): void {
    this.#line.save(out);
  }

  load(state: StateReader): void {
    this.#line.load(state);
    this.#judge();
  }

  #judge(): void {
    const { ratio } = this.#line;
    // What only begins to stand still is nothing unusual yet.
    this.last.ratio = ratio < 1 ? 0 : Math.min(ratio, HIGHEST_RATIO);
  }
}
