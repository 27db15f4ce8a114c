import { Standardization } from '../calibration/standardization.ts';
import { TailCalibration } from '../calibration/tail-calibration.ts';
import { DAY_MS } from '../civil-time.ts';
import { PrincipalComponents } from '../detectors/principal-components.ts';
import { EVIDENCE_VIEWS } from '../model/evidence-views.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { Room } from '../stats/room.ts';
import type { MemberRow } from './member-row.ts';

const VIEW_RANGE = { lowest: -6, octaves: 7, bits: 2 };
const RESIDUAL_RANGE = { lowest: -6, octaves: 14, bits: 3 };
/** What the views' means over the members have to say together, and what how they go together. */
const VIEWS_SHARE = 0.8;
const RESIDUAL_SHARE = 0.2;
/** A view of one member says no more than what would make that member anomalous by itself. */
const LOUDEST = 1;
/** Beyond this evidence is as sure as it can be. */
const MOST_EVIDENCE = 30;
/** Rows after which a member's loudness counts half. */
const LOUDNESS_FADE = 2 ** -1;
/** Rows after which a value counts half: how series stand to each other shows once their own noise is averaged out. */
const VALUE_FADE = 2 ** (-1 / 1.5);
const LEAST_ROWS = 100;

/**
 * How unusual a row of several series is, in two ways, each calibrated on the entity's own past.
 *
 * `together`: each view's evidence of the members' own models is averaged over the members, in units of their boundaries:
 * what is slightly odd in many series at once counts. `apart`: how far the standardized values, averaged over a few rows, lie
 * from moving together as usual (principal components), which is a part of `together` as well.
 */
export class JointEvidence {
  together = 0;
  apart = 0;
  readonly #stepMs: number;
  readonly #means = new Float64Array(EVIDENCE_VIEWS);
  /** One for each view. */
  readonly #viewTails: TailCalibration;
  readonly #apartTail: TailCalibration;
  #standardization: Standardization;
  #components: PrincipalComponents;
  #size: number;
  #smoothed: Float64Array;
  #loudness: Float64Array;
  #residual = Number.NaN;

  constructor(size: number, stepMs: number, room = new Room()) {
    this.#size = size;
    this.#stepMs = stepMs;
    const halfLife = (14 * DAY_MS) / stepMs;
    this.#viewTails = new TailCalibration(VIEW_RANGE, halfLife, { room, count: EVIDENCE_VIEWS });
    this.#apartTail = new TailCalibration(RESIDUAL_RANGE, halfLife, { room, count: 1 });
    this.#standardization = new Standardization(size);
    this.#components = new PrincipalComponents(size, stepMs);
    this.#smoothed = new Float64Array(size).fill(Number.NaN);
    this.#loudness = new Float64Array(size);
  }

  /** Takes one row; learns nothing of it but for what the next ones are smoothed with. */
  measure({ evidence, values }: MemberRow): void {
    this.#means.fill(0);
    for (let i = 0; i < this.#size; i++) {
      const isMissing = Number.isNaN(values[i]);
      const loud = isMissing ? 0 : this.#hear(evidence, i);
      this.#loudness[i] = loud + (this.#loudness[i] - loud) * LOUDNESS_FADE;
      const place = this.#standardization.of(i, values[i]);
      const before = this.#smoothed[i];
      this.#smoothed[i] = Number.isNaN(before) ? place : place + (before - place) * VALUE_FADE;
    }
    this.#residual = this.#components.distance(this.#smoothed);
    const isKnown = !Number.isNaN(this.#residual);
    this.apart = isKnown ? Math.min(this.#apartTail.evidence(this.#residual), MOST_EVIDENCE) : 0;
    let views = 0;
    for (let view = 0; view < EVIDENCE_VIEWS; view++) {
      views +=
        Math.min(this.#viewTails.evidence(this.#means[view], view), MOST_EVIDENCE) / EVIDENCE_VIEWS;
    }
    this.together = VIEWS_SHARE * views + RESIDUAL_SHARE * this.apart;
  }

  /** Learns the row that was measured last, and its values. */
  learn(timeMs: number, { values }: Pick<MemberRow, 'values'>): void {
    this.#means.forEach((mean, view) => this.#viewTails.learn(mean, view));
    if (!Number.isNaN(this.#residual)) this.#apartTail.learn(this.#residual);
    this.#components.learn(values.map((value, i) => this.#standardization.of(i, value)));
    values.forEach((value, i) => {
      if (!Number.isNaN(value)) this.#standardization.learn(i, timeMs, value);
    });
  }

  refit(): void {
    for (let view = 0; view < EVIDENCE_VIEWS; view++) this.#viewTails.refit(LEAST_ROWS, view);
    this.#apartTail.refit(LEAST_ROWS);
    this.#standardization.refit();
    this.#components.refit();
  }

  /** How loud each member's own model is, by squares, since all murmur a little. */
  loudness(): Float64Array {
    return this.#loudness.map((loud) => loud ** 2);
  }

  /** What each member has to do with the members being apart: see PrincipalComponents. */
  residuals(): Float64Array {
    return this.#components.parts();
  }

  /** Goes on with other members: `from[i]` is the index that member i had here, -1 for one that is new. */
  regroup(from: readonly number[]): void {
    const moved = (column: Float64Array, otherwise: number): Float64Array =>
      Float64Array.from(from, (was) => column[was] ?? otherwise);
    this.#standardization = this.#standardization.regrouped(from);
    this.#components = this.#components.regrouped(from);
    this.#size = from.length;
    this.#smoothed = moved(this.#smoothed, Number.NaN);
    this.#loudness = moved(this.#loudness, 0);
  }

  /** One that knows nothing yet. */
  anew(): JointEvidence {
    return new JointEvidence(this.#size, this.#stepMs);
  }

  save(out: StateWriter): void {
    out.floats(this.#smoothed);
    out.floats(this.#loudness);
    for (let view = 0; view < EVIDENCE_VIEWS; view++) this.#viewTails.save(out, view);
    for (const part of this.#parts()) part.save(out);
  }

  /** RangeError when it belongs to another number of members. */
  load(state: StateReader): void {
    const smoothed = state.floats();
    if (smoothed.length !== this.#smoothed.length) {
      throw new RangeError(
        `Cannot read joint model: it has ${smoothed.length} members, expected ${this.#smoothed.length}`,
      );
    }
    this.#smoothed.set(smoothed);
    this.#loudness.set(state.floats());
    for (let view = 0; view < EVIDENCE_VIEWS; view++) this.#viewTails.load(state, view);
    for (const part of this.#parts()) part.load(state);
  }

  /** Adds what the views of one member say to the means; gives the sum of it. */
  #hear(evidence: Float64Array, member: number): number {
    let loud = 0;
    for (let view = 0; view < EVIDENCE_VIEWS; view++) {
      const said = Math.min(evidence[member * EVIDENCE_VIEWS + view], LOUDEST);
      loud += said;
      this.#means[view] += said / this.#size;
    }
    return loud;
  }

  #parts() {
    return [this.#apartTail, this.#standardization, this.#components];
  }
}
