import { HourlyPeaks } from '../calibration/hourly-peaks.ts';
import { Persistence } from '../calibration/persistence.ts';
import { Standardization } from '../calibration/standardization.ts';
import { TailCalibration } from '../calibration/tail-calibration.ts';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { PrincipalComponents } from '../detectors/principal-components.ts';
import { StateReader, StateWriter } from '../state.ts';
import { EVIDENCE_VIEWS } from './evidence-views.ts';
import type { SeriesModel } from './series-model.ts';

const RANGE = { lowest: -6, octaves: 14, bits: 3 };
/** What the views' means over the members have to say together, and what the unusual combination. */
const VIEWS_SHARE = 0.85;
const COMBINATION_SHARE = 0.15;
/** Evidence at which an entity is anomalous; the hours' own maxima hide too much here. */
const BOUNDARY = 2.25;
/** Beyond this evidence is as sure as it can be. */
const MOST_EVIDENCE = 30;
/** Rows after which a member's loudness counts half. */
const LOUDNESS_FADE = 2 ** (-1 / 3);
const REFIT_MS = HOUR_MS;
const GROWN_REFIT_MS = DAY_MS;
const YOUNG_MS = 3 * DAY_MS;
const LEAST_ROWS = 100;

/**
 * One verdict over several series of one machine or service, from what their own models say of the same row.
 *
 * Each view's evidence is averaged over the members, in units of their boundaries, and calibrated on the entity's own
 * past: what is slightly odd in many series at once counts. To these means comes the combination: how far the
 * standardized values lie from moving together as usual (principal components), calibrated likewise.
 *
 * Life, a row at a time: `hear` every member that was judged, then `judge`. Members that were not heard say nothing.
 */
export class JointModel {
  /** Deviation ratio of the latest row: >= 1 is anomalous. */
  ratio = 0;
  /** What the boundary is multiplied by, for an alert budget; of this run, not of the learned state. */
  strictness = 1;
  /** The highest ratios of late, all at the boundary itself. */
  readonly peaks = new HourlyPeaks();
  /** The member that deviates most, of late. */
  top = 0;
  readonly #size: number;
  readonly #evidence: Float64Array;
  readonly #row: Float64Array;
  readonly #loudness: Float64Array;
  readonly #standardizations: readonly Standardization[];
  readonly #means = new Float64Array(EVIDENCE_VIEWS);
  readonly #viewTails: readonly TailCalibration[];
  readonly #combinationTail: TailCalibration;
  readonly #components: PrincipalComponents;
  readonly #persistence: Persistence;
  #distance = Number.NaN;
  #firstMs = Number.NaN;
  #refitMs = 0;

  constructor(size: number, stepMs: number) {
    this.#size = size;
    this.#evidence = new Float64Array(size * EVIDENCE_VIEWS);
    this.#row = new Float64Array(size);
    this.#loudness = new Float64Array(size);
    this.#standardizations = Array.from({ length: size }, () => new Standardization());
    const halfLife = (14 * DAY_MS) / stepMs;
    const tail = (): TailCalibration => new TailCalibration(RANGE, halfLife);
    this.#viewTails = Array.from({ length: EVIDENCE_VIEWS }, tail);
    this.#combinationTail = tail();
    this.#components = new PrincipalComponents(size, stepMs);
    this.#persistence = new Persistence(stepMs);
  }

  /** Takes what a member's model said of its latest sample, which belongs to the row to be judged next. */
  hear(member: number, model: SeriesModel): void {
    model.writeEvidence(this.#evidence, member * EVIDENCE_VIEWS);
    const { timeMs, value } = model.last;
    const standardization = this.#standardizations[member];
    this.#row[member] = standardization.of(value);
    standardization.learn(timeMs, value);
  }

  /** Judges the row that was heard, then learns it; gives its ratio. */
  judge(timeMs: number): number {
    if (Number.isNaN(this.#firstMs)) this.#firstMs = timeMs;
    this.#listen();
    this.#distance = this.#components.distance(this.#row);
    let views = 0;
    for (let view = 0; view < EVIDENCE_VIEWS; view++) {
      views += evidenceOf(this.#viewTails[view], this.#means[view]) / EVIDENCE_VIEWS;
    }
    const combination = evidenceOf(this.#combinationTail, this.#distance);
    const evidence = VIEWS_SHARE * views + COMBINATION_SHARE * combination;
    this.peaks.learn(timeMs, evidence / BOUNDARY);
    this.ratio = this.#persistence.next(evidence / (BOUNDARY * this.strictness));
    this.#learn(timeMs);
    return this.ratio;
  }

  /** Share of each member in the latest verdict, 0..1: by squares, since all murmur a little; all 0 where nothing deviates. */
  contributions(): Float64Array {
    const squares = this.#loudness.map((loudness) => loudness ** 2);
    let sum = 0;
    for (const square of squares) sum += square;
    return sum > 0 ? squares.map((square) => square / sum) : squares;
  }

  snapshot(): Uint8Array {
    const out = new StateWriter('JNTM', 3);
    for (const figure of [this.#firstMs, this.#refitMs, this.ratio]) out.float(figure);
    out.int(this.top);
    out.floats(this.#loudness);
    for (const part of this.#parts()) part.save(out);
    return out.finish();
  }

  /** RangeError when it cannot be read, or belongs to another number of members. */
  restore(bytes: Uint8Array): void {
    const state = new StateReader(bytes, 'JNTM', 3);
    this.#firstMs = state.float();
    this.#refitMs = state.float();
    this.ratio = state.float();
    this.top = state.int();
    const loudness = state.floats();
    if (loudness.length !== this.#size)
      throw new RangeError(
        `Cannot read joint model: it has ${loudness.length} members, expected ${this.#size}`,
      );
    this.#loudness.set(loudness);
    for (const part of this.#parts()) part.load(state);
    state.end();
  }

  #parts() {
    return [
      ...this.#viewTails,
      ...this.#standardizations,
      this.#combinationTail,
      this.#components,
      this.#persistence,
      this.peaks,
    ];
  }

  /** Means over the members, and who is loudest. */
  #listen(): void {
    this.#means.fill(0);
    this.top = 0;
    for (let member = 0; member < this.#size; member++) {
      let sum = 0;
      for (let view = 0; view < EVIDENCE_VIEWS; view++) {
        const evidence = this.#evidence[member * EVIDENCE_VIEWS + view];
        sum += evidence;
        this.#means[view] += evidence / this.#size;
      }
      const before = this.#loudness[member];
      this.#loudness[member] = sum + (before - sum) * LOUDNESS_FADE;
      if (this.#loudness[member] > this.#loudness[this.top]) this.top = member;
    }
  }

  #learn(timeMs: number): void {
    for (let view = 0; view < EVIDENCE_VIEWS; view++)
      this.#viewTails[view].learn(this.#means[view]);
    if (!Number.isNaN(this.#distance)) this.#combinationTail.learn(this.#distance);
    this.#components.learn(this.#row);
    this.#evidence.fill(0);
    this.#row.fill(0);
    const pauseMs = timeMs - this.#firstMs < YOUNG_MS ? REFIT_MS : GROWN_REFIT_MS;
    if (timeMs - this.#refitMs < pauseMs) return;
    this.#refitMs = timeMs;
    for (const tail of [...this.#viewTails, this.#combinationTail]) tail.refit(LEAST_ROWS);
    for (const standardization of this.#standardizations) standardization.refit();
    this.#components.refit();
  }
}

function evidenceOf(tail: TailCalibration, figure: number): number {
  return Number.isNaN(figure) ? 0 : Math.min(tail.evidence(figure), MOST_EVIDENCE);
}
