import { Boundaries } from '../calibration/boundaries.ts';
import { EvidenceSmoothing } from '../calibration/evidence.ts';
import { HourlyPeaks } from '../calibration/hourly-peaks.ts';
import { Persistence } from '../calibration/persistence.ts';
import { DAY_MS } from '../civil-time.ts';
import { EventResponse } from '../context/event-response.ts';
import type { Samples } from '../series.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import { EvidencePanel } from './evidence-panel.ts';
import type { Judgement } from './judgement.ts';
import type { SeriesPolicy } from './policy.ts';
import { Trouble } from './trouble.ts';
import type { Look } from './trouble-course.ts';

/** A shorter pause leaves the short past standing. */
const LONGEST_PAUSE_SAMPLES = 10;
/** Samples prepared for together: at most so many that their features fit the second-level cache. */
const PREPARED_AT_ONCE = 4096;
const WORTH_PREPARING = 64;
/** Calibrations that know fewer blocks are young and renewed with every one, grown ones once a day. */
const YOUNG_BLOCKS = 72;
/** A power of two: enough for a tail. */
const FIRST_USE = 128;
const JUST_NORMAL = 0.99;
/** Samples after which a passed peak counts half in how bad it is. */
const PEAK_HALF_LIFE = 8;

/**
 * Judges the samples of one series by themselves: what all detectors say of one, against the boundary that the series' own
 * past has set, unless something excuses it. Episodes and what no single sample shows are the series model's.
 */
export class SampleJudge {
  readonly policy: SeriesPolicy;
  readonly panel: EvidencePanel;
  /** What usually follows declared events. */
  readonly events: EventResponse;
  /** What the learned boundary is multiplied by, for an alert budget; of this run, not of the learned state. */
  strictness = 1;
  /** The highest ratios of late, all at the learned boundary. */
  readonly peaks: HourlyPeaks;
  /** Judgement of the latest sample; the same object is reused for every sample. */
  readonly last: Judgement = {
    timeMs: Number.NaN,
    value: Number.NaN,
    expected: Number.NaN,
    lower: Number.NaN,
    upper: Number.NaN,
    ratio: 0,
    flagged: false,
  };
  readonly #boundaries: Boundaries;
  readonly #smoothing = new EvidenceSmoothing();
  readonly #persistence: Persistence;
  readonly #missBefore = (sinceMs: number): number => this.panel.missBefore(sinceMs);
  readonly #levelBefore = (lateMs: number): number => this.panel.levelBefore(lateMs);
  #normalAfter: string | undefined;
  #threshold = Number.NaN;
  #momentary = 0;
  readonly #trouble = new Trouble();
  #firstMs = Number.NaN;
  #samples = 0;
  #blocksAtRefit = 0;

  constructor(policy: SeriesPolicy, room = new Room()) {
    this.policy = policy;
    this.panel = new EvidencePanel(policy, room);
    this.peaks = new HourlyPeaks(room);
    this.events = new EventResponse(policy.stepMs);
    this.#boundaries = new Boundaries(policy.stepMs, room);
    this.#persistence = new Persistence(policy.stepMs, { peakHalfLife: PEAK_HALF_LIFE });
  }

  /** Evidence at which the latest sample would be anomalous, the strictness included: less where it lasts. */
  get threshold(): number {
    return this.#threshold;
  }

  /** Evidence at which one sample by itself is anomalous, as the series' own past has set it. */
  get learnedThreshold(): number {
    return this.#boundaries.single;
  }

  /** Deviation ratio of the latest sample before persistence. */
  get momentary(): number {
    return this.#momentary;
  }

  /** Kind of the declared event after which the latest sample is normal, although it would be anomalous without it. */
  get normalAfter(): string | undefined {
    return this.#normalAfter;
  }

  /** Time of the first sample; NaN before there is one. */
  get firstMs(): number {
    return this.#firstMs;
  }

