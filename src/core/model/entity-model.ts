import type { Episode } from '../anomalies/episode.ts';
import { EpisodeMachine } from '../anomalies/episode-machine.ts';
import { JointModel } from './joint-model.ts';
import type { Judgement } from './judgement.ts';
import type { SeriesPolicy } from './policy.ts';
import { SeriesModel } from './series-model.ts';

/** Several columns of one table under one verdict: a model for each, and the joint model over them. */
export class EntityModel {
  readonly members: readonly SeriesModel[];
  readonly joint: JointModel;
  /** Verdict on the entity; value, expected and band are those of the member that deviates most. */
  readonly last: Judgement;
  readonly #machine: EpisodeMachine;

  constructor(policy: SeriesPolicy, members: number) {
    this.members = Array.from({ length: members }, () => new SeriesModel(policy));
    const [first] = this.members;
    this.last = { ...first.last };
    this.joint = new JointModel(members, policy.stepMs);
    this.#machine = new EpisodeMachine(policy);
  }

  /** Index of the member that deviates most at the latest row. */
  get top(): number {
    return this.joint.top;
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
    members.forEach((member, i) => {
      if (member.absorb(timeMs, values[i])) this.joint.hear(i, member);
    });
    const ratio = this.joint.judge(timeMs);
    const flagged = this.#machine.open;
    Object.assign(last, members[this.top].last, { timeMs, ratio, flagged });
    return true;
  }

  drainEpisodes(): Episode[] {
    return this.#machine.drain();
  }

  #confidence(): number {
    return this.members.reduce((sum, member) => sum + member.confidence, 0) / this.members.length;
  }
}
