import type { Episode } from '../anomalies/episode.ts';
import { EpisodeMachine } from '../anomalies/episode-machine.ts';
import { EvidenceSmoothing } from '../calibration/evidence.ts';
import { TailCalibration } from '../calibration/tail-calibration.ts';
import { DAY_MS, HOUR_MS } from '../civil-time.ts';
import type { Judgement } from './judgement.ts';
import type { SeriesPolicy } from './policy.ts';
import { SeriesModel } from './series-model.ts';

const RANGE = { lowest: -6, octaves: 14, bits: 3 };
/** In the mean a single member cannot speak louder than this for the whole. */
const LOUDEST = 3;
/** The mean over the members, and the one that deviates most. */
const VIEWS = 2;
/** Evidence at which an entity is anomalous; the hours' own maxima hide too much here. */
const BOUNDARY = 3;
const REFIT_MS = HOUR_MS;
const GROWN_REFIT_MS = DAY_MS;

/**
 * Several series of one machine or service under one verdict: each has its own model, and their calibrated ratios
 * are judged together, calibrated once more on the entity's own past.
 */
export class EntityModel {
  readonly members: readonly SeriesModel[];
  /** Verdict on the entity; value, expected and band are those of the member that deviates most. */
  readonly last: Judgement;
  /** Index of the member that deviates most at the latest row. */
  top = 0;
  readonly #ratios: Float64Array;
  readonly #views = new Float64Array(VIEWS);
  readonly #tails: readonly TailCalibration[];
  readonly #smoothing = new EvidenceSmoothing();
  readonly #machine: EpisodeMachine;
  #firstMs = Number.NaN;
  #refitMs = 0;

  constructor(policy: SeriesPolicy, members: number) {
    this.members = Array.from({ length: members }, () => new SeriesModel(policy));
    const [first] = this.members;
    this.last = { ...first.last };
    this.#ratios = new Float64Array(members);
    this.#tails = Array.from(
      { length: VIEWS },
      () => new TailCalibration(RANGE, (14 * DAY_MS) / policy.stepMs),
    );
    this.#machine = new EpisodeMachine(policy);
  }

  /** Judges one row, then learns it; `values[i]` belongs to member i. */
  observe(timeMs: number, values: Float64Array): void {
    if (!this.absorb(timeMs, values)) return;
    this.#machine.observe(this.last, {
      votes: () => this.members[this.top].votes(),
      confidence: this.#confidence(),
    });
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
      members[i].absorb(timeMs, values[i]);
      this.#ratios[i] = members[i].last.ratio;
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
    const ratios = this.#ratios;
    this.top = 0;
    let sum = 0;
    for (let i = 0; i < ratios.length; i++) {
      if (ratios[i] > ratios[this.top]) this.top = i;
      sum += Math.min(ratios[i], LOUDEST);
    }
    this.#views[0] = sum / ratios.length;
    this.#views[1] = ratios[this.top];
    let combined = 0;
    for (let i = 0; i < VIEWS; i++) combined += this.#tails[i].evidence(this.#views[i]) / VIEWS;
    const evidence = this.#smoothing.next(combined);
    const { last } = this;
    Object.assign(last, this.members[this.top].last);
    last.timeMs = timeMs;
    last.ratio = evidence / BOUNDARY;
    last.flagged = this.#machine.open;
    for (let i = 0; i < VIEWS; i++) this.#tails[i].learn(this.#views[i]);
    const pause = timeMs - this.#firstMs < 3 * DAY_MS ? REFIT_MS : GROWN_REFIT_MS;
    if (timeMs - this.#refitMs < pause) return;
    this.#refitMs = timeMs;
    for (const tail of this.#tails) tail.refit(100);
  }
}
