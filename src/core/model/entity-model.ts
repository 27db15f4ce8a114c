import type { Episode } from '../anomalies/episode.ts';
import { EpisodeMachine } from '../anomalies/episode-machine.ts';
import { Persistence } from '../calibration/persistence.ts';
import { TailCalibration } from '../calibration/tail-calibration.ts';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import { PrincipalComponents } from '../detectors/principal-components.ts';
import type { Judgement } from './judgement.ts';
import type { SeriesPolicy } from './policy.ts';
import { SeriesModel } from './series-model.ts';

const RANGE = { lowest: -6, octaves: 14, bits: 3 };
/** In the mean a single member cannot speak louder than this for the whole. */
const LOUDEST = 3;
/** What the mean over the members, the one that deviates most, and their combination have to say. */
const WEIGHTS = [0.4, 0.2, 0.4] as const;
/** Evidence at which an entity is anomalous; the hours' own maxima hide too much here. */
const BOUNDARY = 2.6;
/** Beyond this evidence is as sure as it can be. */
const MOST_EVIDENCE = 30;
const REFIT_MS = HOUR_MS;
const GROWN_REFIT_MS = DAY_MS;
const YOUNG_MS = 3 * DAY_MS;

/**
 * Several series of one machine or service under one verdict: each has its own model, and their calibrated ratios
 * are judged together with how far they stray from moving together as usual (principal components), each of these
 * calibrated once more on the entity's own past.
 */
export class EntityModel {
  readonly members: readonly SeriesModel[];
  /** Verdict on the entity; value, expected and band are those of the member that deviates most. */
  readonly last: Judgement;
  /** Index of the member that deviates most at the latest row. */
  top = 0;
  readonly #ratios: Float64Array;
  readonly #deviations: Float64Array;
  readonly #views = new Float64Array(WEIGHTS.length);
  readonly #components: PrincipalComponents;
  readonly #tails: readonly TailCalibration[];
  readonly #persistence: Persistence;
  readonly #machine: EpisodeMachine;
  #firstMs = Number.NaN;
  #refitMs = 0;

  constructor(policy: SeriesPolicy, members: number) {
    this.members = Array.from({ length: members }, () => new SeriesModel(policy));
    const [first] = this.members;
    this.last = { ...first.last };
    this.#ratios = new Float64Array(members);
    this.#deviations = new Float64Array(members);
    this.#components = new PrincipalComponents(members, policy.stepMs);
    this.#tails = WEIGHTS.map(() => new TailCalibration(RANGE, (14 * DAY_MS) / policy.stepMs));
    this.#persistence = new Persistence(policy.stepMs);
    this.#machine = new EpisodeMachine(policy);
  }

  /** Judges one row, then learns it; `values[i]` belongs to member i. */
  observe(timeMs: number, values: Float64Array): void {
    if (!this.absorb(timeMs, values)) return;
    this.#machine.observe(this.last, {
      votes: () => this.members[this.top].votes(),
      confidence: this.#confidence(),
    });
    const outageMs = this.#machine.outageOverAt(timeMs);
    if (outageMs !== undefined) for (const member of this.members) member.forgetSince(outageMs);
    this.last.flagged = this.#machine.open;
  }

  /** The same without opening an episode. */
  absorb(timeMs: number, values: Float64Array): boolean {
    const { last, members } = this;
    if (timeMs <= last.timeMs) {
      last.ratio = 0;
      return false;
    }
    if (Number.isNaN(this.#firstMs)) this.#firstMs = timeMs;
    for (let i = 0; i < members.length; i++) {
      const judged = members[i].absorb(timeMs, values[i]);
      this.#ratios[i] = members[i].momentaryRatio;
      this.#deviations[i] = judged ? members[i].momentaryDeviation : 0;
    }
    this.#judge(timeMs);
    return true;
  }

  drainEpisodes(): Episode[] {
    return this.#machine.drain();
  }

  #confidence(): number {
    return this.members.reduce((sum, member) => sum + member.confidence, 0) / this.members.length;
  }

  #judge(timeMs: number): void {
    this.#look();
    let evidence = 0;
    for (let i = 0; i < WEIGHTS.length; i++) {
      evidence += WEIGHTS[i] * Math.min(this.#tails[i].evidence(this.#views[i]), MOST_EVIDENCE);
    }
    const { last } = this;
    Object.assign(last, this.members[this.top].last);
    last.timeMs = timeMs;
    last.ratio = this.#persistence.next(evidence / BOUNDARY);
    last.flagged = this.#machine.open;
    this.#learn(timeMs);
  }

  #look(): void {
    const ratios = this.#ratios;
    this.top = 0;
    let sum = 0;
    for (let i = 0; i < ratios.length; i++) {
      if (ratios[i] > ratios[this.top]) this.top = i;
      sum += Math.min(ratios[i], LOUDEST);
    }
    const distance = this.#components.distance(this.#deviations);
    this.#views[0] = sum / ratios.length;
    this.#views[1] = ratios[this.top];
    this.#views[2] = Number.isNaN(distance) ? 0 : distance;
  }

  #learn(timeMs: number): void {
    for (let i = 0; i < WEIGHTS.length; i++) this.#tails[i].learn(this.#views[i]);
    this.#components.learn(this.#deviations);
    const pause = timeMs - this.#firstMs < YOUNG_MS ? REFIT_MS : GROWN_REFIT_MS;
    if (timeMs - this.#refitMs < pause) return;
    this.#refitMs = timeMs;
    for (const tail of this.#tails) tail.refit(100);
    this.#components.refit();
  }
}
