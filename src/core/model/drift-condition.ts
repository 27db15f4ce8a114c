import type { DriftReport, EpisodeEnding } from '../anomalies/episode.ts';
import { Drift } from '../detectors/drift.ts';
import { type Course, forecastLimit, type LimitForecast } from '../detectors/drift-trend.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import type { Condition } from './condition.ts';
import type { Judgement } from './judgement.ts';
import type { SeriesPolicy } from './policy.ts';

type DriftPolicy = Pick<
  SeriesPolicy,
  'direction' | 'dataRange' | 'minDeviation' | 'minRelativeDeviation'
>;

const MOST_TRUST = 0.95;
const FULL_REFERENCE_DAYS = 21;

/** A series whose daily level moves away slowly. Its value is the mean of 24 hours, its band that of the reference. */
export class DriftCondition implements Condition {
  readonly kind = 'drift';
  readonly last: Judgement = {
    timeMs: Number.NaN,
    value: Number.NaN,
    expected: Number.NaN,
    lower: Number.NaN,
    upper: Number.NaN,
    ratio: 0,
    flagged: false,
  };
  readonly #drift: Drift;
  readonly #policy: DriftPolicy;
  #report: DriftReport | undefined;

  constructor(policy: DriftPolicy, room = new Room()) {
    this.#drift = new Drift(room);
    this.#policy = policy;
  }

  get confidence(): number {
    return MOST_TRUST * Math.sqrt(Math.min(1, this.#drift.references / FULL_REFERENCE_DAYS));
  }

  get ending(): EpisodeEnding {
    return this.#drift.ending;
  }

  /** The drift that goes on; undefined when there is none. */
  get drift(): DriftReport | undefined {
    return this.#report;
  }

  observe({ timeMs, value }: Readonly<Judgement>): void {
    this.last.timeMs = timeMs;
    if (this.#drift.learn(timeMs, value)) this.#judge();
  }

  /** Usual standard deviation of the level of a day; NaN while too little is known. */
  get spread(): number {
    return this.#drift.spread;
  }

  /** What the level is doing and will go on to do; undefined when it stays where it is. */
  course(): Course | undefined {
    return this.#drift.course();
  }

  /** When the highest (of a fall: the lowest) hours of the day meet `limits`, on this course. */
  forecastLimit(
    { trend, level, spread }: Course,
    limits: readonly number[],
  ): LimitForecast | undefined {
    const swing = trend.perDay > 0 ? this.#drift.high : this.#drift.low;
    return forecastLimit(trend, { level: level + swing, spread, limits });
  }

  save(out: StateWriter): void {
    this.#drift.save(out);
  }

  load(state: StateReader): void {
    this.#drift.load(state);
    this.#judge();
  }

  #judge(): void {
    const { last } = this;
    const { open, distance, level, base, reach, trend } = this.#drift;
    last.value = level;
    last.expected = base;
    last.lower = base - reach;
    last.upper = base + reach;
    const speaks = open && this.#matters(level - base);
    last.ratio = speaks ? Math.abs(distance) : 0;
    if (!speaks) {
      this.#report = undefined;
      return;
    }
    const course = this.course();
    const reaches = course && this.forecastLimit(course, this.#policy.dataRange ?? []);
    const { sinceMs, perDay, perDayError } = trend;
    this.#report = { sinceMs, perDay, perDayError, ...(reaches && { reaches }) };
  }

  #matters(way: number): boolean {
    const { direction, minDeviation, minRelativeDeviation } = this.#policy;
    const wanted = direction === 'both' || way > 0 === (direction === 'above_expected');
    const size = Math.abs(way);
    const least = Math.max(minDeviation, minRelativeDeviation * Math.abs(this.#drift.base));
    return wanted && size >= least;
  }
}