  /** Samples with a value seen so far. */
  get samples(): number {
    return this.#samples;
  }

  /** Detectors' own ratios for the latest sample, by kind. */
  votes(): Record<string, number> {
    const evidence = Object.entries(this.panel.byDetector());
    return Object.fromEntries(evidence.map(([kind, amount]) => [kind, amount / this.#threshold]));
  }

  /**
   * Judges one sample, then learns it; updates `last`. False for a missing value and for a time not after the latest one,
   * which are neither judged nor learned: `last` then has ratio 0.
   */
  take(timeMs: number, value: number): boolean {
    const { last } = this;
    this.#normalAfter = undefined;
    if (!Number.isFinite(value) || timeMs <= last.timeMs) {
      last.value = value;
      last.ratio = 0;
      this.#momentary = 0;
      return false;
    }
    if (timeMs - last.timeMs > LONGEST_PAUSE_SAMPLES * this.policy.stepMs) this.#interrupt();
    last.timeMs = timeMs;
    last.value = value;
    if (this.#samples++ === 0) this.#firstMs = timeMs;
    this.events.advance(timeMs, this.#levelBefore);
    const evidence = this.#smoothing.next(this.panel.measure(timeMs, value));
    this.#judge(evidence);
    this.events.learn(value, last.ratio >= 1);
    // What is normal after an event only must not become normal without one.
    const explained = this.#normalAfter !== undefined;
    this.panel.learn({
      tails: !explained && this.#trouble.isExample,
      clock: !this.events.following,
    });
    if (this.#boundaries.learn(timeMs, explained) || this.#hasDoubled) this.#recalibrate();
    return true;
  }

  /**
   * Prepares for the samples from `from` on, which follow what was observed last, as far as they come without a pause: seen
   * all at once they take half the forest's time, and the verdicts are the same. Index of the first not prepared for.
   */
  anticipate(samples: Samples, from: number): number {
    const end = this.#endOfRun(samples, from);
    if (end - from >= WORTH_PREPARING) {
      this.panel.anticipate({
        times: samples.times.subarray(from, end),
        values: samples.values.subarray(from, end),
      });
    }
    return end;
  }

  /** Whether the series is calm but not back: see Trouble. */
  get isAway(): boolean {
    return this.#trouble.isAway;
  }

  /** Since when the series is back from its latest trouble; NaN before. */
  get backSinceMs(): number {
    return this.#trouble.backSinceMs;
  }

  /** Keeps a value inside the range that the metric can take. */
  clip(value: number): number {
    const range = this.policy.dataRange;
    return range ? Math.min(Math.max(value, range[0]), range[1]) : value;
  }

  save(out: StateWriter): void {
    const { last } = this;
    const figures = [last.timeMs, last.value, last.expected, last.lower, last.upper, last.ratio];
    for (const figure of [...figures, this.#firstMs, this.#smoothing.level]) out.float(figure);
    for (const count of [this.#samples, this.#blocksAtRefit]) out.int(count);
    for (const part of this.#parts()) part.save(out);
  }

  load(state: StateReader): void {
    const { last } = this;
    last.timeMs = state.float();
    last.value = state.float();
    last.expected = state.float();
    last.lower = state.float();
    last.upper = state.float();
    last.ratio = state.float();
    this.#firstMs = state.float();
    this.#smoothing.level = state.float();
    this.#samples = state.int();
    this.#blocksAtRefit = state.int();
    for (const part of this.#parts()) part.load(state);
  }

  #parts() {
    return [
      this.panel,
      this.#boundaries,
      this.peaks,
      this.#persistence,
      this.#trouble,
      this.events,
    ];
  }

  /** Where samples that follow each other without a pause or a missing value end. */
  #endOfRun({ times, values }: Samples, from: number): number {
    const longestMs = LONGEST_PAUSE_SAMPLES * this.policy.stepMs;
    const most = Math.min(times.length, from + PREPARED_AT_ONCE);
    for (let end = from; end < most; end++) {
      const pauseMs = times[end] - times[end - 1];
      if (!Number.isFinite(values[end]) || !(pauseMs > 0 && pauseMs <= longestMs)) return end;
    }
    return most;
  }

  #interrupt(): void {
    this.panel.interrupt();
    this.#smoothing.level = 0;
  }

  #judge(evidence: number): void {
    const { last } = this;
    const boundaries = this.#boundaries;
    boundaries.take(evidence, (last.timeMs - this.#firstMs) / DAY_MS);
    const { single } = boundaries;
    const { panel, strictness } = this;
    const band = panel.band(single);
    const reach =
      strictness === 1 ? band.reach : panel.reach(band.view, boundaries.evidenceAt(strictness));
    last.expected = this.clip(band.expected);
    last.lower = this.clip(band.expected - reach);
    last.upper = this.clip(band.expected + reach);
    const byNow = this.#trouble.isOpen ? panel.bandByNow(single) : band;
    this.#trouble.place(Math.abs(last.value - byNow.expected) <= byNow.reach);
    const ratio = panel.fitted ? boundaries.ratio : 0;
    this.#threshold = strictness * (ratio > 0 ? evidence / ratio : single);
    // A stricter boundary excuses nothing less: what is learned does not depend on the budget.
    const least = Math.min(1, strictness);
    const counts = ratio >= least && this.#isExcused() ? JUST_NORMAL * least : ratio;
    if (panel.fitted) this.peaks.learn(last.timeMs, counts);
    this.#momentary = counts / strictness;
    last.ratio = this.#persistence.next(this.#momentary);
    const { expected } = band;
    this.#probe({ isAnomalous: counts >= 1, expected, reach: band.reach, miss: this.#missBefore });
  }

  /** Lets what is expected go on as if a trouble were none, until the series is back or has got used to it. */
  #probe(look: Look): void {
    const change = this.#trouble.next(this.last, look);
    if (change === 'began') this.panel.hold();
    else if (change !== undefined) this.panel.release({ recall: change === 'returned' });
    if (change !== 'returned') return;
    this.#smoothing.level = 0;
    this.#boundaries.calm();
  }

  /** A short step fills no block for long, and the first one may be short: what is known is used after 128 samples, 256, 512 … */
  get #hasDoubled(): boolean {
    const samples = this.#samples;
    return samples >= FIRST_USE && (samples & (samples - 1)) === 0;
  }

  #recalibrate(): void {
    const { blocks, blocksADay } = this.#boundaries;
    if (blocks >= YOUNG_BLOCKS && blocks - this.#blocksAtRefit < blocksADay) return;
    this.#blocksAtRefit = blocks;
    this.panel.recalibrate();
    this.#boundaries.refit();
  }

  /** Too small a deviation to matter or one that nobody minds, what usually follows a declared event, or a habit. */
  #isExcused(): boolean {
    if (this.#isNegligible() || !this.#isMinded()) return true;
    const { value, lower, upper } = this.last;
    this.#normalAfter = this.events.explains(value, value >= lower && value <= upper);
    if (this.#normalAfter !== undefined) return true;
    // In the midst of trouble passing a usual place is no relief, staying there is.
    return this.#trouble.isRelieved && this.panel.usual;
  }

  /** Whether the value is on the side that matters: the way back from the other side is no trouble. */
  #isMinded(): boolean {
    const { direction } = this.policy;
    const way = this.last.value - this.last.expected;
    return direction === 'both' || (direction === 'above_expected' ? way > 0 : way < 0);
  }

  #isNegligible(): boolean {
    const { minDeviation, minRelativeDeviation } = this.policy;
    const { value, expected } = this.last;
    const deviation = Math.abs(value - expected);
    return deviation < minDeviation || deviation < minRelativeDeviation * Math.abs(expected);
  }
}
